"""Settings know the appointments ahead: an edit that leaves some behind shows them first, whatever page makes it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment, Holiday, HoursOverride, Status, TimeOff, WorkingHours
from booking.scheduling.configuration import current_configuration
from booking.scheduling.confirmed_edits import CONFLICTS_CONFIRMED_FIELD
from booking.scheduling.conflicts import settings_conflicts
from tests.booking.admin_pages import all_the_same, filled
from tests.fixtures.add_ons import Extras
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

Sent = dict[str, Any]
Edit = Callable[[Browser, Cast], tuple[str, Sent]]
ADMIN = "/admin/booking/"


@pytest.fixture
def owner(cast: Cast, client: Browser) -> Browser:
    """Olga in the admin."""
    client.force_login(cast.owner)
    return client


def change(noun: str, **edited: Any) -> Edit:
    """The change form of one of the cast, with some fields edited; a field may depend on the cast."""

    def edit(owner: Browser, cast: Cast) -> tuple[str, Sent]:
        key = {"room": cast.green_room, "stonekit": cast.kit, "therapist": cast.mira, "service": cast.hot_stone}
        address = f"{ADMIN}{noun}/{key[noun].pk}/change/"
        values = {name: value(cast) if callable(value) else value for name, value in edited.items()}
        return address, filled(owner.get(address), **values)

    return edit


def tuesday_ends_early(owner: Browser, cast: Cast) -> tuple[str, Sent]:
    """In the inline of the therapist, Mira's Tuesday ends at 13:00."""
    address = f"{ADMIN}therapist/{cast.mira.pk}/change/"
    sent = filled(owner.get(address))
    row = next(name for name, value in sent.items() if name.endswith("-weekday") and value == ["1"])
    return address, {**sent, row.replace("weekday", "ends"): "13:00:00"}


def tuesday_closed(owner: Browser, cast: Cast) -> tuple[str, Sent]:
    """In the inline of the therapist, other hours: none on that date."""
    address = f"{ADMIN}therapist/{cast.mira.pk}/change/"
    return address, filled(owner.get(address), **{"other_hours-0-date": cast.day().isoformat()})


def sign_in_off(_owner: Browser, cast: Cast) -> tuple[str, Sent]:
    """Mira has left: her sign-in is switched off."""
    assert cast.mira.user is not None
    sent = {"email": cast.mira.user.email, "name": cast.mira.user.name, "is_staff": "on"}
    return f"/admin/clinic/user/{cast.mira.user.pk}/change/", sent


def in_the_list(noun: str, box: str) -> Edit:
    """The first row's tick taken away in the list."""

    def edit(owner: Browser, _cast: Cast) -> tuple[str, Sent]:
        address = f"{ADMIN}{noun}/"
        return address, {**filled(owner.get(address), **{f"form-0-{box}": None}), "_save": "Save"}

    return edit


def hours_deleted(_owner: Browser, cast: Cast) -> tuple[str, Sent]:
    """The action of the list that deletes what is ticked, already confirmed."""
    keys = list(WorkingHours.objects.filter(therapist=cast.mira, weekday=1).values_list("pk", flat=True))
    return f"{ADMIN}workinghours/", {"action": "delete_selected", "_selected_action": keys, "post": "yes"}


def hours_deleted_alone(_owner: Browser, cast: Cast) -> tuple[str, Sent]:
    """The page that deletes one."""
    return f"{ADMIN}workinghours/{cast.mira.hours.get(weekday=1).pk}/delete/", {"post": "yes"}


def everyone_is_away(_owner: Browser, cast: Cast) -> tuple[str, Sent]:
    """Time off of the whole practice."""
    day = cast.day().isoformat()
    span = {"starts_at_0": day, "starts_at_1": "09:00", "ends_at_0": day, "ends_at_1": "18:00"}
    return f"{ADMIN}timeoff/add/", {"therapist": "", "reason": "", **span}


def holiday(_owner: Browser, cast: Cast) -> tuple[str, Sent]:
    """A closed day."""
    return f"{ADMIN}holiday/add/", {"date": cast.day().isoformat(), "name": "Feast", "closed": "on"}


def add_on_off(owner: Browser, _cast: Cast) -> tuple[str, Sent]:
    """The add-on that the appointment has is not bookable any more."""
    part = Appointment.objects.get().add_ons.get()
    address = f"{ADMIN}addon/{part.add_on_id}/change/"
    return address, filled(owner.get(address), active=None)


EDITS: dict[str, Edit] = {
    "therapist off": change("therapist", active=None),
    "sign-in off": sign_in_off,
    "service taken from the therapist": change("therapist", services=lambda cast: [cast.back.pk]),
    "hours narrowed": tuesday_ends_early,
    "closed by other hours": tuesday_closed,
    "hours deleted": hours_deleted,
    "hours deleted alone": hours_deleted_alone,
    "fewer minutes a day": change("therapist", max_minutes_a_day="60"),
    "service off": change("service", active=None),
    "service begins later": change("service", first_start="16:00"),
    "only in another room": change("service", rooms=lambda cast: [cast.blue_room.pk]),
    "room off": change("room", active=None),
    "room off in the list": in_the_list("room", "active"),
    "kit off": change("stonekit", active=None),
    "add-on off": add_on_off,
    "everyone away": everyone_is_away,
    "holiday": holiday,
}


