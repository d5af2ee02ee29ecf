"""One language: a name stands in one place, a citation leads somewhere, and words that we left behind stay away."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OWN = Path(__file__).relative_to(ROOT).as_posix()
APPS = ("clinic", "clients", "booking")
# Public names at the top of more than two modules, each with the reason why one name stands for them all.
SHARED = {
    "Command": "Django reads it from each management command",
    "Kind": "CarePlanItem.Kind, in short, where the items of plans are worked on",
    "M": "a TypeVar belongs to its module",
    "P": "a ParamSpec belongs to its module",
    "State": "CarePlanItem.State, in short, where the items of plans are worked on",
    "T": "a TypeVar belongs to its module",
    "app_name": "Django reads it from each urls module",
    "logger": "each module logs under its own name",
    "main": "what a module that is a program of its own does",
    "register": "Django reads it from each module of template tags",
    "urlpatterns": "Django reads it from each urls module",
}
MOST_SHARED = 25

LEFT_BEHIND = re.compile(r"(?<![A-Za-z])(visit|floor|house|drawer)s?(?![A-Za-z])", re.IGNORECASE)
# The same letters in another meaning: an idiom for somebody new, a function of SQL, addresses, the catalogue's columns.
MEANT = re.compile(
    r"[Ff]irst visit\b|\bfloor\(|\"floor\"|`floor`|[Ff]irst floor on the left|Second floor\?"
    # Words of the care catalogue and of its JSON: how often somebody has come, and should.
    r"|house_percent|default_years_after_last_visit|\bvisits\b|first_visit\b"
)
# Plants an invariant that there is not.
PLANTS = "tests/test_reporting.py"

DOCUMENT = re.compile(r"(?<![\w/.*<-])((?:[\w-]+/)*[\w-]+\.md)\b(?:#([\w-]+))?")
INVARIANT = re.compile(r"\bI([1-9]\d?)\b(?!\w|-)")
DECISION = re.compile(r"\bdecisions? (\d+)\b", re.IGNORECASE)
SCENARIO = re.compile(r"\bscenarios? (\d+)\b", re.IGNORECASE)
SECTION = re.compile(r"\bsections? \d")
PLACE = re.compile(r"`((?:clinic|clients|booking|tests|templates)/[\w./-]+)`")


def sources(*folders: str, suffixes: Iterable[str] = (".py",)) -> dict[str, str]:
    """The text of every file of ours in these folders, by its path from the root; migrations left out."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*")))
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in found
        if path.suffix in suffixes and path.is_file() and "migrations" not in path.parts
    }


def public_names(text: str) -> set[str]:
    """The public names that a module defines at its top."""
    names = set()
    for node in ast.parse(text).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
    return {name for name in names if not name.startswith("_")}


def in_many_modules(modules: Mapping[str, str]) -> dict[str, list[str]]:
    """Public names that stand at the top of more than two modules, with these."""
    places: dict[str, list[str]] = defaultdict(list)
    for path, text in modules.items():
        for name in public_names(text):
            places[name].append(path)
    return {name: found for name, found in places.items() if len(found) > 2}


def anchors(document: Path) -> set[str]:
    """The anchors of a document: those set by hand, and those that its headings have on a forge."""
    text = document.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([\w-]+)"></a>', text))


def dead_citations(text: str, folder: Path) -> Iterator[str]:
    """Each citation in a text of this folder that leads nowhere."""
    for match in DOCUMENT.finditer(text):
        places = [base / match[1] for base in (ROOT, ROOT / "docs", folder)]
        document = next((place for place in places if place.is_file()), None)
        if document is None or (match[2] and match[2] not in anchors(document)):
            yield match[0]
    rules = anchors(ROOT / "docs" / "invariants.md")
    yield from (match[0] for match in INVARIANT.finditer(text) if f"i{match[1]}" not in rules)
    for match in DECISION.finditer(text):
        if not list((ROOT / "docs" / "decisions").glob(f"{int(match[1]):04}-*.md")):
            yield match[0]
    table = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    yield from (match[0] for match in SCENARIO.finditer(text) if f"\n| {match[1]} |" not in table)
    yield from (match[0] for match in SECTION.finditer(text))


def left_behind(text: str) -> list[str]:
    """The lines of a text that use a word which we left behind."""
    return [line.strip() for line in text.splitlines() if LEFT_BEHIND.search(MEANT.sub("", line))]


def test_a_public_name_stands_in_two_modules_at_most() -> None:
    found = in_many_modules(sources(*APPS))
    assert {name: places for name, places in found.items() if name not in SHARED} == {}
    assert set(SHARED) - set(found) == set(), "these stand in few modules by now: no reason is needed any more"
    assert len(SHARED) <= MOST_SHARED


def test_a_name_in_three_modules_is_found() -> None:
    module = "def move(): ...\n\nLIMIT: int = 3\n(BEFORE, AFTER) = 1, 2\n_own = 4\n\ndef read():\n    inner = 5\n"
    assert public_names(module) == {"move", "read", "LIMIT", "BEFORE", "AFTER"}
    planted = {"a.py": module, "b.py": "class move: ...", "c.py": "move = 1", "d.py": "def other(): ..."}
    assert in_many_modules(planted) == {"move": ["a.py", "b.py", "c.py"]}


def test_every_citation_leads_somewhere() -> None:
    files = sources(*APPS, "tests", "bench", "tools", "templates", suffixes=(".py", ".html", ".txt", ".js"))
    files = {path: text for path, text in files.items() if path not in (OWN, PLANTS)}
    assert len(files) > 500
    dead = {path: list(dead_citations(text, (ROOT / path).parent)) for path, text in files.items()}
    assert {path: found for path, found in dead.items() if found} == {}


@pytest.mark.parametrize(
    "planted",
    [
        "as I13 says",
        "reliability.md has the rules",
        "docs/invariants.md#no-such-rule",
        "see decision 99",
        "scenarios 77 and 78",
        "the design, section 8",
    ],
)
def test_a_citation_that_leads_nowhere_is_found(planted: str) -> None:
    assert list(dead_citations(f'"""Books, {planted}."""', ROOT / "booking"))


def test_a_citation_that_leads_somewhere_is_left_alone() -> None:
    text = "(I1, I12) docs/invariants.md#mail-phases, care.md, decision 3, decisions/0002-one-dialect.md, scenario 41"
    assert list(dead_citations(text, ROOT / "booking")) == []


def test_every_place_that_a_document_names_is_there() -> None:
    pages = [*sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("*.md"))]
    named = {(page.name, place) for page in pages for place in PLACE.findall(page.read_text(encoding="utf-8"))}
    assert len(named) > 100
    assert {(page, place) for page, place in named if not (ROOT / place).exists()} == set()


def test_words_that_we_left_behind_are_in_no_code() -> None:
    files = sources(*APPS, "tests", "bench", "tools", "templates", suffixes=(".py", ".html", ".txt", ".js", ".css"))
    files.pop(OWN)
    found = {path: left_behind(text) for path, text in files.items()}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize("planted", ["visit", "last_visit", "Visit", "the top floor", "House", "house_of", "a drawer"])
def test_a_word_that_we_left_behind_is_found(planted: str) -> None:
    assert left_behind(f"x = 1  # {planted}")


@pytest.mark.parametrize("meant", ["a visitor", "visited", "math.floor(x)", "warehouse", "is for a first visit"])
def test_the_same_letters_in_another_meaning_are_not(meant: str) -> None:
    assert left_behind(meant) == []
