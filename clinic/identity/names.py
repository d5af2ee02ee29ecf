"""Names: as they are shown, as they are compared, as they are searched and sorted.

Two names of one strict key are one name: NFKC, capitals, kinds of apostrophe and hyphen and invisible letters aside.
Two of one loose key may be one: accents, spaces, hyphens and apostrophes aside, and ä written as ae. Keys are cut to
LONGEST, because a letter may fold to eighteen and PostgreSQL indexes no more than 2,700 bytes.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clinic.identity.letters import APOSTROPHES, HYPHENS, JOINERS, is_control_letter, is_invisible, without_invisible

LONGEST_NAME = 320
# Marks that are left out for the loose key: of Latin, Greek and Cyrillic letters, and the points of Hebrew and Arabic.
# The vowel signs of other scripts are letters to their readers and stay.
ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
# Letters with a stroke or a hook, which Unicode does not take apart.
STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n"}
)
SPELLED_OUT = re.compile("ae|oe|ue")
# Between the parts of a sorting key: before the space, so that Berg comes before Berg Anders.
NAME_PART = "\t"


def tidy_name(text: str) -> str:
    """A name as it is kept and shown: NFC, single spaces, nothing invisible; empty where nobody would see anything.

    Joiners stay between letters of the scripts that need them, such as Persian. Raises ValidationError for line ends
    and control characters.
    """
    if any(is_control_letter(letter) for letter in text):
        raise ValidationError(_("Please leave out line breaks and control characters."), code="controls")
    letters = [
        each for place, each in enumerate(text) if not is_invisible(each) or is_joiner_between_letters(text, place)
    ]
    tidy = " ".join(unicodedata.normalize("NFC", "".join(letters)).split())
    return tidy if any(unicodedata.category(each)[0] in "LNPS" for each in tidy) else ""


def is_joiner_between_letters(text: str, place: int) -> bool:
    """Whether the letter at a place is a joiner between two letters of a script that is written with them."""
    around = (text[place - 1 : place], text[place + 1 : place + 2])
    return text[place] in JOINERS and all(each >= "\u0600" and unicodedata.category(each)[0] in "LM" for each in around)


def folded(text: str) -> str:
    """Text in small letters and one form of each letter, accents kept."""
    same = without_invisible(text.translate(APOSTROPHES).translate(HYPHENS))
    # Folding capitals can take letters apart again.
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", same).casefold()).split())


def strict_key(first: str, last: str) -> str:
    """What two files of one person have in common, whichever field each of the names stands in."""
    return folded(f"{first} {last}")[:LONGEST_NAME]


def searchable_words(text: str) -> str:
    """Words without accents and apostrophes, hyphens as spaces: as people search and as lists are sorted."""
    apart = unicodedata.normalize("NFKD", folded(text).translate(STROKES))
    bare = unicodedata.normalize("NFC", ACCENTS.sub("", apart)).translate(STROKES)
    return " ".join(bare.replace("'", "").replace("-", " ").split())


def loose_key(first: str, last: str) -> str:
    """What two files may have in common that are perhaps of one person."""
    letters = "".join(
        each for each in searchable_words(f"{first} {last}") if each.isalnum() or unicodedata.category(each)[0] == "M"
    )
    return (SPELLED_OUT.sub(lambda found: found[0][0], letters) or strict_key(first, last))[:LONGEST_NAME]


def sort_key(first: str, last: str) -> str:
    """Where a person stands in a list by last name, to be compared letter by letter; one name stands for both."""
    by = (last, first) if searchable_words(last) else (first, "")
    return f"{NAME_PART.join(searchable_words(each) for each in by)}{NAME_PART}{strict_key(first, last)}"[:LONGEST_NAME]