@pytest.fixture
def appointment(cast: Cast, extras: Extras) -> Appointment:
    """Ana's hot stones with Mira at 14:00, in the green room, with something added."""
    extras.towel.services.add(cast.hot_stone)
    appointment = cast.appointment(cast.at(14), service=cast.hot_stone)
    appointment.add_ons.create(add_on=extras.towel, name="Hot towel", minutes=0, price=5)
    assert settings_conflicts() == {}
    return appointment


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edit_shows_whom_it_leaves_behind_and_saves_at_the_second_tap(
    cast: Cast, owner: Browser, appointment: Appointment, edit: Edit
) -> None:
    address, sent = edit(owner, cast)
    shown = owner.post(address, sent)
    assert str(appointment.public_id) in shown.content.decode()
    assert settings_conflicts() == {}, "nothing is saved yet"
    assert owner.post(address, all_the_same(shown)).status_code == 302
    assert list(settings_conflicts()) == [appointment.pk]
    before = Appointment.objects.values().get(pk=appointment.pk)
    assert (before["status"], before["revision"]) == (Status.CONFIRMED, 0), "nothing is cancelled by itself"


def test_what_was_in_the_way_before_is_no_news(cast: Cast, owner: Browser, appointment: Appointment) -> None:
    cast.mira.hours.all().delete()
    address, sent = change("room", position="7")(owner, cast)
    assert owner.post(address, sent).status_code == 302


def test_nothing_is_said_to_have_been_saved_while_it_is_asked(
    cast: Cast, owner: Browser, appointment: Appointment
) -> None:
    address, sent = EDITS["room off"](owner, cast)
    for page in (owner.post(address, sent), owner.get("/admin/")):
        assert "was changed successfully" not in page.content.decode()


def test_an_appointment_that_came_while_it_was_asked_is_shown_too(
    cast: Cast, owner: Browser, appointment: Appointment
) -> None:
    address, sent = EDITS["therapist off"](owner, cast)
    second_tap = all_the_same(owner.post(address, sent))
    late = cast.appointment(cast.at(10), client=cast.ben)
    shown = owner.post(address, second_tap)
    assert str(late.public_id) in shown.content.decode()
    cast.mira.refresh_from_db()
    assert cast.mira.active


@pytest.mark.parametrize(
    "edit", [change("service", price="120.00"), change("room", position="7"), change("therapist", about="Warm hands")]
)
def test_an_edit_that_leaves_nobody_behind_is_saved_at_once(
    cast: Cast, owner: Browser, appointment: Appointment, edit: Edit
) -> None:
    address, sent = edit(owner, cast)
    assert owner.post(address, sent).status_code == 302


def test_what_is_over_or_cancelled_is_in_nobodys_way(cast: Cast, owner: Browser) -> None:
    cast.appointment(cast.at(10), status=Status.CANCELLED)
    past = cast.appointment(cast.at(10) - dt.timedelta(days=28), status=Status.COMPLETED)
    address, sent = EDITS["therapist off"](owner, cast)
    assert owner.post(address, sent).status_code == 302
    assert past.pk not in settings_conflicts()


def test_dozens_are_listed_and_the_rest_is_counted(cast: Cast, owner: Browser) -> None:
    for week in range(35):
        cast.appointment(cast.at(10) + dt.timedelta(weeks=week))
    address, sent = EDITS["therapist off"](owner, cast)
    page = owner.post(address, sent).content.decode()
    assert page.count("/desk/appointments/") == 30
    assert "And 5 more." in page
    assert "35 appointments ahead" in page


def test_the_question_costs_the_same_however_many_appointments_there_are(cast: Cast) -> None:
    cast.appointment(cast.at(10))
    current_configuration()
    with CaptureQueriesContext(connection) as few:
        settings_conflicts()
    for week in range(1, 20):
        cast.appointment(cast.at(10) + dt.timedelta(weeks=week))
    HoursOverride.objects.create(therapist=cast.mira, date=cast.day())
    TimeOff.objects.create(therapist=cast.jonas, starts_at=cast.at(8), ends_at=cast.at(9))
    Holiday.objects.create(date=cast.day(ahead=14), name="Feast")
    current_configuration()
    with CaptureQueriesContext(connection) as many:
        assert len(settings_conflicts()) == 2
    assert len(many) == len(few) <= 16


def test_a_form_that_is_refused_asks_nothing(cast: Cast, owner: Browser, appointment: Appointment) -> None:
    address, sent = EDITS["room off"](owner, cast)
    page = owner.post(address, {**sent, "name": ""})
    assert page.status_code == 200
    assert CONFLICTS_CONFIRMED_FIELD not in page.content.decode()
