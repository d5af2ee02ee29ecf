"""The links of one mail: each with a token of its own, saved together with the mail."""

import datetime as dt
import secrets
import uuid

from django.utils import timezone

from booking.messages.facts import Facts
from booking.models import Appointment
from clients.tips import own_plan
from clinic.links import address
from clinic.models import ClientLink, LinkPurpose
from clinic.models.links import digest

# How long after its visit, or after its mail where that comes later, a link still opens.
VISIT_LASTS = dt.timedelta(days=30)
PAIN_LASTS = dt.timedelta(days=14)
CARE_LASTS = dt.timedelta(days=90)
STOP_LASTS = dt.timedelta(days=365)


class Links:
    """Mints the links of one mail; `made` collects the rows to save."""

    def __init__(self, facts: Facts, made: list[ClientLink]) -> None:
        self.facts, self.made = facts, made

    def visit(self, view: str = "booking:visit") -> str:
        """The client's page of this visit."""
        return self.to_visit(self.facts.appointment, view)

    def other(self, visit: Appointment) -> str:
        """The client's page of a visit that is told of in this mail."""
        return self.to_visit(visit, "booking:visit")

    def intake(self) -> str:
        """The intake that is awaited for this visit, or an empty text."""
        if self.facts.intake is None:
            return ""
        until = self.facts.appointment.ends_at
        return self.to("clients:intake", LinkPurpose.INTAKE, self.facts.intake, until=until)

    def pain(self) -> str:
        """The question about the pain after this visit."""
        visit = self.facts.appointment
        return self.to("clients:pain", LinkPurpose.PAIN, visit.public_id, until=later(visit) + PAIN_LASTS)

    def waitlist(self) -> str:
        """The client's place on the waitlist, where an offer is answered."""
        offer = self.facts.offer
        subject = offer.entry.public_id if offer else uuid.uuid4()
        until = later(self.facts.appointment) + VISIT_LASTS
        return self.to("booking:waitlist", LinkPurpose.WAITLIST, subject, until=until)

    def care(self) -> str:
        """The plan with the client's own home care, or an empty text where there is none to speak of."""
        plan = own_plan(self.facts.known)
        if plan is None:
            return ""
        return self.to("clients:care", LinkPurpose.CARE, plan, until=self.facts.appointment.ends_at + CARE_LASTS)

    def stop(self) -> str:
        """The page and the one-click address that end tips by mail."""
        visit = self.facts.appointment
        return self.to("clients:stop", LinkPurpose.STOP, visit.client.public_id, until=later(visit) + STOP_LASTS)

    def to_visit(self, visit: Appointment, view: str) -> str:
        """A page of a visit."""
        return self.to(view, LinkPurpose.VISIT, visit.public_id, until=later(visit) + VISIT_LASTS)

    def to(self, view: str, purpose: LinkPurpose, subject: uuid.UUID, *, until: dt.datetime) -> str:
        """A fresh link to one thing; the token is in the address only, the row keeps its hash."""
        token = secrets.token_urlsafe(32)
        client = self.facts.appointment.client.public_id
        self.made.append(
            ClientLink(
                purpose=purpose, subject=subject, client=client, digest=digest(token), expires_at=until, by_mail=True
            )
        )
        return address(view, token)


def later(visit: Appointment) -> dt.datetime:
    """The end of a visit, or now where a mail follows it: an invitation to come again may do so after two years."""
    return max(visit.ends_at, timezone.now())


def one_click(url: str) -> dict[str, str]:
    """The headers with which mail programs offer to unsubscribe in one click (RFC 8058)."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
