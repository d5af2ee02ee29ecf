"""Under which laws a place lies: its own country's, and those of the region that `off_in_regions` may name instead."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from clients.care.terms import NO_SLUGS, Slugs

# ISO 3166-1 alpha-2, as it comes with the time zones.
COUNTRY_CODES = frozenset(
    line.split("\t")[0]
    for line in files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
)
UNITED_KINGDOM = frozenset({"GB", "UK"})
# Where the EU's cosmetics law (2022/1531) applies: the 27 members, Iceland, Liechtenstein and Norway, and the places of
# members that have a code of their own: the outermost regions, and the Åland Islands.
EUROPEAN_UNION = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK "  # noqa: SIM905
    "IS LI NO GF GP MF MQ RE YT AX EU".split()
)
REGIONS_BY_COUNTRY = COUNTRY_CODES | EUROPEAN_UNION | UNITED_KINGDOM


def code_of(region: str | None) -> str:
    """A region as the rules write it: "EU" for " eu", and "" where none is named."""
    return (region or "").strip().upper()


@lru_cache(maxsize=512)
def places_of(region: str | None) -> Slugs:
    """Every code by which a rule may mean this place: {"DE", "EU"} for "DE" or "de"; none where no place is named.

    What is no region and no ISO 3166-1 country may lie anywhere, so every rule means it: a ban is never lost by a
    misspelling.
    """
    code = code_of(region)
    if not code:
        return NO_SLUGS
    if code not in REGIONS_BY_COUNTRY:
        return REGIONS_BY_COUNTRY
    if code in UNITED_KINGDOM:
        return UNITED_KINGDOM
    return frozenset({code, "EU"}) if code in EUROPEAN_UNION else frozenset({code})
