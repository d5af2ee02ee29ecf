"""After the session: what is for tonight is not said tomorrow, the morning after has its own mail, a stop ends all."""

import datetime as dt
import re

import pytest
import time_machine
from django.utils import timezone

from booking.errors import NotPossible
from booking.models import Appointment, AppointmentAddOn, Reminder, ReminderState, SessionNote, Status
from booking.reminders.compose import compose, load_contexts
from booking.reminders.kinds.doctor_first import DoctorFirst, doctor_first
from booking.reminders.message import Unneeded
from booking.reminders.resend import resend_mail
from booking.reminders.rules import ensure_default_rules
from booking.reminders.standalone import queue_message
from clients.care import Triage, shipped
from clients.models import CarePlan, Client, Intake, IntakeRequest, PainScore
from clinic.models import MailState, OutgoingMail, Practice
from tests.booking.website.visitor import Visitor
from tests.fixtures.actions import schedule_aftercare
from tests.fixtures.add_ons import Extras
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import mail_approved_plans, rescreen_coming_appointments, send_staff_notices, sweep_reminders

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
TONIGHT = "Look at your skin once tonight"


def over(cast: Cast, hour: int, *, stones: bool = True) -> Appointment:
    """A session that ends at this hour of a Tuesday, closed at once, with everything owed that it earns."""
    ensure_default_rules()
    service = cast.hot_stone if stones else cast.regular
    ends_at = cast.at(hour)
    appointment = cast.appointment(
        ends_at - dt.timedelta(minutes=service.minutes), service=service, status=Status.COMPLETED
    )
    with time_machine.travel(ends_at, tick=False):
        schedule_aftercare(appointment, now=ends_at)
    return appointment


def reminder(appointment: Appointment, kind: str) -> Reminder:
    """What an appointment owes of a kind."""
    return appointment.reminders.get(kind=kind)


def local(cast: Cast, moment: dt.datetime) -> tuple[int, int]:
    """Day of the month and hour, where the practice is."""
    here = moment.astimezone(cast.zone)
    return here.day, here.hour


def swept_at(moment: dt.datetime) -> list[OutgoingMail]:
    """The mails that wait after a sweep at this moment."""
    with time_machine.travel(moment, tick=False):
        due = Reminder.objects.filter(state=ReminderState.DUE, due_at__lte=moment)
        # The database's clock cannot be set; what is due then is due now.
        due.update(due_at=timezone.now() - dt.timedelta(days=3000))
        sweep_reminders()
    return list(OutgoingMail.objects.pending())


def test_what_is_for_tonight_is_said_two_hours_after_and_only_that_day(cast: Cast) -> None:
    appointment = over(cast, 17)
    at = reminder(appointment, "aftercare").due_at
    assert at == appointment.ends_at + 2 * HOUR
    (mail,) = swept_at(at)
    assert TONIGHT in mail.text
    assert mail.not_after is not None
    assert local(cast, mail.not_after) == (local(cast, at)[0] + 1, 0), "at midnight it is no longer true"


def test_where_two_hours_after_is_night_the_mail_of_the_morning_does_not_say_tonight(cast: Cast) -> None:
    appointment = over(cast, 20)
    at = reminder(appointment, "aftercare").due_at
    assert local(cast, at) == (local(cast, appointment.ends_at)[0] + 1, 8)
    (mail,) = swept_at(at)
    assert mail.kind == "aftercare"
    assert not [text.id for text in shipped().aftercare if text.moment == "after" and text.text in mail.text]
    assert "Call us" in mail.text


def test_a_mail_that_could_not_go_that_day_is_written_anew_without_tonight(cast: Cast) -> None:
    appointment = over(cast, 17)
    (first,) = swept_at(appointment.ends_at + 2 * HOUR)
    night = appointment.ends_at + 8 * HOUR
    with time_machine.travel(night, tick=False):
        sweep_reminders()
    first.refresh_from_db()
    assert first.state == MailState.WITHDRAWN
    owed = reminder(appointment, "aftercare")
    assert owed.state == ReminderState.DUE
    assert local(cast, owed.due_at)[1] == 8, "in the morning, not at night"
    mails = swept_at(owed.due_at)
    assert [mail.kind for mail in mails] == ["aftercare"]
    assert TONIGHT not in mails[0].text


