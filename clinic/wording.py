"""Texts that a practice writes itself: plain, with a few variables in braces. Pure: text and values in, text out."""

import re
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

VARIABLE = re.compile(r"\{([^{}]*)\}")
PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
# A name that is not known leaves no gap: "Dear , " becomes "Dear, ".
BLANK_LINES = re.compile(r"[ \t]+(?=[,.!?;:])|(?<=[ \t])[ \t]+")


class BrokenText(ValueError):  # noqa: N818 - names what it is
    """A text with something in it that cannot be filled; the message is for the person who wrote it."""


def wording_problem(text: str, known: Collection[str]) -> str:
    """What is wrong with a text, in a sentence; empty where every brace is one of the known variables."""
    if "{" in VARIABLE.sub("", text) or "}" in VARIABLE.sub("", text):
        return _("A brace stands alone. Variables are written like {%(name)s}.") % {"name": next(iter(known), "name")}
    unknown = [name for name in VARIABLE.findall(text) if name not in known]
    if unknown:
        usable = ", ".join(f"{{{name}}}" for name in known)
        return _("{%(unknown)s} is not known here. You can use %(known)s.") % {"unknown": unknown[0], "known": usable}
    return ""


def fill_text(text: str, values: Mapping[str, str]) -> str:
    """One text with its values, which are never read for variables themselves. Raises BrokenText."""
    if why := wording_problem(text, values):
        raise BrokenText(why)
    return BLANK_LINES.sub("", VARIABLE.sub(lambda found: values[found[1]], text))


def paragraphs(text: str) -> tuple[str, ...]:
    """A text parted at its empty lines."""
    return tuple(part.strip() for part in PARAGRAPHS.split(text.replace("\r\n", "\n").strip()) if part.strip())
