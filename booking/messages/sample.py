"""A mail to look at: of the latest visit it fits, or of one that is made up."""

import datetime as dt
import uuid
from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.messages import compose
from booking.messages.facts import Facts, gather, own_words_of
from booking.messages.message import Message
from booking.models import Appointment, MessageText, Reminder, Service, Therapist
from booking.models.appointment import Status
from clients.catalogue import current
from clients.models import Client, Technique
from clients.tips import Known
from clinic.models import MailKind, Practice


def sample(text: MessageText, visit: Appointment | None = None) -> Message:
    """The mail of a kind in the practice's words, in use or not; of `visit`, or of nobody. Its links open nothing."""
    practice = Practice.current()
    facts = gather([visit], practice)[visit.pk] if visit else made_up(practice)
    facts = replace(
        facts, own_words={text.kind: own_words_of(text)}, intake=facts.intake or awaited(text), comes_again=False
    )
    return compose(text.kind, facts, [])


def awaited(text: MessageText) -> uuid.UUID | None:
    """An intake to ask for, in the mail that is about nothing else."""
    return uuid.uuid4() if text.kind == MailKind.INTAKE_MISSING else None


def latest_visit(kind: str) -> Appointment | None:
    """The visit booked last for which this kind of mail would be true."""
    if kind == MailKind.CANCELLED:
        status = Status.CANCELLED
    else:
        status = Status.COMPLETED if kind in Reminder.AFTER_COMPLETION else Status.CONFIRMED
    visits = Appointment.objects.with_people().filter(status=status, client__erased_at=None)
    return visits.order_by("-created_at", "-pk").first()


def made_up(practice: Practice) -> Facts:
    """A visit that is nowhere, of a client who is nobody, in ten days at ten."""
    day = timezone.now().astimezone(practice.zone).date() + dt.timedelta(days=10)
    starts_at = dt.datetime.combine(day, dt.time(10), practice.zone).astimezone(dt.UTC)
    service = Service.objects.select_related("technique").filter(active=True).first() or some_service()
    visit = Appointment(
        client=Client(first_name=_("Alex"), last_name=_("Sample"), email="alex@example.org"),
        service=service,
        therapist=Therapist.objects.filter(active=True).first() or Therapist(name=_("Robin")),
        status=Status.CONFIRMED,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(minutes=service.minutes),
        minutes=service.minutes,
        price=service.price,
        currency=practice.currency,
    )
    return Facts(appointment=visit, practice=practice, known=Known(current()), intake=None, comes_again=False)


def some_service() -> Service:
    """A service for a practice that has none yet."""
    technique = Technique.objects.first() or Technique(slug="regular-massage", name=_("Massage"))
    return Service(slug="massage", name=_("Massage"), technique=technique, minutes=60, price=0)
