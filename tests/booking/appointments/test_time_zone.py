"""The time zone is corrected with appointments ahead: 17:30 stays 17:30, or the moment stays; it is always asked."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from booking.appointments.integrity import integrity_problems
from booking.appointments.time_zone import ZoneChange, appointments_affected_by_zone, change_time_zone
from booking.models import Appointment, Reminder, ReminderState, Status, TimeOff
from booking.reminders.calendar_file import calendar_file
from clinic.models import MailState, OutgoingMail, Practice
from tests.booking.admin_pages import filled
from tests.fixtures.actions import schedule_reminders
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import sweep_reminders

BERLIN, DENVER, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("America/Denver"), ZoneInfo("Asia/Tokyo")
ADDRESS = "/admin/clinic/practice/1/change/"


@pytest.fixture
def owner(cast: Cast, client: Browser) -> Browser:
    """Olga in the admin."""
    client.force_login(cast.owner)
    return client


@pytest.fixture
def ahead(cast: Cast) -> Appointment:
    """Ana at 17:30 in three weeks, on the clock of Berlin, with what it owes."""
    appointment = cast.appointment(cast.at(17, 30, ahead=21))
    schedule_reminders(appointment, now=timezone.now())
    return appointment


def correct(owner: Browser, zone: str = "America/Denver", **more: object) -> Any:
    """The owner saves another time zone."""
    return owner.post(ADDRESS, {**filled(owner.get(ADDRESS)), "time_zone": zone, **more})


def local(appointment: Appointment, zone: ZoneInfo) -> str:
    """When it begins on the clock of a zone."""
    return f"{appointment.starts_at.astimezone(zone):%Y-%m-%d %H:%M}"


def test_nothing_is_changed_before_it_is_said_what_stays(cast: Cast, owner: Browser, ahead: Appointment) -> None:
    page = correct(owner)
    assert str(ahead.public_id) in page.content.decode()
    assert "17:30" in page.content.decode()
    assert "09:30" in page.content.decode()
    assert Practice.current().time_zone == "Europe/Berlin"
    before = ahead.starts_at
    ahead.refresh_from_db()
    assert (ahead.starts_at, ahead.revision) == (before, 0)


def test_the_clock_stays_and_nobody_is_told(cast: Cast, owner: Browser, ahead: Appointment) -> None:
    before = local(ahead, BERLIN)
    due = ahead.reminders.get(kind="reminder-24h").due_at
    off = TimeOff.objects.create(therapist=cast.jonas, starts_at=cast.at(9, ahead=14), ends_at=cast.at(12, ahead=14))
    assert correct(owner, _keep="clock").status_code == 302
    ahead.refresh_from_db()
    off.refresh_from_db()
    assert Practice.current().time_zone == "America/Denver"
    assert local(ahead, DENVER) == before
    assert off.starts_at.astimezone(DENVER).hour == 9
    assert ahead.ends_at - ahead.starts_at == dt.timedelta(minutes=60)
    assert ahead.blocked_until - ahead.ends_at == dt.timedelta(minutes=15)
    assert not ahead.reminders.filter(kind="moved").exists()
    assert ahead.reminders.get(kind="reminder-24h").due_at - due == ahead.starts_at - cast.at(17, 30, ahead=21)
    text = calendar_file(ahead, Practice.current(), method="PUBLISH")
    assert "SEQUENCE:1" in text
    assert f"DTSTART:{ahead.starts_at:%Y%m%dT%H%M%SZ}" in text
    assert "time zone" in ahead.changes.get().reason
    assert list(integrity_problems()) == []


def test_what_was_said_is_not_said_again(cast: Cast, owner: Browser, ahead: Appointment) -> None:
    said = ahead.reminders.get(kind="reminder-48h")
    mail = OutgoingMail.objects.create(
        kind="reminder-48h", to_email="ana@example.org", subject="x", message_id="<1@x>", state=MailState.SENT
    )
    Reminder.objects.filter(pk=said.pk).update(state=ReminderState.DONE, mail=mail)
    correct(owner, _keep="clock")
    again = Reminder.objects.filter(appointment=ahead, kind="reminder-48h")
    assert [(each.state, each.revision) for each in again] == [(ReminderState.DONE, 1)]


def test_a_confirmation_that_waits_is_written_again_with_the_right_calendar_file(cast: Cast, owner: Browser) -> None:
    appointment = cast.appointment(cast.at(17, 30, ahead=21))
    schedule_reminders(appointment, now=timezone.now() - dt.timedelta(hours=1))
    sweep_reminders()
    first = OutgoingMail.objects.get(kind="confirmation")
    assert first.state == MailState.QUEUED
    correct(owner, _keep="clock")
    sweep_reminders()
    first.refresh_from_db()
    appointment.refresh_from_db()
    assert first.state == MailState.WITHDRAWN
    second = OutgoingMail.objects.exclude(pk=first.pk).get(kind="confirmation")
    assert f"DTSTART:{appointment.starts_at:%Y%m%dT%H%M%SZ}" in second.calendar
    assert "17:30" in second.text


def test_the_moment_stays_and_each_client_is_told_the_new_time(cast: Cast, owner: Browser, ahead: Appointment) -> None:
    before = ahead.starts_at
    Reminder.objects.filter(appointment=ahead, kind="confirmation").update(
        state=ReminderState.DONE,
        mail=OutgoingMail.objects.create(
            kind="confirmation", to_email="a@b.example", subject="x", message_id="<1@x>", state=MailState.SENT
        ),
    )
    assert correct(owner, _keep="instant").status_code == 302
    ahead.refresh_from_db()
    assert (ahead.starts_at, ahead.revision) == (before, 1)
    sweep_reminders()
    told = OutgoingMail.objects.get(kind="moved")
    for body in (told.text, told.html):
        assert "09:30" in body
    assert list(integrity_problems()) == []


@pytest.mark.parametrize("zone", [DENVER, TOKYO])
def test_appointments_one_after_the_other_are_in_nobodys_way(cast: Cast, owner: Browser, zone: ZoneInfo) -> None:
    # Eight hours one way or the other, the first of them goes to where another still is.
    appointments = [cast.appointment(cast.at(hour, ahead=21)) for hour in (9, 17, 1)]
    before = {each.pk: local(each, BERLIN) for each in appointments}
    assert correct(owner, zone.key, _keep="clock").status_code == 302
    assert {each.pk: local(each, zone) for each in Appointment.objects.all()} == before


@pytest.mark.invariant("I1")
def test_where_two_would_overlap_nothing_at_all_is_changed(cast: Cast, owner: Browser) -> None:
    soon = timezone.now().replace(second=0, microsecond=0)
    # Over by now, so it stays where it is: at the very moment to which the other one would go.
    shift = soon.astimezone(BERLIN).utcoffset() - soon.astimezone(TOKYO).utcoffset()  # type: ignore[operator]
    coming = cast.appointment(soon + dt.timedelta(hours=6))
    cast.appointment(coming.starts_at + shift, status=Status.COMPLETED, client=cast.ben)
    page = correct(owner, "Asia/Tokyo", _keep="clock")
    assert "would overlap" in page.content.decode()
    assert Practice.current().time_zone == "Europe/Berlin"
    before = coming.starts_at
    coming.refresh_from_db()
    assert (coming.starts_at, coming.revision) == (before, 0)


def test_a_zone_with_the_same_clock_asks_nothing(cast: Cast, owner: Browser, ahead: Appointment) -> None:
    assert appointments_affected_by_zone(BERLIN, ZoneInfo("Europe/Paris")) == []
    assert correct(owner, "Europe/Paris").status_code == 302
    ahead.refresh_from_db()
    assert ahead.revision == 0


def test_without_appointments_nothing_is_asked(cast: Cast, owner: Browser) -> None:
    cast.appointment(cast.at(10), status=Status.CANCELLED)
    assert correct(owner).status_code == 302


def test_the_clock_that_jumps_leaves_no_appointment_in_the_gap(cast: Cast) -> None:
    # 02:30 on 14 March 2027 does not exist in Denver.
    start = dt.datetime(2027, 3, 14, 2, 30, tzinfo=BERLIN).astimezone(dt.UTC)
    appointment = cast.appointment(start)
    change_time_zone(BERLIN, DENVER, keep=ZoneChange.CLOCK, by=cast.owner)
    appointment.refresh_from_db()
    assert local(appointment, DENVER) == "2027-03-14 03:30"


def test_another_currency_leaves_the_prices_of_what_is_booked(cast: Cast, owner: Browser, ahead: Appointment) -> None:
    sent = {**filled(owner.get(ADDRESS)), "currency": "USD", "country": "US"}
    assert owner.post(ADDRESS, sent).status_code == 302
    ahead.refresh_from_db()
    assert (f"{ahead.price}", ahead.currency) == ("72.00", "EUR")
    page = owner.get(f"/desk/appointments/{ahead.public_id}/").content.decode()
    assert "€72" in page
    assert "$72" not in page


def test_a_notice_that_a_service_cannot_keep_is_refused(cast: Cast, owner: Browser) -> None:
    cast.regular.horizon_days = 2
    cast.regular.save()
    page = owner.post(ADDRESS, {**filled(owner.get(ADDRESS)), "notice_minutes": str(3 * 24 * 60)})
    assert page.status_code == 200
    assert "notice_minutes" in page.context["adminform"].form.errors
