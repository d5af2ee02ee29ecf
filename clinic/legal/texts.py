"""The two texts: as Warmstone ships them for a country, as the owner words them, and as a page shows them.

A text is plain: a line that begins with `# ` is a heading, one with `- ` a point of a list, an empty line ends a
paragraph. A line with a variable that is not known is left out, and with its last line a heading goes too: the page
says what is on file and nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.template.loader import render_to_string
from django.utils import translation

from clinic.legal.countries import GDPR_COUNTRIES, template_of
from clinic.legal.facts import legal_values
from clinic.models import LegalDetails, LegalText, LegalTextKind, Practice
from clinic.wording import VARIABLE, BrokenText, fill_text, paragraphs


@dataclass(frozen=True)
class Block:
    """A heading, a list or a paragraph, with its lines."""

    kind: str
    lines: tuple[str, ...]


def shipped_text(kind: str, practice: Practice, details: LegalDetails) -> str:
    """What Warmstone says by itself, with variables for what it knows."""
    name = f"privacy/{template_of(practice.country)}" if kind == LegalTextKind.PRIVACY else "imprint"
    country = practice.country
    context = {
        "country": country,
        "is_gdpr": country in GDPR_COUNTRIES,
        "law": "UK GDPR" if country == "GB" else "GDPR",
        "covered_entity": details.covered_entity,
    }
    with translation.override(practice.formats.tag):
        text = render_to_string(f"clinic/legal/{name}.txt", context)
    return "\n\n".join(paragraphs(text))


def text_in_force(kind: str, practice: Practice, details: LegalDetails, own: LegalText | None) -> list[Block]:
    """A page's blocks, filled: the owner's text, or the shipped one where there is none or it cannot be filled."""
    values = legal_values(practice, details)
    if own is not None:
        try:
            return blocks_of(filled(own.text, values))
        except BrokenText:
            pass  # saving refuses it; a row written past that must not close the page
    return blocks_of(filled(shipped_text(kind, practice, details), values))


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its values, without the lines that speak of something unknown. Raises BrokenText."""
    kept = [line for line in lines_in(text) if all(values.get(name, "?") for name in VARIABLE.findall(line))]
    return fill_text("\n".join(kept), values)


def lines_in(text: str) -> list[str]:
    """The lines of a text, whichever way a browser or an editor parts them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def blocks_of(text: str) -> list[Block]:
    """A filled text as blocks; a heading under which nothing stands is left out."""
    found = [*all_blocks(lines_in(text)), Block("heading", ())]
    return [each for each, after in pairwise(found) if not each.kind == after.kind == "heading"]


def all_blocks(lines: Iterable[str]) -> Iterator[Block]:
    """Every block, in order."""
    kind, held = "", list[str]()
    for line in [*lines, ""]:
        now, words = kind_of_text(line.strip())
        if held and (now != kind or now in {"", "heading"}):
            yield Block(kind, tuple(held))
            held = []
        if now:
            held.append(words)
        kind = now


def kind_of_text(line: str) -> tuple[str, str]:
    """What a line is, and what it says; an empty one is nothing."""
    if line.startswith("# "):
        return "heading", line[2:].strip()
    if line.startswith("- "):
        return "list", line[2:].strip()
    return ("paragraph", line) if line else ("", "")
