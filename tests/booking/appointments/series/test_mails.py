"""The mails of a series: one that tells of all, and none lost or doubled whatever happens to one of them."""

import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from booking.appointments.series_change import SeriesScope, appointments_in_scope, cancel_series
from booking.appointments.status import confirm_by_client
from booking.errors import NotPossible
from booking.models import Appointment, Reminder, ReminderRule, ReminderState, Series
from booking.reminders.resend import resend_mail
from clients.intake.actions import submit_intake
from clients.models import IntakeRequest
from clinic.models import MailState, OutgoingMail
from tests.booking.appointments.series.cast import appointments, mails, repeated, shown
from tests.clients.steps import fill
from tests.fixtures.actions import cancel, move, move_series, plan_move, recompute_rule
from tests.fixtures.cast import Cast
from tests.fixtures.rfc5545 import calendars
from tests.fixtures.sweeps import sweep_reminders

DESK = Appointment.Via.DESK
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def series(cast: Cast) -> Series:
    """Ana's, three times."""
    return repeated(cast)


def sent(kind: str = "") -> list[OutgoingMail]:
    """Sweep, and let everything that was written be sent."""
    found = [mail for mail in mails(kind) if mail.state == MailState.QUEUED]
    OutgoingMail.objects.filter(pk__in=[mail.pk for mail in found]).update(state=MailState.SENT)
    return found


def events(mail: OutgoingMail) -> dict[str, int]:
    """UID and sequence of each event in the calendar files of a mail."""
    found = [event for calendar in calendars(mail.calendar) for event in calendar.parts]
    return {each["UID"].split("@")[0]: int(each["SEQUENCE"]) for each in found}


def ids(found: list[Appointment]) -> set[str]:
    """The names that they have in calendars."""
    return {uid(appointment) for appointment in found}


def uid(appointment: Appointment) -> str:
    """The name that an appointment has in calendars, without the host."""
    return appointment.calendar_uid.split("@")[0]


def days(found: list[Appointment], cast: Cast) -> list[str]:
    """Their dates as a mail writes them."""
    return [f"{appointment.starts_at.astimezone(cast.zone):%A %-d %B}" for appointment in found]


def whys(found: list[Appointment], kind: str) -> list[tuple[str, str]]:
    """State and reason of what each owes of a kind now."""
    rows = [appointment.reminders.get(kind=kind, revision=appointment.revision) for appointment in found]
    return [(row.state, row.skip_reason) for row in rows]


@pytest.mark.invariant("I5")
def test_one_confirmation_lists_every_date_and_carries_every_event(cast: Cast, series: Series) -> None:
    found = appointments(series)
    together = ("skipped", "in one mail with the first: see there")
    assert whys(found, "confirmation") == [("due", ""), together, together]
    (mail,) = sent("confirmation")
    assert mail.subject == f"Your 3 appointments from {days(found, cast)[0]}"
    for body in (mail.text, mail.html):
        for day in days(found, cast):
            assert body.count(day) >= 1
        assert body.count("/appointment/") >= 3
    assert events(mail) == dict.fromkeys(ids(found), 0)
    assert {calendar["METHOD"] for calendar in calendars(mail.calendar)} == {"REQUEST"}
    assert len(mails("reminder-24h")) == 3, "each has reminders of its own"


@pytest.mark.invariant("I5")
def test_an_undo_before_the_confirmation_left_is_silent(cast: Cast, series: Series) -> None:
    cancel_series(appointments(series)[0], scope=SeriesScope.ALL, reason="", via=DESK)
    assert mails() == []


@pytest.mark.invariant("I5")
def test_where_the_first_is_cancelled_before_the_confirmation_left_the_next_leads(series: Series) -> None:
    one, two, three = appointments(series)
    cancel(one, reason="", via=DESK)
    (mail,) = mails("confirmation")
    assert events(mail) == dict.fromkeys(ids([two, three]), 0)
    assert not mails("cancelled")


