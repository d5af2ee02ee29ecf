"""The safety question alone, as booking asks it."""

from __future__ import annotations

import pytest

from clients.care import Level, Triage, UnknownSlugError, service_levels, shipped, suitability

CATALOGUE = shipped()


def test_health_answers_alone_give_the_level_of_a_technique() -> None:
    found = suitability(CATALOGUE, technique="hot-stone", conditions=["diabetes-neuropathy"])
    assert (found.triage, found.level) == (Triage.OK, Level.NEVER)
    assert [rule.condition for rule in found.because] == ["reduced-sensation", "diabetes-neuropathy"]


def test_a_red_flag_gives_the_triage_and_names_itself() -> None:
    found = suitability(CATALOGUE, technique="regular-massage", conditions=[], red_flags=["dvt-signs", "fever-unwell"])
    assert (found.triage, found.level) == (Triage.DOCTOR, Level.OK)
    assert found.flags == ("dvt-signs", "fever-unwell")
    assert not found.triage.allows_massage


def test_a_caution_lets_the_massage_go_on() -> None:
    found = suitability(CATALOGUE, technique="regular-massage", conditions=[], red_flags=["steroid-use-flag"])
    assert found.triage.allows_massage


def test_every_technique_has_a_level_in_the_order_of_the_file() -> None:
    levels = service_levels(CATALOGUE, ["pregnancy"])
    assert {slug: found.level for slug, found in levels.items()} == {
        "regular-massage": Level.CAUTION,
        "deep-tissue": Level.NEVER,
        "hot-stone": Level.NEVER,
    }


def test_unknown_words_are_named() -> None:
    with pytest.raises(UnknownSlugError) as caught:
        suitability(CATALOGUE, technique="hot-rock", conditions=["gout"], red_flags=["sniffles"])
    assert str(caught.value) == 'unknown condition "gout"; unknown red flag "sniffles"; unknown service "hot-rock"'
