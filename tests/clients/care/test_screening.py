"""What is asked before a booking: few questions, those that can rule a massage out; and how long an answer counts."""

from __future__ import annotations

import datetime as dt

import pytest

from clients.care import Level, shipped
from clients.care.screening import (
    booking_flags,
    booking_questions,
    health_questions,
    lapses_at,
    lasting_conditions,
    live_conditions,
    passes,
)

NOW = dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC)


# One more question asks whether somebody comes to relax or with pain.
@pytest.mark.parametrize(("technique", "groups"), [("regular-massage", 6), ("hot-stone", 9), ("deep-tissue", 9)])
def test_a_booking_asks_few_questions(technique: str, groups: int) -> None:
    found = booking_questions(shipped(), technique, region="DE")
    assert len(found) == groups
    assert len({question.group.id for question in found}) == groups


def test_every_condition_that_can_rule_a_technique_out_is_asked() -> None:
    catalogue = shipped()
    for technique in catalogue.techniques:
        asked = {each.id for question in booking_questions(catalogue, technique.id) for each in question.conditions}
        for condition in catalogue.conditions:
            out = any(
                bar.level in (Level.NEVER, Level.CLEARANCE) and not set(bar.tags).isdisjoint(technique.tags)
                for bar in condition.bars
            )
            if condition.triage or out:
                assert (condition.asked_as or condition.id) in asked, (technique.id, condition.id)


def test_an_add_on_brings_its_own_questions() -> None:
    plain = {each.id for found in booking_questions(shipped(), "regular-massage") for each in found.conditions}
    warm = {
        each.id
        for found in booking_questions(shipped(), "regular-massage", addons=["warm-foot-bath"])
        for each in found.conditions
    }
    assert "open-wound-skin" in warm
    assert plain < warm


def test_who_comes_with_pain_is_asked_few_signs() -> None:
    assert 5 <= len(booking_flags(shipped())) <= 10


def test_what_makes_no_difference_here_is_not_asked() -> None:
    live = live_conditions(shipped(), "DE")
    assert {"glaucoma", "allergy-shellfish"}.isdisjoint(live)
    assert {"allergy-nut", "allergy-coconut", "not-confident-in-water"} <= live
    asked = {each.id for question in health_questions(shipped(), region="DE") for each in question.conditions}
    assert "pregnancy-first-trimester" not in asked
    assert "pregnancy" in asked


def test_what_passes_counts_until_it_has_passed() -> None:
    catalogue = shipped()
    assert passes(catalogue, "sunburn")
    assert not passes(catalogue, "asthma")
    assert lapses_at(catalogue, "sunburn", NOW) == NOW + dt.timedelta(days=10)
    told = ["sunburn", "asthma", "recent-topical-heat-rub"]
    assert lasting_conditions(catalogue, told, told_at=NOW, at=NOW + dt.timedelta(days=2)) == {"sunburn", "asthma"}
    assert lasting_conditions(catalogue, told, told_at=NOW, at=NOW + dt.timedelta(days=10)) == {"asthma"}
