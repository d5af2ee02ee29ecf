"""Rules that contradict each other are refused beside their field: nobody could book, or somebody at three at night."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from booking.models import AddOn, HoursOverride, Service, TimeOff, WorkingHours
from clinic.models import Practice
from tests.booking.admin_pages import filled
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.sql

ADMIN = "/admin/booking/"


@pytest.fixture
def owner(cast: Cast, client: Browser) -> Browser:
    """Olga in the admin."""
    client.force_login(cast.owner)
    return client


def new_hours(cast: Cast, **typed: object) -> dict[str, object]:
    """The admin's form for new hours of Mira on Tuesday, who works from 9 to 17."""
    usual = {"therapist": cast.mira.pk, "weekday": 1, "starts": "18:00", "ends": "20:00"}
    return {**usual, "valid_from": "", "valid_until": "", **typed}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"starts": "17:00", "ends": "09:00"}, "ends"),
        ({"starts": "18:00", "ends": "18:00"}, "ends"),
        ({"starts": "18:00", "ends": "20:00", "over_midnight": "on"}, "over_midnight"),
        ({"starts": "16:00", "ends": "18:00"}, "starts"),
        ({"starts": "08:00", "ends": "18:00", "valid_from": "2020-01-01"}, "starts"),
        ({"weekday": 0, "starts": "20:00", "ends": "10:00", "over_midnight": "on"}, "starts"),
    ],
)
def test_hours_in_disorder_or_twice_are_refused(
    cast: Cast, owner: Browser, typed: dict[str, object], field: str
) -> None:
    before = WorkingHours.objects.count()
    page = owner.post(f"{ADMIN}workinghours/add/", new_hours(cast, **typed))
    assert list(page.context["adminform"].form.errors) == [field]
    assert WorkingHours.objects.count() == before


def test_the_other_range_is_named(cast: Cast, owner: Browser) -> None:
    page = owner.post(f"{ADMIN}workinghours/add/", new_hours(cast, starts="16:00", ends="18:00"))
    assert "Tuesday 09:00-17:00" in page.content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {"starts": "17:00", "ends": "20:00"},
        {"starts": "18:00", "ends": "00:00"},
        {"starts": "20:00", "ends": "02:00", "over_midnight": "on"},
        {"starts": "10:00", "ends": "12:00", "therapist": "tess", "weekday": 6},
    ],
)
def test_hours_that_touch_end_at_midnight_or_are_ticked_are_saved(
    cast: Cast, owner: Browser, typed: dict[str, object]
) -> None:
    if typed.get("therapist") == "tess":
        typed = {**typed, "therapist": cast.tess.pk}
    assert owner.post(f"{ADMIN}workinghours/add/", new_hours(cast, **typed)).status_code == 302


def test_hours_of_another_season_do_not_overlap(cast: Cast, owner: Browser) -> None:
    cast.mira.hours.update(valid_until=dt.date(2026, 12, 31))
    sent = new_hours(cast, starts="08:00", ends="12:00", valid_from="2027-01-01")
    assert owner.post(f"{ADMIN}workinghours/add/", sent).status_code == 302


def inline(cast: Cast, owner: Browser) -> tuple[str, dict[str, Any], str]:
    """The therapist's page, its form, and the prefix of Tuesday's row in it."""
    address = f"{ADMIN}therapist/{cast.mira.pk}/change/"
    sent = filled(owner.get(address))
    row = next(name for name, value in sent.items() if name.endswith("-weekday") and value == ["1"])
    return address, sent, row.removesuffix("weekday")


def test_rows_of_one_form_are_judged_as_they_will_stand_together(cast: Cast, owner: Browser) -> None:
    address, sent, row = inline(cast, owner)
    count = int(sent["hours-TOTAL_FORMS"][0])
    added = {f"hours-{count - 1}-{name}": value for name, value in new_hours(cast, starts="12:00").items()}
    assert owner.post(address, {**sent, **added, f"{row}ends": "13:00:00"}).status_code == 200
    # The old row still reads 9 to 17 in the database, and ends at 12 in this very form.
    assert owner.post(address, {**sent, **added, f"{row}ends": "12:00:00"}).status_code == 302
    assert cast.mira.hours.filter(weekday=1).count() == 2


