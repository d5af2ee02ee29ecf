"""What an address of the calendar names: a column, when, and for how long; read forgivingly."""

import datetime as dt
from dataclasses import dataclass

from django.http import QueryDict

from booking.desk.calendar.dates import wall_time_from_query
from booking.models import Appointment, Room, StoneKit, Therapist
from clinic.country.wall_time_input import moments_at
from clinic.models import Practice
from clinic.web.links import uuid_or_none

SHORTEST_PROPOSAL, LONGEST_PROPOSAL = 5, 480


@dataclass(frozen=True, kw_only=True)
class CalendarColumn:
    """Whose or what a column is; all None where it names nothing that is in use."""

    therapist: Therapist | None = None
    room: Room | None = None
    kit: StoneKit | None = None


def column_from_query(query: QueryDict) -> CalendarColumn:
    """The column that an address names: `resource=therapist-3` as the calendar does, or `therapist=<public id>`."""
    kind, _dash, key = query.get("resource", "").partition("-")
    if key.isascii() and key.isdigit() and len(key) < 10:
        if kind == "therapist":
            return CalendarColumn(therapist=Therapist.objects.at_work().filter(pk=key).first())
        if kind == "room":
            return CalendarColumn(room=Room.objects.filter(active=True, pk=key).first())
        if kind == "kit":
            return CalendarColumn(kit=StoneKit.objects.filter(active=True, pk=key).first())
    return CalendarColumn(therapist=therapist_by_public_id(query.get("therapist", "")))


def therapist_by_public_id(public_id: str) -> Therapist | None:
    """The active therapist with this public id, or None for anything else."""
    key = uuid_or_none(public_id)
    return Therapist.objects.at_work().filter(public_id=key).first() if key else None


def moment_from_query(query: QueryDict, practice: Practice, name: str = "start") -> dt.datetime | None:
    """The instant that an address names on the practice's clock, with an offset or without; None where it names none.

    A plus sign that was read as a space is one again.
    """
    try:
        moment = dt.datetime.fromisoformat(query.get(name, "").strip().replace(" ", "+"))
    except ValueError:
        return None
    if not 1970 <= moment.year <= 2200:
        return None
    if moment.tzinfo is not None:
        return moment.astimezone(practice.zone)
    wall = wall_time_from_query(query, name)
    found = moments_at(wall.date(), wall.time(), practice.zone) if wall else []
    return found[wall.fold if wall and len(found) > 1 else 0] if found else None


def minutes_from_query(query: QueryDict, start: dt.datetime, practice: Practice) -> int | None:
    """The length in minutes that an address names by `minutes` or `end`; None where it names none that may be."""
    asked = query.get("minutes", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 5:
        minutes = int(asked)
    else:
        end = moment_from_query(query, practice, "end")
        minutes = int((end - start).total_seconds()) // 60 if end else 0
    return minutes if SHORTEST_PROPOSAL <= minutes <= LONGEST_PROPOSAL else None


@dataclass(frozen=True, kw_only=True)
class MoveProposal:
    """Where an appointment is proposed to go."""

    therapist: Therapist
    start: dt.datetime
    minutes: int
    room: Room | None = None
    kit: StoneKit | None = None

    @property
    def ends(self) -> dt.datetime:
        """When it would end."""
        return self.start + dt.timedelta(minutes=self.minutes)


def proposal_from_query(query: QueryDict, appointment: Appointment, practice: Practice) -> MoveProposal | None:
    """The proposal of an address; what it does not name stays as it is. None where it names no time."""
    start = moment_from_query(query, practice)
    if start is None:
        return None
    column = column_from_query(query)
    return MoveProposal(
        therapist=column.therapist or appointment.therapist,
        start=start,
        minutes=minutes_from_query(query, start, practice) or appointment.minutes,
        room=column.room,
        kit=column.kit,
    )
