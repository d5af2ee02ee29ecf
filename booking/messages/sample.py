"""A mail to look at: of the latest visit it fits, or of one that is made up."""

import datetime as dt
import uuid
from dataclasses import replace

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.messages import KINDS, compose
from booking.messages.besides import care_plan, please_look, sign_in_code, staff_notice
from booking.messages.facts import Facts, gather, own_words_of
from booking.messages.links import Links
from booking.messages.message import Message
from booking.models import Appointment, MessageText, Reminder, Service, Therapist
from booking.models.appointment import Status
from booking.wording import OwnWords
from clients.catalogue import current
from clients.models import Client, Technique
from clients.tips import Known
from clinic.links import address
from clinic.models import MailKind, Practice

WORDED = (*KINDS, MailKind.PLEASE_LOOK, MailKind.CARE_PLAN, MailKind.SIGN_IN, MailKind.STAFF)
"""The kinds that the practice can word itself."""
ABOUT_NOBODY = frozenset({MailKind.SIGN_IN, MailKind.STAFF})
ABOUT_NO_VISIT = ABOUT_NOBODY | {MailKind.CARE_PLAN}


def sample(text: MessageText, visit: Appointment | None = None) -> Message:
    """The mail of a kind in the practice's words, in use or not; of `visit`, or of nobody. Its links open nothing."""
    practice, own = Practice.current(), own_words_of(text)
    if text.kind in ABOUT_NO_VISIT:
        return sample_of_no_visit(text.kind, practice, own, visit)
    facts = gather([visit], practice)[visit.pk] if visit else made_up(practice)
    facts = replace(facts, own_words={text.kind: own}, intake=facts.intake or awaited(text), comes_again=False)
    if text.kind == MailKind.PLEASE_LOOK:
        return please_look(facts, Links(facts, []), instead=None)
    return compose(text.kind, facts, [])


def sample_of_no_visit(kind: str, practice: Practice, own: OwnWords, visit: Appointment | None) -> Message:
    """A mail about no visit; a client's first name comes from `visit`."""
    if kind == MailKind.SIGN_IN:
        return sign_in_code(practice, code="1234 5678", minutes=15, intro=_("Here is your code."), own=own)
    if kind == MailKind.STAFF:
        subject, text = _("A request waits for your answer"), _("The time is held. Please say yes or no.")
        return staff_notice(practice, subject=subject, text=text, url=f"{settings.SITE_URL}/desk/", own=own)
    name = visit.client.called if visit else _("Alex")
    return care_plan(practice, first_name=name, url=address("clients:care", "sample"), own=own)


def awaited(text: MessageText) -> uuid.UUID | None:
    """An intake to ask for, in the mail that is about nothing else."""
    return uuid.uuid4() if text.kind == MailKind.INTAKE_MISSING else None


def latest_visit(kind: str) -> Appointment | None:
    """The visit booked last for which this kind of mail would be true; None for a kind that is about nobody."""
    if kind in ABOUT_NOBODY:
        return None
    usual = Status.COMPLETED if kind in Reminder.AFTER_COMPLETION else Status.CONFIRMED
    status = {MailKind.CANCELLED: Status.CANCELLED, MailKind.WAITLIST: Status.OFFERED}.get(MailKind(kind), usual)
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
        therapist=Therapist.objects.at_work().first() or Therapist(name=_("Robin")),
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
