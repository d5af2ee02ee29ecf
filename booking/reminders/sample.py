"""A mail to look at: of the latest appointment it fits, or of one that is made up."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment, MessageText, Service, Status, Therapist
from booking.reminders.compose import compose, load_contexts
from booking.reminders.context import MailContext
from booking.reminders.kind import ReminderKind, variables_of
from booking.reminders.message import Message, Unneeded
from booking.reminders.standalone import StandaloneKind
from clients.catalogue import current_catalogue
from clients.models import Client
from clients.plans.knowledge import ClientKnowledge
from clinic.mail.kinds import KINDS
from clinic.models import Practice


def sample_mail(text: MessageText, practice: Practice, appointment: Appointment | None = None) -> Message:
    """The mail of a kind in the practice's words, in use or not; of `appointment`, or of nobody. Its links open
    nothing. Raises KeyError for a kind that cannot be worded."""
    kind = KINDS[text.kind]
    if isinstance(kind, StandaloneKind):
        return kind.sample(practice, text, appointment)
    context = sample_context(practice, text, appointment)
    try:
        return compose(kind.code, context)
    except Unneeded:
        return compose(kind.code, replace(context, intake=uuid.uuid4(), has_next_appointment=False))


def sample_context(practice: Practice, own: MessageText, appointment: Appointment | None) -> MailContext:
    """An appointment, or one that is made up, with these words for a kind of mail."""
    found = load_contexts([appointment], practice)[appointment.pk] if appointment else made_up_appointment(practice)
    return replace(found, custom_text={own.kind: own}, at=usual_time(own.kind, found.appointment))


def usual_time(code: str, appointment: Appointment) -> dt.datetime:
    """When a mail of this kind is usually written: what follows a session, some time after it; all else, now."""
    kind = KINDS[code]
    if isinstance(kind, ReminderKind) and kind.follows:
        return appointment.ends_at + dt.timedelta(minutes=kind.minutes or 0)
    return timezone.now()


def latest_appointment(code: str) -> Appointment | None:
    """The one booked last for which this kind of mail would be true; None for a kind that is about nobody."""
    kind = KINDS[code]
    if "first_name" not in variables_of(code):
        return None
    statuses = kind.statuses if isinstance(kind, ReminderKind) else frozenset({Status.CONFIRMED})
    status = Status.CONFIRMED if Status.CONFIRMED in statuses else next(iter(statuses))
    found = Appointment.objects.with_people().filter(status=status, client__erased_at=None)
    return found.order_by("-created_at", "-pk").first()


def made_up_appointment(practice: Practice) -> MailContext:
    """An appointment that is nowhere, of a client who is nobody, in ten days at ten."""
    day = practice.date_of(timezone.now()) + dt.timedelta(days=10)
    starts_at = dt.datetime.combine(day, dt.time(10), practice.zone).astimezone(dt.UTC)
    service = Service.objects.filter(active=True).first() or some_service()
    appointment = Appointment(
        client=Client(first_name=_("Alex"), last_name=_("Sample"), email="alex@example.org"),
        service=service,
        therapist=Therapist.objects.at_work().first() or Therapist(name=_("Robin")),
        status=Status.CONFIRMED,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(minutes=service.minutes),
        minutes=service.minutes,
        price=service.price,
        currency=practice.currency,
    )
    return MailContext(
        appointment=appointment,
        practice=practice,
        known=ClientKnowledge(current_catalogue(), practice),
        intake=None,
        has_next_appointment=False,
    )


def some_service() -> Service:
    """A service for a practice that has none yet."""
    technique = current_catalogue().techniques[0].id
    return Service(slug="massage", name=_("Massage"), technique=technique, minutes=60, price=Decimal(0))