def test_nobody_sends_the_words_of_yesterday_evening_once_more(cast: Cast) -> None:
    appointment = over(cast, 17)
    (mail,) = swept_at(appointment.ends_at + 2 * HOUR)
    OutgoingMail.objects.update(state=MailState.SENT)
    mail.refresh_from_db()
    with time_machine.travel(appointment.ends_at + 9 * HOUR, tick=False), pytest.raises(NotPossible):
        resend_mail(mail)


@pytest.mark.parametrize("hour", [10, 14, 17, 20])
def test_the_morning_after_has_its_mail_at_nine_and_the_pain_check_comes_a_day_and_a_half_after(
    cast: Cast, hour: int
) -> None:
    appointment = over(cast, hour, stones=False)
    morning = reminder(appointment, "next-day")
    assert local(cast, morning.due_at) == (local(cast, appointment.ends_at)[0] + 1, 9)
    assert local(cast, morning.not_after)[0] == local(cast, morning.due_at)[0], "it speaks of that day"
    check = reminder(appointment, "pain-check")
    assert check.due_at >= appointment.ends_at + 36 * HOUR


def test_a_session_closed_a_day_late_has_no_morning_after(cast: Cast) -> None:
    ensure_default_rules()
    appointment = cast.appointment(cast.at(12), status=Status.COMPLETED)
    closed = appointment.ends_at + 36 * HOUR
    with time_machine.travel(closed, tick=False):
        schedule_aftercare(appointment, now=closed)
    assert reminder(appointment, "next-day").state == ReminderState.SKIPPED


def test_the_morning_after_says_what_is_normal_and_asks_for_one_number(cast: Cast) -> None:
    appointment = over(cast, 17, stones=False)
    with time_machine.travel(reminder(appointment, "next-day").due_at, tick=False):
        message = compose("next-day", load_contexts([appointment], Practice.current())[appointment.pk])
    assert "one in ten" in message.text
    assert "/pain/" in message.text
    for number in range(11):
        assert f"?n={number}" in message.html


def test_who_gave_the_number_in_the_morning_is_not_asked_again(cast: Cast) -> None:
    appointment = over(cast, 17)
    compose("pain-check", load_contexts([appointment], Practice.current())[appointment.pk])
    PainScore.objects.create(client=cast.ana, appointment=appointment.public_id, moment="later", value=3)
    with pytest.raises(Unneeded):
        compose("pain-check", load_contexts([appointment], Practice.current())[appointment.pk])


def stop(client: Client, triage: Triage) -> Intake:
    """An answer that asks for help, or for a doctor first."""
    flag = next(flag.id for flag in shipped().red_flags if flag.action is triage)
    return Intake.objects.create(client=client, catalogue_version="2", triage=str(triage), red_flags=[flag])


@pytest.mark.invariant("I7")
@pytest.mark.parametrize("triage", [Triage.EMERGENCY, Triage.DOCTOR])
def test_nothing_follows_a_session_while_a_doctor_comes_first(cast: Cast, triage: Triage) -> None:
    appointment = over(cast, 17)
    stop(cast.ana, triage)
    Reminder.objects.all().delete()
    ago, ahead = timezone.now() - HOUR, timezone.now() + HOUR
    kinds = ("aftercare", "next-day", "pain-check", "rebook")
    for kind in kinds:
        Reminder.objects.create(appointment=appointment, kind=kind, revision=0, due_at=ago, not_after=ahead)
    sweep_reminders()
    assert not OutgoingMail.objects.exclude(kind="staff").exists()
    assert all("call the client" in reminder(appointment, kind).skip_reason for kind in kinds)


@pytest.mark.invariant("I7")
@pytest.mark.parametrize("kind", ["confirmation", "reminder-48h", "reminder-24h", "intake-missing"])
def test_after_an_emergency_answer_nothing_goes_and_what_waits_is_withdrawn(cast: Cast, kind: str) -> None:
    appointment = cast.appointment(cast.at(12))
    ago = timezone.now() - HOUR
    Reminder.objects.create(appointment=appointment, kind=kind, revision=0, due_at=ago, not_after=appointment.starts_at)
    IntakeRequest.objects.create(client=cast.ana, technique="regular-massage", appointment=appointment.public_id)
    sweep_reminders()
    assert OutgoingMail.objects.get().state == MailState.QUEUED
    stop(cast.ana, Triage.EMERGENCY)
    sweep_reminders()
    assert not OutgoingMail.objects.pending().exclude(kind="staff").exists()


