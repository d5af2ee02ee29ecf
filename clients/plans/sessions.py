"""What a plan needs to know of appointments. They belong to `booking`, which tells it here when the app starts."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from clients.care.entries import NO_SLUGS, Slugs
from clients.models import Client, Screening
from clinic.models import Practice


@dataclass(frozen=True)
class BookedSession:
    """The appointment that a plan speaks of: when (aware), what it is called, the slugs that it is judged by, the
    safety answers of its booking, and whether the client gave them and was asked why they come."""

    public_id: uuid.UUID
    starts_at: dt.datetime
    name: str
    minutes: int
    technique: str
    judged_items: tuple[str, ...]
    screening: Screening | None = None
    asked_why: bool = True


@dataclass(frozen=True)
class SessionContext:
    """What is known of a client's sessions: how many were completed, the techniques that the practice sells, the
    conditions for which a doctor's note was seen, and the appointment that comes (None: nothing is booked)."""

    visits: int | None = None
    sold: Slugs = NO_SLUGS
    cleared: Slugs = NO_SLUGS
    booked: BookedSession | None = None


SessionSource = Callable[[Client, Practice, uuid.UUID | None], SessionContext]
_source: list[SessionSource] = []


def register_session_source(source: SessionSource) -> None:
    """Let `source` tell of sessions: it takes a client, the practice, and the public id of an appointment, if any."""
    _source[:] = [source]


def session_context(client: Client, practice: Practice, appointment: uuid.UUID | None = None) -> SessionContext:
    """What is known of a client's sessions; of the appointment named, while it is ahead, else of their next one."""
    return _source[0](client, practice, appointment) if _source else SessionContext()
