"""Under which laws a place lies, which words it reads, and its emergency number."""

from __future__ import annotations

from importlib.resources import files

from clients.care.entries import Slugs
from clients.care.sections import Regions

# ISO 3166-1 alpha-2, as it comes with the time zones.
COUNTRY_CODES = frozenset(
    line.split("\t")[0]
    for line in files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
)


def code_of(region: str | None) -> str:
    """A region as the rules write it: "EU" for " eu", and "" where none is named."""
    return (region or "").strip().upper()


def places_of(region: str | None, regions: Regions) -> Slugs:
    """Every code by which a rule may mean this place: {"DE", "EU"} for "DE" or "de".

    What is no region and no ISO 3166-1 country may lie anywhere, so every rule means it: a ban is never lost by a
    misspelling, nor by a practice that has not said where it is.
    """
    code = code_of(region)
    groups = {"UK": frozenset(regions.uk), "EU": frozenset(regions.eu)}
    found = frozenset({code, *(name for name, members in groups.items() if code in members)})
    known = COUNTRY_CODES.union(*groups.values(), groups)
    return found if code in known else known
