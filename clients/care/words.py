"""Words for a place: American or other English, and the number for emergencies."""

from __future__ import annotations

import re

from clients.care.regions import code_of
from clients.care.sections import Regions

CHOICE = re.compile(r"\[\[([^|\]]*)\|([^\]]*)\]\]")
EMERGENCY = "{emergency}"
# The words before a "you" that is "them", not "they".
TO_THEM = (
    "for|to|with|of|on|books?|sees?|suits?|gives?|makes?|examined|heats|tells|helps?|troubles?|sets?|knows|"
    "told(?= you[.,;])"
)
YOU = re.compile(rf"\b(?P<before>(?:{TO_THEM}) )?(?P<you>you|yours|yourself|your)\b", re.IGNORECASE)
THEY = {"you": "they", "your": "their", "yours": "theirs", "yourself": "themselves"}


def in_region(text: str, regions: Regions, region: str | None, *, emergency: str) -> str:
    """A text of the catalogue as people read it in a country: one word of each `[[US|other]]` pair, and the number.

    `emergency`: the practice's emergency number, or the words that stand for it.
    """
    group = 1 if code_of(region) in regions.us_words else 2
    return CHOICE.sub(lambda pair: pair[group], text).replace(EMERGENCY, emergency)


def about_them(text: str) -> str:
    """A text that speaks to who comes, as whoever books for them reads it: "your heart" is "their heart"."""

    def theirs(found: re.Match[str]) -> str:
        you, before = found["you"], found["before"] or ""
        they = "them" if before and you.lower() == "you" else THEY[you.lower()]
        return before + (they.capitalize() if you[0].isupper() else they)

    return YOU.sub(theirs, text)
