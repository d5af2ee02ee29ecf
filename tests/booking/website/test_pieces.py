"""The small parts of the public pages: what an address may name, how prices are written, what is asked."""

import datetime as dt
from decimal import Decimal

import pytest

from booking.appointments.safety_questions import DECISIVE_LEVELS, safety_questions_for
from booking.appointments.selection import read_day, read_start, start_as_text
from booking.website.month import last_day_of, next_month, previous_month, read_month
from clients.care import Level, shipped
from clients.care.terms import Action
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


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "26-01", "2026-01-01", "०२०२-०१", "1900-01", "", "\x00"])
def test_a_month_that_cannot_be_read_is_none(text: str) -> None:
    assert read_month(text) is None


@pytest.mark.parametrize("text", ["2026-02-29", "20260101", "2026-W01-1", "2026-1-1", "3000-01-01", "", "\x00"])
def test_a_day_that_cannot_be_read_is_none(text: str) -> None:
    assert read_day(text) is None


@pytest.mark.parametrize("month", [dt.date(2026, 12, 1), dt.date(2028, 2, 1), dt.date(2027, 1, 1)])
def test_months_turn_over_the_year_and_leap_days(month: dt.date) -> None:
    assert previous_month(next_month(month)) == month
    assert next_month(month) - last_day_of(month) == dt.timedelta(days=1)
    assert read_month(f"{month:%Y-%m}") == month
    assert read_day(month.isoformat()) == month


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
def test_all_that_decides_about_a_technique_is_asked_and_nothing_else(technique: str) -> None:
    catalogue = shipped()
    asked = {each.slug for each in safety_questions_for(catalogue, technique).conditions}
    decisive = {
        slug for level, rules in catalogue.index.levels[technique] if level in DECISIVE_LEVELS for slug in rules
    }
    assert asked == decisive
    assert Level.CAUTION not in DECISIVE_LEVELS


def test_every_sign_that_stops_a_massage_today_is_asked_and_the_others_wait_for_the_intake() -> None:
    asked = set(safety_questions_for(shipped(), "regular-massage").red_flags)
    serious = {each for each in shipped().red_flags if each.action != Action.CAUTION}
    assert {each for each in serious if each.action == Action.EMERGENCY} < asked
    assert serious - asked == {each for each in serious if each.urgency == "days"}


def test_hot_stone_asks_all_that_hands_ask_so_that_its_answers_serve_the_offer_instead() -> None:
    hot, hands = (safety_questions_for(shipped(), slug).slugs for slug in ("hot-stone", "regular-massage"))
    assert hands <= hot


def test_a_technique_of_the_practices_own_is_asked_everything_decisive() -> None:
    own = safety_questions_for(shipped(), "sound-bath").slugs
    assert (
        own >= safety_questions_for(shipped(), "hot-stone").slugs | safety_questions_for(shipped(), "deep-tissue").slugs
    )


def test_every_question_stands_in_a_named_group() -> None:
    groups = safety_questions_for(shipped(), "hot-stone").groups()
    assert groups[0][0] == "Today"
    assert not [name for name, _members in groups if "-" in name.replace("Long-term", "")]
