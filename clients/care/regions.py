"""From a country to the region that `off_in_regions` speaks of."""

from __future__ import annotations

# The 27 members, and Iceland, Liechtenstein and Norway, where the EU's cosmetics law (2022/1531) applies as well.
EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)
UK = frozenset({"GB", "UK"})


def region_of(country: str) -> str:
    """The region of an ISO 3166 country code: "EU", "UK", or the code itself in capitals ("US")."""
    code = country.strip().upper()
    if code in EU:
        return "EU"
    return "UK" if code in UK else code
