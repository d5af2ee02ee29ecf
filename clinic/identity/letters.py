"""Letters that nobody sees, and letters that are written in several ways."""

import re
import unicodedata

# Letters and marks that show nothing, beside the category Cf: fillers, the grapheme joiner, variation selectors
# (Unicode's Default_Ignorable_Code_Point), and the empty Braille pattern.
BLANK_LETTERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
JOINERS = "\u200c\u200d"
# Line ends, control characters and the like: no name or mail header may hold them.
CONTROL_LETTERS = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})
APOSTROPHES = dict.fromkeys(
    map(ord, "\u2019\u2018\u201b\u02bc\u02bb\u02b9\u02bd\u2032\u0060\u00b4\uff07\u02be\u02bf"), "'"
)
HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d"), "-")


def is_control_letter(letter: str) -> bool:
    """Whether it is a line end or a control character."""
    return unicodedata.category(letter) in CONTROL_LETTERS


def is_invisible(letter: str) -> bool:
    """Whether a reader sees nothing of it, not even a space."""
    return unicodedata.category(letter) == "Cf" or bool(BLANK_LETTERS.match(letter))


def without_invisible(text: str) -> str:
    """The text without what nobody sees, joiners included."""
    return "".join(letter for letter in text if not is_invisible(letter))
