"""Mails that no reminder asks for are looked at again before they go, whatever path made them untrue (I5)."""

import datetime as dt
from collections.abc import Callable, Mapping

import pytest
from django.utils import timezone

from booking.actions.rescreening import tell_client
from booking.models import Appointment, Reminder
from booking.models.appointment import Status
from booking.reminders.kinds.care_plan import mail_approved_plans
from booking.reminders.kinds.intake_missing import mail_intake_link
from booking.reminders.sweep import sweep_reminders
from clients.actions import ask_for_intake, submit_intake
from clients.actions.keeping import withdraw_purpose
from clients.models import CarePlan, Client, Consent, IntakeRequest
from clinic.models import MailState, OutgoingMail
from tests.booking.messages.test_besides import approved
from tests.booking.messages.test_words import ill
from tests.clients.steps import fill
from tests.fixtures.cast import House

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def queued(house: House, kind: str) -> OutgoingMail:
    """A mail of this kind that waits, by the way it really comes about."""
    visit = house.visit(house.at(10), status=Status.REQUESTED)
    if kind == "care-plan":
        approved(house.ana)
        mail_approved_plans()
    elif kind == "please-look":
        tell_client(Appointment.objects.with_people().get(pk=visit.pk), ill(house.ana))
    else:
        mail_intake_link(visit, ask_for_intake(house.ana, technique_slug="deep-tissue", visit=visit.public_id))
    return OutgoingMail.objects.get()


def changed(**columns: object) -> Callable[[], object]:
    """A visit changed past every action."""
    return lambda: Appointment.objects.update(**columns)


def moved() -> None:
    """A visit at another time."""
    for visit in Appointment.objects.all():
        times = ("starts_at", "ends_at", "blocked_from", "blocked_until", "kit_blocked_until")
        Appointment.objects.filter(pk=visit.pk).update(**{name: getattr(visit, name) + HOUR for name in times})


def filled() -> None:
    """The intake is there."""
    submit_intake(fill(IntakeRequest.objects.get()))


FATES: Mapping[str, tuple[str, Callable[[], object]]] = {
    "a plan whose client wants no tips": ("care-plan", lambda: Client.objects.update(tips_wanted=False)),
    "a plan that is no longer approved": ("care-plan", lambda: CarePlan.objects.update(state="draft")),
    "an intake of a cancelled visit": ("intake-missing", changed(status="cancelled")),
    "an intake of a moved visit": ("intake-missing", moved),
    "an intake that is filled": ("intake-missing", filled),
    "a look at a cancelled visit": ("please-look", changed(status="cancelled")),
    "a look at a visit that was accepted": ("please-look", changed(status="confirmed")),
    "a look at a moved visit": ("please-look", moved),
    "a look at a file that was closed": (
        "please-look",
        lambda: Client.objects.update(erased_at=timezone.now()),
    ),
}


@pytest.mark.invariant("I5")
@pytest.mark.parametrize("case", FATES)
def test_what_waits_and_is_no_longer_true_is_withdrawn(house: House, case: str) -> None:
    kind, fate = FATES[case]
    mail = queued(house, kind)
    sweep_reminders()
    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED, "nothing has changed yet"
    fate()
    sweep_reminders()
    mail.refresh_from_db()
    assert (mail.state, mail.reply) == (MailState.WITHDRAWN, "No longer true.")


def aftercare(house: House) -> tuple[Reminder, OutgoingMail]:
    """An aftercare mail with personal tips that waits, and its reminder."""
    visit = house.visit(house.at(10, ahead=-7), status=Status.COMPLETED)
    ill(house.ana, personal=True)
    Consent.objects.update(treatment=True)
    ago, ahead = timezone.now() - HOUR, timezone.now() + HOUR
    reminder = Reminder.objects.create(appointment=visit, kind="aftercare", revision=0, due_at=ago, not_after=ahead)
    sweep_reminders()
    mail = OutgoingMail.objects.get()
    assert "Heat-pack-name" in mail.text
    return reminder, mail


@pytest.mark.parametrize("purpose", ["personal_tips", "treatment"])
def test_aftercare_that_waits_is_written_anew_without_tips_that_are_personal_no_more(
    house: House, purpose: str
) -> None:
    reminder, first = aftercare(house)
    withdraw_purpose(house.ana, purpose=purpose)
    sweep_reminders()
    first.refresh_from_db()
    reminder.refresh_from_db()
    assert first.state == MailState.WITHDRAWN
    assert reminder.mail is not None
    assert reminder.mail.state == MailState.QUEUED
    assert "Heat-pack-name" not in reminder.mail.text
    assert "When to call us" in reminder.mail.text
    sweep_reminders()
    assert OutgoingMail.objects.count() == 2, "once is enough"
