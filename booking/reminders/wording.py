"""The practice's own words in mails: plain text with a few variables. Pure: text and values in, text out."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

# What a text may speak of. Nothing here comes from a health answer, and no code to sign in with stands in a subject.
PRACTICE = ("practice", "address", "phone")
VARIABLES = ("first_name", "date", "time", "minutes", "service", "therapist", *PRACTICE)
VARIABLE = re.compile(r"\{([^{}]*)\}")
PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
# A name that is not known leaves no gap: "Dear , " becomes "Dear, ".
BLANK_LINES = re.compile(r"[ \t]+(?=[,.!?;:])|(?<=[ \t])[ \t]+")


class BrokenText(ValueError):  # noqa: N818 - names what it is
    """A text with something in it that cannot be filled; the message is for the person who wrote it."""


@dataclass(frozen=True)
class FilledText:
    """What the practice says itself in one mail: the subject in one line, the rest in paragraphs."""

    subject: str = ""
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()


def wording_problem(text: str, known: Collection[str] = VARIABLES) -> str:
    """What is wrong with a text, in a sentence; empty where every brace is one of the known variables."""
    if "{" in VARIABLE.sub("", text) or "}" in VARIABLE.sub("", text):
        return _("A brace stands alone. Variables are written like {first_name}.")
    unknown = [name for name in VARIABLE.findall(text) if name not in known]
    if unknown:
        usable = ", ".join(f"{{{name}}}" for name in known)
        return _("{%(unknown)s} is not known here. You can use %(known)s.") % {"unknown": unknown[0], "known": usable}
    return ""


def fill_words(values: Mapping[str, str], *, subject: str = "", opening: str = "", closing: str = "") -> FilledText:
    """Put the values of one mail in place of the variables. Values are never read for variables themselves.

    Raises BrokenWording.
    """
    subject, opening, closing = (fill_text(text, values) for text in (subject, opening, closing))
    return FilledText(" ".join(subject.split()), paragraphs(opening), paragraphs(closing))


def fill_text(text: str, values: Mapping[str, str]) -> str:
    """One text with its values. Raises BrokenWording."""
    if why := wording_problem(text, values):
        raise BrokenText(why)
    return BLANK_LINES.sub("", VARIABLE.sub(lambda found: values[found[1]], text))


def paragraphs(text: str) -> tuple[str, ...]:
    """A text parted at its empty lines."""
    return tuple(part.strip() for part in PARAGRAPHS.split(text.replace("\r\n", "\n").strip()) if part.strip())