def test_other_hours_on_a_date_are_in_order_and_do_not_overlap(cast: Cast, owner: Browser) -> None:
    HoursOverride.objects.create(therapist=cast.mira, date=cast.day(), starts=dt.time(9), ends=dt.time(12))
    address, sent, _row = inline(cast, owner)
    for starts, ends, status in (
        ("11:00", "14:00", 200),  # overlaps
        ("", "", 200),  # closed and at work
        ("17:00", "15:00", 200),  # backwards
        ("15:00", "17:00", 302),
    ):
        added = {"date": cast.day().isoformat(), "starts": starts, "ends": ends}
        more = {f"other_hours-1-{name}": value for name, value in added.items()}
        assert owner.post(address, {**sent, **more}).status_code == status, starts


@pytest.mark.parametrize(("starts", "ends", "over"), [(17, 9, False), (9, 17, True), (9, 9, False)])
def test_postgresql_refuses_what_the_forms_refuse(cast: Cast, starts: int, ends: int, over: bool) -> None:
    times = {"starts": dt.time(starts), "ends": dt.time(ends), "over_midnight": over}
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkingHours.objects.create(therapist=cast.mira, weekday=6, **times)
    with pytest.raises(IntegrityError), transaction.atomic():
        HoursOverride.objects.create(therapist=cast.mira, date=cast.day(), **times)
    with pytest.raises(IntegrityError), transaction.atomic():
        TimeOff.objects.create(therapist=cast.mira, starts_at=cast.at(9), ends_at=cast.at(9))
    with pytest.raises(IntegrityError), transaction.atomic():
        Service.objects.filter(pk=cast.regular.pk).update(price=-1)


@pytest.mark.parametrize(
    ("edited", "field"),
    [
        ({"needs_kit": False, "kit_buffer_after": 0}, "needs_kit"),
        ({"first_start": dt.time(16), "last_start": dt.time(10)}, "last_start"),
        ({"horizon_days": 0}, "horizon_days"),
        ({"notice_minutes": 999_999}, "notice_minutes"),
        ({"notice_minutes": 30 * 24 * 60, "horizon_days": 30}, "notice_minutes"),
        ({"price": -1}, "price"),
        ({"cancel_cutoff_hours": 9_999}, "cancel_cutoff_hours"),
    ],
)
def test_a_service_that_nobody_could_book_or_book_safely_is_refused(
    cast: Cast, edited: dict[str, object], field: str
) -> None:
    for name, value in edited.items():
        setattr(cast.hot_stone, name, value)
    with pytest.raises(ValidationError) as refused:
        cast.hot_stone.full_clean()
    assert field in refused.value.message_dict


def test_a_service_of_the_cast_is_fine(cast: Cast) -> None:
    rows = [*Service.objects.all(), Practice.current()]
    assert len(rows) > 2
    assert [refusal_of(row) for row in rows] == [{}] * len(rows)


def refusal_of(row: Service | Practice) -> dict[str, list[str]]:
    """What is said against a row, by field; nothing where it is accepted."""
    try:
        row.full_clean()
    except ValidationError as refused:
        return dict(refused.message_dict)
    return {}


def test_an_add_on_with_stones_needs_a_kit(cast: Cast) -> None:
    stones = AddOn(slug="s", name="Stones", price=5, technique="hot-stone")
    with pytest.raises(ValidationError) as refused:
        stones.full_clean()
    assert "needs_kit" in refused.value.message_dict


@pytest.mark.parametrize(
    ("edited", "field"),
    [
        ({"notice_minutes": 999_999}, "notice_minutes"),
        ({"horizon_days": 0}, "horizon_days"),
        ({"quiet_from": dt.time(8), "quiet_until": dt.time(7, 59)}, "quiet_until"),
    ],
)
def test_a_practice_that_nobody_could_book_or_hear_from_is_refused(
    cast: Cast, edited: dict[str, object], field: str
) -> None:
    practice = Practice.current()
    for name, value in edited.items():
        setattr(practice, name, value)
    with pytest.raises(ValidationError) as refused:
        practice.full_clean()
    assert field in refused.value.message_dict


@pytest.mark.parametrize("limit", ["max_appointments_a_day", "max_minutes_a_day"])
def test_a_therapist_who_takes_nobody_is_refused(cast: Cast, limit: str) -> None:
    setattr(cast.mira, limit, 0)
    with pytest.raises(ValidationError) as refused:
        cast.mira.full_clean()
    assert limit in refused.value.message_dict
