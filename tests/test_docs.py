"""The documents are complete and their links lead somewhere: whatever a person can set, call or ask has its words."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from bench.__main__ import PARTS
from booking.api.urls import api
from booking.models import Payment
from clinic import __version__
from clinic.models import Practice
from tools.docs_nav import on_config, pages_of

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "decisions").glob("*.md")],
    key=str,
)
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text()
DEVELOPMENT = (ROOT / "docs" / "development.md").read_text()
# A place on the writer's machine or an index address would be of no use to a reader.
MACHINE = re.compile(r"/(?:work|root|tmp|home/\w+)/|pypi\.\w+|registry\.|index-url|simple/")


def settings_read() -> set[str]:
    """The names that clinic/settings.py reads from the environment."""
    return set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", (ROOT / "clinic" / "settings.py").read_text()))


def commands() -> set[str]:
    """Our own management commands."""
    return {path.stem for path in ROOT.glob("*/management/commands/*.py") if not path.stem.startswith("_")}


def targets() -> set[str]:
    """The targets of the Makefile that a person may call."""
    return set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


def api_operations() -> set[str]:
    """Every operation of the API as a reader sees it, such as `GET /api/v1/slots`."""
    paths = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


def rows(text: str) -> dict[str, str]:
    """The rows of a document's tables: what stands first, in backticks, to the rest of its row."""
    return dict(re.findall(r"^\| `([^`]+)` \|(.*)\|$", text, re.MULTILINE))


def headings(path: Path) -> set[str]:
    """The anchors of a document's headings, as the usual hosts make them."""
    found = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}


def links(path: Path) -> list[str]:
    """The targets of a document's links and pictures that lie in this repository."""
    text = path.read_text()
    return [
        *re.findall(r"\]\((?!https?://|mailto:)([^)\s]+)\)", text),
        *re.findall(r'<img src="([^"]+)"', text),
    ]


@pytest.mark.parametrize(
    ("found", "at_least"),
    [(settings_read, 9), (commands, 6), (targets, 9), (api_operations, 5)],
    ids=["settings", "commands", "targets", "API"],
)
def test_what_is_looked_for_is_found(found: object, at_least: int) -> None:
    """A search that finds nothing would let every other test here pass."""
    assert callable(found)
    assert len(found()) >= at_least


def test_every_setting_has_a_row_and_every_row_a_setting() -> None:
    listed = {name for name in rows(CONFIGURATION) if name.isupper()}
    assert listed == settings_read()


def test_the_default_of_each_setting_is_told() -> None:
    told = rows(CONFIGURATION)
    text = (ROOT / "clinic" / "settings.py").read_text()
    for name in ("SITE_URL", "DEFAULT_FROM_EMAIL", "THROTTLE_BOOKING"):
        default = re.search(rf'env\.\w+\("{name}", default="([^"]*)"\)', text)
        assert default is not None
        assert f"`{default[1]}`" in told[name]


def test_every_command_has_a_row() -> None:
    assert commands() <= set(rows(CONFIGURATION))


def test_every_make_target_has_a_row_and_every_row_a_target() -> None:
    listed = {name.removeprefix("make ") for name in rows(CONFIGURATION) if name.startswith("make ")}
    assert listed == targets()


def test_every_operation_of_the_api_has_a_row_and_every_row_an_operation() -> None:
    listed = {name for name in rows(DEVELOPMENT) if "/api/" in name}
    assert listed == api_operations()


def test_every_part_of_the_benchmark_is_told() -> None:
    told = (ROOT / "docs" / "benchmarks.md").read_text()
    assert len(PARTS) >= 10
    for part in PARTS:
        assert f"\n## {part}\n" in told


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for link in links(path):
        place, _, anchor = link.partition("#")
        target = (path.parent / place).resolve() if place else path
        assert target.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in headings(target), f"{link}: there is no such heading"


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_of_the_writers_machine_is_left(path: Path) -> None:
    assert MACHINE.findall(path.read_text()) == []


def test_commands_named_in_the_documents_exist() -> None:
    of_django = {"check", "collectstatic", "createsuperuser", "help", "migrate"}
    for path in DOCS:
        named = set(re.findall(r"manage\.py ([a-z_]+)", path.read_text()))
        assert named <= commands() | of_django, path.name


def test_the_changelog_names_this_version_first_and_dates_every_one() -> None:
    versions = re.findall(r"^## \[(\S+)\](?: - (\d{4}-\d\d-\d\d))?$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == ("Unreleased", "")
    assert versions[1][0] == __version__
    assert all(date for _version, date in versions[1:])


def test_what_contributors_are_told_to_touch_is_there() -> None:
    named = re.findall(r"`([\w.]+/[\w./]*)`", (ROOT / "CONTRIBUTING.md").read_text())
    assert len(named) > 15
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_navigation_has_every_page_once_and_knows_the_place_of_each() -> None:
    # What the search and the theme need from Python is of no matter here.
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
    named = pages_of(on_config({**config, "docs_dir": str(ROOT / "docs")})["nav"])
    there = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}
    assert sorted(named) == sorted(there)


@pytest.mark.slow
def test_the_site_of_the_documents_loads_nothing_from_anybody(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 30
    loads = re.compile(
        r'<(?:script|img|iframe|source)\b[^>]*\bsrc="?(?:https?:)?//|<link\b[^>]*\bhref="?(?:https?:)?//'
    )
    assert not [page.name for page in pages if loads.search(page.read_text())]
    for sheet in (tmp_path / "site").rglob("*.css"):
        assert not re.search(r"url\([\"']?(?:https?:)?//", sheet.read_text()), sheet.name
    assert (tmp_path / "site" / "search" / "search_index.json").exists()


def test_the_badges_say_what_is() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    django = next(each for each in project["dependencies"] if each.startswith("django>"))
    oldest = re.search(r"PostgreSQL (\d+) or newer", (ROOT / "docs" / "install.md").read_text())
    assert oldest is not None
    true = {
        "licence": (ROOT / "LICENSE").read_text().split()[0],
        "python": project["requires-python"].removeprefix(">=") + "+",
        "django": django.rpartition("<")[0].removeprefix("django>=")[:3] + " LTS",
        "postgresql": f"{oldest[1]}+",
    }
    badges = {path.stem: path.read_text() for path in (ROOT / "docs" / "badges").iterdir()}
    assert badges.keys() == true.keys()
    for name, text in badges.items():
        assert f": {true[name]}</title>" in text
        assert f"badges/{name}.svg" in (ROOT / "README.md").read_text()


def test_what_the_comparison_says_is_missing_is_missing() -> None:
    """Whoever builds one of these takes its line out of docs/comparison.md."""
    weak = (ROOT / "docs" / "comparison.md").read_text().partition("## Booking")[0]
    packages = (ROOT / "requirements.txt").read_text()
    for words, names in (
        ("card payments", "stripe|paypal|mollie|adyen|braintree"),
        ("text messages", "twilio|vonage|sms"),
    ):
        assert words in weak
        assert not re.search(rf"^[\w-]*(?:{names})", packages, re.MULTILINE)
    assert "card" not in {field.name for field in Payment._meta.get_fields()}
    assert "one practice is one installation" in weak
    assert "practice_is_one_row" in {each.name for each in Practice._meta.constraints}
    assert "other languages than English" in weak
    assert settings.LANGUAGE_CODE == "en"
    assert list(ROOT.glob("*/locale/*/LC_MESSAGES/*.po")) == []
