"""Mails that no reminder asks for are looked at again before they go, whatever path made them untrue (I5)."""

import datetime as dt
from collections.abc import Callable, Mapping

import pytest
from django.utils import timezone

from booking.appointments.rescreening import mail_client_review
from booking.models import Appointment, Reminder, Status
from booking.reminders.kinds.intake_missing import mail_intake_link
from clients.intake.actions import request_intake, submit_intake
from clients.models import CarePlan, Client, Consent, IntakeRequest
from clients.record.self_service import withdraw_purpose
from clinic.models import MailState, OutgoingMail, Practice
from tests.booking.reminders.test_messages import ill, just_over
from tests.booking.reminders.test_standalone import approved
from tests.clients.steps import fill
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import mail_approved_plans, sweep_reminders

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def queued(cast: Cast, kind: str) -> OutgoingMail:
    """A mail of this kind that waits, by the way it really comes about."""
    appointment = cast.appointment(cast.at(10), status=Status.REQUESTED)
    if kind == "care-plan":
        approved(cast.ana)
        mail_approved_plans()
    elif kind == "please-look":
        mail_client_review(Appointment.objects.with_people().get(pk=appointment.pk), ill(cast.ana), cast.practice)
    else:
        mail_intake_link(
            appointment,
            request_intake(cast.ana, technique_slug="deep-tissue", appointment=appointment.public_id),
            Practice.current(),
        )
    return OutgoingMail.objects.get()


def changed(**columns: object) -> Callable[[], object]:
    """An appointment changed past every action."""
    return lambda: Appointment.objects.update(**columns)


def moved() -> None:
    """An appointment at another time."""
    for appointment in Appointment.objects.all():
        times = ("starts_at", "ends_at", "blocked_from", "blocked_until", "kit_blocked_until")
        Appointment.objects.filter(pk=appointment.pk).update(
            **{name: getattr(appointment, name) + HOUR for name in times}
        )


def filled() -> None:
    """The intake is there."""
    submit_intake(fill(IntakeRequest.objects.get()))


FATES: Mapping[str, tuple[str, Callable[[], object]]] = {
    "a plan whose client wants no tips": ("care-plan", lambda: Client.objects.update(tips_wanted=False)),
    "a plan that is no longer approved": ("care-plan", lambda: CarePlan.objects.update(state="draft")),
    "an intake of a cancelled appointment": ("intake-missing", changed(status="cancelled")),
    "an intake of a moved appointment": ("intake-missing", moved),
    "an intake that is filled": ("intake-missing", filled),
    "a look at a cancelled appointment": ("please-look", changed(status="cancelled")),
    "a look at an appointment that was accepted": ("please-look", changed(status="confirmed")),
    "a look at a moved appointment": ("please-look", moved),
    "a look at a file that was closed": (
        "please-look",
        lambda: Client.objects.update(erased_at=timezone.now()),
    ),
}


@pytest.mark.invariant("I5")
@pytest.mark.parametrize("case", FATES)
def test_what_waits_and_is_no_longer_true_is_withdrawn(cast: Cast, case: str) -> None:
    kind, fate = FATES[case]
    mail = queued(cast, kind)
    sweep_reminders()
    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED, "nothing has changed yet"
    fate()
    sweep_reminders()
    mail.refresh_from_db()
    assert (mail.state, mail.reply) == (MailState.WITHDRAWN, "No longer true.")


def aftercare(cast: Cast) -> tuple[Reminder, OutgoingMail]:
    """An aftercare mail with personal tips that waits, and its reminder."""
    appointment = cast.appointment(just_over(cast.regular), status=Status.COMPLETED)
    ill(cast.ana, personal=True)
    Consent.objects.update(treatment=True)
    ago, ahead = timezone.now() - HOUR, timezone.now() + HOUR
    reminder = Reminder.objects.create(
        appointment=appointment, kind="aftercare", revision=0, due_at=ago, not_after=ahead
    )
    sweep_reminders()
    mail = OutgoingMail.objects.get()
    assert "Heat-pack-name" in mail.text
    return reminder, mail


@pytest.mark.parametrize("purpose", ["personal_tips", "treatment"])
def test_aftercare_that_waits_is_written_anew_without_tips_that_are_personal_no_more(cast: Cast, purpose: str) -> None:
    reminder, first = aftercare(cast)
    withdraw_purpose(cast.ana, purpose=purpose)
    sweep_reminders()
    first.refresh_from_db()
    reminder.refresh_from_db()
    assert first.state == MailState.WITHDRAWN
    assert reminder.mail is not None
    assert reminder.mail.state == MailState.QUEUED
    assert "Heat-pack-name" not in reminder.mail.text
    assert "Call us if" in reminder.mail.text
    sweep_reminders()
    assert OutgoingMail.objects.count() == 2, "once is enough"
