"""What a visitor already chose, as it travels in addresses: a start and a therapist, never a health answer (I10)."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from booking.models import Service, Therapist
from clinic.errors import Refusal


@dataclass(frozen=True)
class Chosen:
    """A start (aware UTC) and a therapist, each perhaps still open."""

    start: dt.datetime | None = None
    therapist: Therapist | None = None

    def query(self, **more: str) -> str:
        """The choice as the query part of an address, with `?` in front where there is any."""
        parts = {**more}
        if self.start is not None:
            parts["start"] = as_text(self.start)
        if self.therapist is not None:
            parts["therapist"] = str(self.therapist.public_id)
        return f"?{urlencode(parts)}" if parts else ""


def as_text(start: dt.datetime) -> str:
    """An instant as it stands in addresses: UTC, so that no plus sign is read as a space."""
    return start.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_start(text: str) -> dt.datetime | None:
    """The aware UTC instant that an ISO 8601 text with an offset names, or None."""
    try:
        start = dt.datetime.fromisoformat(text.strip().replace(" ", "+"))
        # Years at the edge of the calendar would overflow as soon as someone asks for the day before.
        if start.tzinfo is None or not 1971 <= start.year <= 2200:
            return None
        return start.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def read_therapist(text: str, service: Service) -> Therapist | None:
    """The active therapist of a service whose public id this is, or None."""
    try:
        key = uuid.UUID(text)
    except ValueError:
        return None
    return service.therapists.filter(active=True, public_id=key).first()


def chosen_in(data: Mapping[str, str], service: Service) -> Chosen:
    """What an address or a form names; what cannot be read counts as not chosen."""
    start, therapist = data.get("start", ""), data.get("therapist", "")
    return Chosen(
        start=read_start(start) if start else None,
        therapist=read_therapist(therapist, service) if therapist else None,
    )


def is_unread(data: Mapping[str, str], chosen: Chosen) -> bool:
    """Whether something was named that could not be read: an old or a tampered address."""
    return bool((data.get("start") and chosen.start is None) or (data.get("therapist") and chosen.therapist is None))


def not_understood() -> Refusal:
    """The answer to a start or therapist that nobody can read."""
    from django.utils.translation import gettext as _

    return Refusal(_("We could not read that time. Please choose one from the list."), code="invalid", field="start")
