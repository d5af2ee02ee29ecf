"""The links of one mail: each with a token of its own, saved together with the mail."""

import datetime as dt
import secrets
import uuid

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from booking.models import Appointment, Service
from clients.plans.tips import ClientKnowledge, plan_behind_tips
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

    def __init__(self, appointment: Appointment, *, known: ClientKnowledge, intake: uuid.UUID | None) -> None:
        self.of, self.known, self.awaited = appointment, known, intake
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
        until = self.of.ends_at
        return self.to("clients:intake", LinkPurpose.INTAKE, self.awaited, until=until)

    def pain(self) -> str:
        """The question about the pain after this appointment."""
        appointment = self.of
        return self.to(
            "clients:pain", LinkPurpose.PAIN, appointment.public_id, until=link_end(appointment) + PAIN_LASTS
        )

    def care(self) -> str:
        """The plan with the client's own home care, or an empty text where there is none to speak of."""
        plan = plan_behind_tips(self.known)
        if plan is None:
            return ""
        return self.to("clients:care", LinkPurpose.CARE, plan, until=self.of.ends_at + CARE_LASTS)

    def stop(self) -> str:
        """The page and the one-click address that end tips by mail."""
        appointment = self.of
        return self.to(
            "clients:stop-mails",
            LinkPurpose.STOP,
            appointment.client.public_id,
            until=link_end(appointment) + STOP_LASTS,
        )

    def to_appointment(self, appointment: Appointment, view: str) -> str:
        """A page of an appointment."""
        return self.to(
            view, LinkPurpose.APPOINTMENT, appointment.public_id, until=link_end(appointment) + APPOINTMENT_LASTS
        )

    def to(self, view: str, purpose: LinkPurpose, subject: uuid.UUID, *, until: dt.datetime) -> str:
        """A fresh link to one thing; the token is in the address only, the row keeps its hash."""
        token = secrets.token_urlsafe(32)
        client = self.of.client.public_id
        self.made.append(
            ClientLink(
                purpose=purpose,
                subject=subject,
                client=client,
                digest=token_digest(token),
                expires_at=until,
                by_mail=True,
            )
        )
        return link_url(view, token)


def link_end(appointment: Appointment) -> dt.datetime:
    """The end of an appointment, or now where a mail follows it: an invitation to come again may come years later."""
    return max(appointment.ends_at, timezone.now())


def booking_page(service: Service) -> str:
    """Where a service is booked again; the list of services where it is no longer on offer."""
    path = reverse("booking:service", args=[service.slug]) if service.active else reverse("booking:book")
    return f"{settings.SITE_URL}{path}"