def test_the_mail_beside_a_stop_says_only_that_the_appointment_can_wait(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(12), status=Status.REQUESTED)
    message = doctor_first(load_contexts([appointment], cast.practice)[appointment.pk])
    assert "Please do what the page told you; your appointment can wait." in message.text
    assert "Write to us when a doctor has looked." in message.text
    assert "do nothing" not in message.text
    assert "/appointment/" not in message.text


def test_that_mail_is_withdrawn_once_newer_answers_have_come(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(12), status=Status.REQUESTED)
    intake = stop(cast.ana, Triage.DOCTOR)
    mail = queue_message(
        DoctorFirst.code,
        doctor_first(load_contexts([appointment], cast.practice)[appointment.pk]),
        client=cast.ana,
        not_after=appointment.starts_at,
        dedupe_key=f"doctor-first:{appointment.public_id}:{intake.pk}",
    )
    sweep_reminders()
    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED
    Intake.objects.create(client=cast.ana, catalogue_version="2", triage="ok")
    sweep_reminders()
    mail.refresh_from_db()
    assert mail.state == MailState.WITHDRAWN


@pytest.mark.invariant("I6")
@pytest.mark.parametrize(
    "columns", [{"provisional": True}, {"triage": "doctor-before-massage"}, {"triage": "emergency"}]
)
def test_no_mail_leads_to_a_plan_with_open_questions_or_a_stop(cast: Cast, columns: dict[str, object]) -> None:
    intake = Intake.objects.create(client=cast.ana, catalogue_version="2", triage="ok")
    plan = {"triage": "ok", "state": "approved", "approved_at": timezone.now(), **columns}
    CarePlan.objects.create(client=cast.ana, intake=intake, catalogue_version="2", **plan)
    assert mail_approved_plans() == 0
    CarePlan.objects.update(provisional=False, triage="ok")
    assert mail_approved_plans() == 1


@pytest.mark.invariant("I7")
@pytest.mark.parametrize("triage", [Triage.EMERGENCY, Triage.DOCTOR])
def test_a_stop_before_the_session_brings_one_mail_and_the_team_is_told_at_once(cast: Cast, triage: Triage) -> None:
    appointment = cast.appointment(cast.at(12))
    intake = stop(cast.ana, triage)
    assert rescreen_coming_appointments() == 1
    send_staff_notices()
    sweep_reminders()
    mails = OutgoingMail.objects.pending().filter(to_email=cast.ana.email)
    assert [mail.kind for mail in mails] == ["doctor-first"]
    told = OutgoingMail.objects.pending().filter(kind="staff", next_try_at__lte=timezone.now())
    assert told.filter(dedupe_key=f"intake:{intake.public_id}").exists() is (triage is Triage.EMERGENCY)
    assert OutgoingMail.objects.filter(kind="staff").exists()
    appointment.refresh_from_db()
    assert appointment.status == Status.REQUESTED


def test_the_mail_to_come_again_leads_to_the_same_at_the_interval(cast: Cast, extras: Extras, client: Browser) -> None:
    """Same service, therapist and what was added; the day at the interval, or the nearest after it, is open there."""
    appointment = cast.appointment(cast.at(10) - dt.timedelta(weeks=2), status=Status.COMPLETED)
    AppointmentAddOn.objects.create(
        appointment=appointment, add_on=extras.feet, minutes=extras.feet.minutes, price=extras.feet.price
    )
    SessionNote.objects.create(appointment=appointment, rebook_weeks=4)
    facts = load_contexts(Appointment.objects.with_people().filter(pk=appointment.pk), Practice.current())
    message = compose("rebook", facts[appointment.pk])
    found = re.search(r"https?://[^/\s]+(/book/regular-60/\?\S+)", message.text)
    assert found
    visitor = Visitor(client)
    page = visitor.follow(visitor.post(found[1], {"comes": "relax"}))
    assert page.context["day"] == appointment.starts_at.astimezone(cast.zone).date() + dt.timedelta(weeks=4)
    assert page.context["order"].add_ons == (extras.feet,)
    assert next(each for each in page.context["therapists"] if each["selected"])["name"] == cast.mira.name
