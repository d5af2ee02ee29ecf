"""The links of one mail: each with a token of its own, saved together with the mail."""

import datetime as dt
import secrets
import uuid
from collections.abc import Iterable
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from booking.models import AddOn, Appointment, Service, Therapist
from clients.plans.tips import SessionAdvice
from clinic.models import ClientLink, LinkPurpose
from clinic.models.links import token_digest
from clinic.web.links import link_url

# How long after its appointment, or after its mail where that comes later, a link still opens.
APPOINTMENT_LASTS = dt.timedelta(days=30)
PAIN_LASTS = dt.timedelta(days=14)
CARE_LASTS = dt.timedelta(days=90)
STOP_LASTS = dt.timedelta(days=365)


class Links:
    """Mints the links of one mail; `made` collects the rows to save with it."""

    def __init__(self, appointment: Appointment, *, advice: SessionAdvice, intake: uuid.UUID | None) -> None:
        self.of, self.advice, self.awaited = appointment, advice, intake
        self.made: list[ClientLink] = []

    def appointment(self, view: str = "booking:appointment") -> str:
        """The client's page of this appointment."""
        return self.to_appointment(self.of, view)

    def other(self, appointment: Appointment) -> str:
        """The client's page of an appointment that is told of in this mail."""
        return self.to_appointment(appointment, "booking:appointment")

    def intake(self) -> str:
        """The intake that is awaited for this appointment, or an empty text."""
        if self.awaited is None:
            return ""
        return self.to("clients:intake", LinkPurpose.INTAKE, self.awaited, until=self.of.ends_at)

    def pain(self) -> str:
        """The question about the pain after this appointment."""
        return self.to("clients:pain", LinkPurpose.PAIN, self.of.public_id, until=link_end(self.of) + PAIN_LASTS)

    def care(self) -> str:
        """The client's own plan, or an empty text where there is none to speak of."""
        plan = self.advice.plan_link()
        if plan is None:
            return ""
        return self.to("clients:care", LinkPurpose.CARE, plan, until=self.of.ends_at + CARE_LASTS)

    def stop(self) -> str:
        """The page and the one-click address that end tips by mail."""
        until = link_end(self.of) + STOP_LASTS
        return self.to("clients:stop-mails", LinkPurpose.STOP, self.of.client.public_id, until=until)

    def to_appointment(self, appointment: Appointment, view: str) -> str:
        """A page of an appointment."""
        until = link_end(appointment) + APPOINTMENT_LASTS
        return self.to(view, LinkPurpose.APPOINTMENT, appointment.public_id, until=until)

    def to(self, view: str, purpose: LinkPurpose, subject: uuid.UUID, *, until: dt.datetime) -> str:
        """A fresh link to one thing; the token is in the address only, the row keeps its hash."""
        token = secrets.token_urlsafe(32)
        client = self.of.client.public_id
        row = ClientLink(
            purpose=purpose, subject=subject, client=client, digest=token_digest(token), expires_at=until, by_mail=True
        )
        self.made.append(row)
        return link_url(view, token)


def link_end(appointment: Appointment) -> dt.datetime:
    """The end of an appointment, or now where a mail follows it: an invitation to come again may come years later."""
    return max(appointment.ends_at, timezone.now())


def booking_page(
    service: Service,
    *,
    therapist: Therapist | None = None,
    add_ons: Iterable[AddOn] = (),
    day: dt.date | None = None,
) -> str:
    """Where a service is booked again, named as the booking pages read it: with whom, with what added, from which local
    day on; the list of services where it is no longer on offer."""
    if not service.active:
        return f"{settings.SITE_URL}{reverse('booking:book')}"
    parts = {
        "day": day.isoformat() if day else "",
        "therapist": str(therapist.public_id) if therapist else "",
        "add_ons": [each.slug for each in add_ons if each.active],
    }
    named = urlencode({name: value for name, value in parts.items() if value}, doseq=True)
    page = f"{settings.SITE_URL}{reverse('booking:service', args=[service.slug])}"
    return f"{page}?{named}" if named else page
