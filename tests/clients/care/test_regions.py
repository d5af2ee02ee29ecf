"""A law switches an item off wherever it holds, whether the rule names the country or the region it lies in."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from clients.care import Answers, CatalogueError, UnknownSlugError, make_care_plan, shipped
from clients.care.checks import check_catalogue
from clients.care.json_io import answers_from_json
from clients.care.regions import COUNTRY_CODES, REGIONS_BY_COUNTRY, places_of

ACHE = frozenset({"muscle-ache"})
MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905


def offers(region: str | None) -> bool:
    """Whether the blend that the EU and the UK forbid is proposed there."""
    return "panaway" in {each.slug for each in make_care_plan(shipped(), Answers(symptoms=ACHE, region=region)).oils}


@pytest.mark.parametrize("region", ["EU", "eu", " De ", *MEMBERS, "GF", "GP", "MF", "MQ", "RE", "YT", "AX", "UK", "GB"])
def test_a_place_under_the_law_of_the_eu_or_uk_is_not_offered_what_is_banned_there(region: str) -> None:
    assert not offers(region)
    assert answers_from_json(json.dumps({"region": region})).region == region.strip().upper()


@pytest.mark.parametrize("region", [None, "", "US", "ca", "CH", "NZ"])
def test_elsewhere_and_where_no_place_is_named_it_is_offered(region: str | None) -> None:
    assert offers(region)
    assert answers_from_json(json.dumps({"region": region})).region == (region.upper() if region else None)


@pytest.mark.parametrize("region", ["Europe", "EEA", "EL", "XI", "EU-DE", "GB-NIR", "Germany", "United Kingdom", "ZZ"])
def test_a_place_that_is_none_is_an_error_that_names_it_and_lets_nothing_through(region: str) -> None:
    with pytest.raises(UnknownSlugError, match=f'unknown region "{region}"'):
        answers_from_json(json.dumps({"region": region}))
    assert not offers(region)


@pytest.mark.parametrize(("banned", "here"), [("DE", "DE"), ("GB", "GB"), ("GB", "UK"), ("UK", "GB"), ("US", "us")])
def test_a_ban_by_country_holds_there_and_not_next_door(banned: str, here: str) -> None:
    lavender = replace(shipped().index.oils["lavender"], off_in_regions=frozenset({banned}))
    assert lavender.is_off(here)
    assert not lavender.is_off("FR")
    assert not lavender.is_off(None)


@pytest.mark.parametrize("region", ["eu", "Europe", "EL", ""])
def test_a_ban_for_nowhere_is_refused(region: str) -> None:
    oils = [replace(oil, off_in_regions=frozenset({region, "EU"})) for oil in shipped().oils[:1]]
    with pytest.raises(CatalogueError, match=f"{region!r} is no region: EU, UK or a country"):
        check_catalogue(replace(shipped(), oils=(*oils, *shipped().oils[1:])))


def test_every_country_is_known_and_lies_in_itself() -> None:
    assert len(COUNTRY_CODES) == 249
    assert {"DE", "US", "AX", "GB", "ZW"} <= COUNTRY_CODES
    assert all(code in places_of(code) for code in REGIONS_BY_COUNTRY)
