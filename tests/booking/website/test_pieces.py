"""The small parts of the public pages: what an address may name, how prices are written, what is asked."""

import datetime as dt
from decimal import Decimal

import pytest

from booking.appointments.safety_questions import safety_questions_for
from booking.appointments.selection import read_day, read_start, start_as_text
from clients.care import Answers, Level, shipped
from clients.care.weighing import suitability
from clinic.templatetags.moments import price


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-12-01T09:00:00Z", dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)),
        ("2026-12-01T10:00:00+01:00", dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)),
        ("2026-12-01T10:00:00 01:00", dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)),  # a plus that became a space
        ("2026-12-01T09:00Z", dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)),
        ("2026-12-01T09:00:00", None),
        ("2026-12-01", None),
        ("soon", None),
        ("", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_a_start_is_read_only_with_its_offset(text: str, instant: dt.datetime | None) -> None:
    assert read_start(text) == instant
    if instant is not None:
        assert read_start(start_as_text(instant)) == instant


@pytest.mark.parametrize("text", ["2026-02-29", "20260101", "2026-W01-1", "2026-1-1", "3000-01-01", "", "\x00"])
def test_a_day_that_cannot_be_read_is_none(text: str) -> None:
    assert read_day(text) is None


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("72.00", "EUR", "€72"),
        ("72.50", "EUR", "€72.50"),
        ("0.00", "USD", "$0"),
        ("1150.00", "CHF", "CHF\N{NO-BREAK SPACE}1150"),
        ("1150.05", "GBP", "£1150.05"),
    ],
)
def test_prices_are_written_as_people_do(amount: str, currency: str, written: str) -> None:
    assert price(Decimal(amount), currency).replace(",", "") == written


@pytest.mark.parametrize("technique", ["regular-massage", "deep-tissue", "hot-stone"])
def test_all_that_can_rule_a_massage_out_is_asked_and_nothing_that_only_asks_for_care(technique: str) -> None:
    catalogue = shipped()
    asked = {each.id for each in safety_questions_for(catalogue, technique).conditions}
    holding_back, harmless = set(), set()
    for slug, condition in catalogue.index.conditions.items():
        level = suitability(catalogue, Answers(conditions=frozenset({slug})), [technique]).level
        if level.holds_back:
            holding_back.add(condition.asked_as or slug)
        elif level.rank > Level.LOCAL.rank:
            harmless.add(slug)
    assert holding_back <= asked
    assert not asked & harmless - holding_back


def test_hot_stone_asks_all_that_hands_ask_so_that_its_answers_serve_the_offer_instead() -> None:
    hot, hands = (safety_questions_for(shipped(), slug).slugs for slug in ("hot-stone", "regular-massage"))
    assert hands <= hot


def test_warmth_that_is_added_is_asked_about() -> None:
    bare, warm = (safety_questions_for(shipped(), "regular-massage", *more).slugs for more in ((), ("warm-towels",)))
    assert "heat-intolerance" in warm - bare
    assert bare <= warm


def test_a_technique_of_the_practices_own_is_asked_everything_that_can_rule_any_out() -> None:
    own = safety_questions_for(shipped(), "sound-bath").slugs
    assert own >= {slug for each in shipped().index.techniques for slug in safety_questions_for(shipped(), each).slugs}


def test_a_place_is_asked_only_where_it_decides() -> None:
    stones, hands = (safety_questions_for(shipped(), slug) for slug in ("hot-stone", "regular-massage"))
    assert {"sunburn", "recent-surgery"} <= stones.with_place
    assert not hands.with_place
    assert stones.by_weeks == hands.by_weeks == {"pregnancy"}


def test_what_is_known_is_left_out_and_so_is_a_group_with_nothing_left() -> None:
    asked = safety_questions_for(shipped(), "regular-massage")
    skin = {"skin-infection-spreading"}
    left = asked.without(skin)
    assert left.slugs == asked.slugs - skin
    assert [each.group.id for each in left.groups] == [
        each.group.id for each in asked.groups if each.group.id != "skin"
    ]