@pytest.mark.invariant("I5")
def test_where_the_mail_waits_in_the_ledger_and_the_first_is_cancelled_the_next_leads(series: Series) -> None:
    one, two, three = appointments(series)
    assert len(mails("confirmation")) == 1
    cancel(one, reason="", via=DESK)
    (mail,) = mails("confirmation")
    assert events(mail) == dict.fromkeys(ids([two, three]), 0)
    assert OutgoingMail.objects.get(state=MailState.WITHDRAWN).kind == "confirmation"


@pytest.mark.invariant("I5")
def test_where_the_first_changed_past_every_action_the_next_leads_all_the_same(series: Series) -> None:
    one, two, three = appointments(series)
    Appointment.objects.filter(pk=one.pk).update(status="cancelled", revision=1)
    (mail,) = mails("confirmation")
    assert events(mail) == dict.fromkeys(ids([two, three]), 0)


@pytest.mark.invariant("I5")
def test_one_that_is_cancelled_before_the_mail_left_is_not_in_it_and_never_mentioned(series: Series) -> None:
    one, two, three = appointments(series)
    cancel(two, reason="", via=DESK)
    (mail,) = mails("confirmation")
    assert events(mail) == dict.fromkeys(ids([one, three]), 0)
    assert not mails("cancelled")


@pytest.mark.invariant("I5")
def test_one_that_is_moved_before_the_mail_left_is_confirmed_at_its_new_time(cast: Cast, series: Series) -> None:
    _one, two, _three = appointments(series)
    move(two, start=cast.at(14, ahead=21), via=DESK)
    told = [events(mail) for mail in mails("confirmation")]
    assert sorted(map(len, told)) == [1, 2]
    assert {uid(two): 1} in told
    assert not mails("moved")


@pytest.mark.invariant("I5")
def test_one_that_was_moved_out_of_the_mail_and_cancelled_is_never_mentioned(cast: Cast, series: Series) -> None:
    one, two, _three = appointments(series)
    move(two, start=cast.at(14, ahead=21), via=DESK)
    one.reminders.filter(kind="confirmation").update(due_at=timezone.now())
    sweep_reminders()
    cancel(appointments(series)[1], reason="", via=DESK)
    assert whys([appointments(series)[1]], "cancelled") == [("skipped", "Nothing had been sent about the appointment.")]


@pytest.mark.invariant("I5")
def test_where_nobody_could_be_written_to_the_cancellation_of_each_is_told(cast: Cast) -> None:
    cast.ana.email = ""
    cast.ana.save(update_fields=["email"])
    series = repeated(cast)
    assert not mails("confirmation")
    cast.ana.email = "ana@example.org"
    cast.ana.save(update_fields=["email"])
    cancel(appointments(series)[1], reason="", via=DESK)
    assert len(mails("cancelled")) == 1


@pytest.mark.invariant("I5")
def test_one_that_is_cancelled_after_the_mail_left_has_a_mail_of_its_own(series: Series) -> None:
    sent("confirmation")
    two = appointments(series)[1]
    cancel(two, reason="", via=DESK)
    (mail,) = mails("cancelled")
    assert events(mail) == {uid(two): 1}
    assert len(mails("confirmation")) == 1


@pytest.mark.invariant("I5")
def test_cancelled_as_one_is_one_mail(cast: Cast, series: Series) -> None:
    sent("confirmation")
    found = appointments(series)
    cancel_series(found[1], scope=SeriesScope.FOLLOWING, reason="", via=DESK)
    (mail,) = sent("cancelled")
    assert mail.subject == f"Your 2 appointments from {days(found, cast)[1]} are cancelled"
    assert days(found, cast)[0] not in mail.text
    assert events(mail) == dict.fromkeys(ids(found[1:]), 1)
    assert len(mails("reminder-24h")) == 1


def test_what_we_cancel_as_one_names_a_free_time_near_each_and_leads_there(cast: Cast, series: Series) -> None:
    sent("confirmation")
    found = appointments(series)
    cancel_series(found[0], scope=SeriesScope.ALL, reason="", via=DESK)
    (mail,) = sent("cancelled")
    starts = [
        dt.datetime.fromisoformat(parse_qs(urlsplit(each).query)["start"][0])
        for each in re.findall(r"https?://\S+/details/\S+", mail.text)
    ]
    assert len(set(starts)) == len(found) == 3
    for appointment, start in zip(found, starts, strict=True):
        assert abs(start - appointment.starts_at) < dt.timedelta(days=2)
        assert f"{start.astimezone(cast.zone):%H:%M}" in mail.text


