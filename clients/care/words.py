"""Words for a place: American or other English, and the number for emergencies."""

from __future__ import annotations

import re

from clients.care.regions import code_of
from clients.care.sections import Regions

CHOICE = re.compile(r"\[\[([^|\]]*)\|([^\]]*)\]\]")
EMERGENCY = "{emergency}"


def in_region(text: str, regions: Regions, region: str | None, *, emergency: str) -> str:
    """A text of the catalogue as people read it in a country: one word of each `[[US|other]]` pair, and the number.

    `emergency`: the practice's emergency number, or the words that stand for it.
    """
    group = 1 if code_of(region) in regions.us_words else 2
    return CHOICE.sub(lambda pair: pair[group], text).replace(EMERGENCY, emergency)