def test_what_a_client_cancels_as_one_offers_no_times(series: Series) -> None:
    sent("confirmation")
    cancel_series(appointments(series)[0], scope=SeriesScope.ALL, reason="", via=DESK, client_asked=True)
    (mail,) = sent("cancelled")
    assert "/details/" not in mail.text


@pytest.mark.invariant("I5")
def test_moved_as_one_is_one_mail_with_the_new_times(cast: Cast, series: Series) -> None:
    sent("confirmation")
    found = appointments(series)
    picks = shown(plan_move(appointments_in_scope(found[0], SeriesScope.ALL), 4 * HOUR))
    move_series(found[0], scope=SeriesScope.ALL, picks=picks, via=DESK)
    (mail,) = sent("moved")
    assert mail.subject == "Your 3 appointments have changed"
    assert mail.text.count("14:00") == 3
    assert "10:00" not in mail.text
    assert events(mail) == dict.fromkeys(ids(found), 1)
    assert not sent("confirmation")


@pytest.mark.invariant("I5")
def test_moved_as_one_before_the_confirmation_left_is_one_confirmation(series: Series) -> None:
    found = appointments(series)
    picks = shown(plan_move(appointments_in_scope(found[0], SeriesScope.ALL), 4 * HOUR))
    move_series(found[0], scope=SeriesScope.ALL, picks=picks, via=DESK)
    (mail,) = mails("confirmation")
    assert events(mail) == dict.fromkeys(ids(found), 1)
    assert not mails("moved")


@pytest.mark.invariant("I5")
def test_where_the_worker_slept_past_the_first_appointment_the_next_leads(series: Series) -> None:
    one, two, three = appointments(series)
    ago = timezone.now() - HOUR
    Reminder.objects.filter(appointment=one).update(not_after=ago, due_at=ago)
    sweep_reminders()
    (mail,) = mails("confirmation")
    assert events(mail) == dict.fromkeys(ids([two, three]), 0)


def test_a_rule_that_is_switched_off_silences_the_whole_series(series: Series) -> None:
    rule = ReminderRule.objects.get(kind="confirmation", service=None)
    rule.active = False
    rule.save(update_fields=["active"])
    recompute_rule(rule)
    assert not mails("confirmation")
    cancel(appointments(series)[0], reason="", via=DESK)
    assert not mails("confirmation")


def test_what_was_told_in_one_mail_is_not_told_again_when_its_rule_is_edited(series: Series) -> None:
    rule = ReminderRule.objects.get(kind="confirmation", service=None)
    rule.minutes = 1
    rule.save(update_fields=["minutes"])
    recompute_rule(rule)
    assert len(mails("confirmation")) == 1


def test_without_an_address_the_ledger_says_so_once_and_nobody_is_asked_again(cast: Cast) -> None:
    cast.ana.email = ""
    cast.ana.save(update_fields=["email"])
    found = appointments(repeated(cast))
    assert not mails("confirmation")
    assert whys(found, "confirmation")[0] == ("skipped", "No e-mail address on file.")


def test_a_mail_that_tells_of_an_appointment_that_changed_is_not_sent_again(cast: Cast, series: Series) -> None:
    (mail,) = sent("confirmation")
    move(appointments(series)[2], start=cast.at(14, ahead=35), via=DESK)
    with pytest.raises(NotPossible):
        resend_mail(mail)


def test_one_intake_answers_for_the_whole_series(cast: Cast, series: Series) -> None:
    found = appointments(series)
    asked = [IntakeRequest.objects.get(appointment=appointment.public_id) for appointment in found]
    submit_intake(fill(asked[0]))
    sent("confirmation")
    assert not mails("intake-missing")


def test_the_client_says_yes_to_one_appointment_alone(series: Series) -> None:
    found = appointments(series)
    confirm_by_client(found[1])
    assert [appointment.confirmed_by_client_at is not None for appointment in appointments(series)] == [
        False,
        True,
        False,
    ]
    assert Reminder.objects.filter(state=ReminderState.DUE, kind="reminder-48h").count() == 3
