"""Appointments for the practice's own programs: read, booked, moved and closed as at the desk, by a key."""

import datetime as dt
import hashlib
import uuid
from dataclasses import replace
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Header, Query, Router, Status

from booking.api.keys import ProgramRequest, by_key, note_program_access
from booking.api.paging import page_of
from booking.api.practice_schemas import (
    AppointmentPage,
    AppointmentQuery,
    ClientRef,
    PracticeAppointmentIn,
    PracticeAppointmentOut,
    PracticeCancelIn,
    PracticeMoveIn,
)
from booking.api.problems import InvalidRequest, in_zone
from booking.api.reading import (
    file_by_id,
    must_be_day,
    must_be_idempotency_key,
    must_be_person,
    must_be_start,
    read_request,
)
from booking.api.schemas import ProblemDocument
from booking.appointments.book import book_appointment
from booking.appointments.booking_request import PersonDetails
from booking.appointments.move import move_appointment
from booking.appointments.status import cancel_appointment, complete_appointment, mark_no_show
from booking.models import Appointment, AppointmentQuerySet, Therapist
from booking.models import Status as AppointmentStatus
from clients.models import Client
from clinic.models import AccessEvent, ApiKey, Practice, Scope

appointments_router = Router(tags=["practice"])

KEY_PROBLEMS: dict[int, Any] = dict.fromkeys((401, 403, 422, 429), ProblemDocument)
WRITE_PROBLEMS: dict[int, Any] = {**KEY_PROBLEMS, **dict.fromkeys((409, 415, 503), ProblemDocument)}
READ_APPOINTMENTS, WRITE_APPOINTMENTS = by_key(Scope.APPOINTMENTS_READ), by_key(Scope.APPOINTMENTS_WRITE)
CHANGES: dict[str, Any] = {
    **WRITE_APPOINTMENTS,
    "response": {200: PracticeAppointmentOut, 404: ProblemDocument, **WRITE_PROBLEMS},
}
ONE = "appointments/{uuid:public_id}"


def appointments_for_programs() -> AppointmentQuerySet:
    """What a key reads: booked at some time, of a client whose file is not erased. What is only offered is nobody's."""
    return Appointment.objects.exclude(status=AppointmentStatus.OFFERED).filter(client__erased_at=None)


def must_be_appointment(public_id: uuid.UUID) -> Appointment:
    """One of them, with its people. Raises Http404."""
    return get_object_or_404(appointments_for_programs().with_people(), public_id=public_id)


@appointments_router.get(
    "appointments",
    **READ_APPOINTMENTS,
    response={200: AppointmentPage, **KEY_PROBLEMS},
    summary="Read appointments",
)
def list_practice_appointments(request: ProgramRequest, asked: Query[AppointmentQuery]) -> dict[str, object]:
    """A page of appointments: by their begin, or with `changed_since` by when they were last changed."""
    rows = appointments_for_programs().with_people()
    zone = request.practice.zone
    if asked.first:
        rows = rows.filter(starts_at__gte=begin_of(asked.first, "from", zone))
    if asked.last:
        rows = rows.filter(starts_at__lt=begin_of(asked.last, "to", zone, days=1))
    if asked.client:
        rows = rows.filter(client__public_id=asked.client)
    if asked.therapist:
        rows = rows.filter(therapist__public_id=asked.therapist)
    by = "starts_at"
    if asked.changed_since:
        by, since = "changed_at", read_moment(asked.changed_since)
        rows = rows.filter(changed_at__gte=since)
    found, following = page_of(rows, by=by, cursor=asked.cursor, limit=asked.limit)
    note_program_access(request.auth, noun="appointments", action=AccessEvent.Action.LIST)
    return {"appointments": [practice_appointment_out(each, request.practice) for each in found], "next": following}


@appointments_router.get(
    ONE,
    **READ_APPOINTMENTS,
    response={200: PracticeAppointmentOut, 404: ProblemDocument, **KEY_PROBLEMS},
    summary="Read one appointment",
)
def read_practice_appointment(request: ProgramRequest, public_id: uuid.UUID) -> dict[str, object]:
    """One appointment."""
    found = must_be_appointment(public_id)
    note_program_access(request.auth, noun="appointment", action=AccessEvent.Action.VIEW, client=found.client.public_id)
    return practice_appointment_out(found, request.practice)


@appointments_router.post(
    "appointments",
    **WRITE_APPOINTMENTS,
    response={201: PracticeAppointmentOut, **WRITE_PROBLEMS},
    summary="Book as the desk",
)
def book_for_practice(
    request: ProgramRequest,
    wish: PracticeAppointmentIn,
    key: Annotated[
        str | None,
        Header(alias="Idempotency-Key", description="Sent again by the same program it books nothing new"),
    ] = None,
) -> Status[dict[str, object]]:
    """Book, for a client by their id or as they give their name. The rules are those of the desk."""
    must_be_idempotency_key(key)
    practice, via = request.practice, Appointment.Via.PROGRAM
    own_key = own_idempotency_key(request.auth, key) if key else None
    asked = read_request(wish, lambda: who_comes(wish), practice=practice, via=via, key=own_key)
    booked = book_appointment(replace(asked, by=request.auth.actor))
    note_change(request, booked)
    return Status(201, practice_appointment_out(must_be_appointment(booked.public_id), practice))


@appointments_router.post(f"{ONE}/move", **CHANGES, summary="Move as the desk")
def move_for_practice(request: ProgramRequest, public_id: uuid.UUID, wish: PracticeMoveIn) -> dict[str, object]:
    """Move; to where it is already, nothing happens. The client is told as when the desk moves it."""
    appointment = must_be_appointment(public_id)
    moved = move_appointment(
        appointment,
        start=must_be_start(wish.start),
        therapist=must_be_therapist(wish.therapist, appointment),
        via=Appointment.Via.PROGRAM,
        practice=request.practice,
        by=request.auth.actor,
    )
    note_change(request, moved)
    return practice_appointment_out(must_be_appointment(public_id), request.practice)


@appointments_router.post(f"{ONE}/cancel", **CHANGES, summary="Cancel as the desk")
def cancel_for_practice(request: ProgramRequest, public_id: uuid.UUID, wish: PracticeCancelIn) -> dict[str, object]:
    """Cancel; one that is cancelled stays so. The client is told as when the desk cancels it."""
    appointment = must_be_appointment(public_id)
    if appointment.status != AppointmentStatus.CANCELLED:
        cancel_appointment(
            appointment,
            reason=wish.reason,
            via=Appointment.Via.PROGRAM,
            practice=request.practice,
            by=request.auth.actor,
            client_asked=wish.client_asked,
        )
        note_change(request, appointment)
    return practice_appointment_out(must_be_appointment(public_id), request.practice)


@appointments_router.post(f"{ONE}/complete", **CHANGES, summary="It took place")
def complete_for_practice(request: ProgramRequest, public_id: uuid.UUID) -> dict[str, object]:
    """Note that the session took place; twice is once."""
    appointment = must_be_appointment(public_id)
    if appointment.status != AppointmentStatus.COMPLETED:
        complete_appointment(appointment, by=request.auth.actor, via=Appointment.Via.PROGRAM)
        note_change(request, appointment)
    return practice_appointment_out(must_be_appointment(public_id), request.practice)


@appointments_router.post(f"{ONE}/no-show", **CHANGES, summary="The client did not come")
def no_show_for_practice(request: ProgramRequest, public_id: uuid.UUID) -> dict[str, object]:
    """Note that the client did not come; twice is once."""
    appointment = must_be_appointment(public_id)
    if appointment.status != AppointmentStatus.NO_SHOW:
        mark_no_show(appointment, by=request.auth.actor, via=Appointment.Via.PROGRAM)
        note_change(request, appointment)
    return practice_appointment_out(must_be_appointment(public_id), request.practice)


def who_comes(wish: PracticeAppointmentIn) -> PersonDetails | Client:
    """For whom it is: an open file by its id, or a person by name. Raises InvalidRequest."""
    if not isinstance(wish.client, ClientRef):
        return must_be_person(wish.client)
    found = file_by_id(wish.client.id)
    if found is None:
        raise InvalidRequest({"client.id": [_("There is no such client.")]})
    return found


def must_be_therapist(public_id: uuid.UUID | None, appointment: Appointment) -> Therapist | None:
    """The therapist at work who is named, if one is. Raises InvalidRequest."""
    if public_id is None or public_id == appointment.therapist.public_id:
        return None
    found = Therapist.objects.at_work().filter(public_id=public_id, services=appointment.service).first()
    if found is None:
        raise InvalidRequest({"therapist": [_("There is no such therapist for this service.")]})
    return found


def own_idempotency_key(key: ApiKey, sent: str) -> str:
    """The idempotency key of one program: another's, or a client's, that reads alike is not the same."""
    return hashlib.sha256(f"{key.public_id} {sent}".encode()).hexdigest()


def begin_of(day: str, field: str, zone: dt.tzinfo, *, days: int = 0) -> dt.datetime:
    """The first moment of a local day, or of some days later. Raises InvalidRequest."""
    try:
        return dt.datetime.combine(must_be_day(day, field) + dt.timedelta(days=days), dt.time.min, zone)
    except OverflowError as error:
        raise InvalidRequest({field: [_("That year is too far away.")]}) from error


def read_moment(text: str) -> dt.datetime:
    """An instant with offset. Raises InvalidRequest."""
    try:
        found = dt.datetime.fromisoformat(text)
        if timezone.is_naive(found):
            raise ValueError(text)
        return found.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        said = _("Please write a time with its offset, such as 2026-11-27T09:00:00+01:00.")
        raise InvalidRequest({"changed_since": [said]}) from error


def note_change(request: ProgramRequest, appointment: Appointment) -> None:
    """A line in the access log of the client."""
    note_program_access(
        request.auth, noun="appointment", action=AccessEvent.Action.CHANGE, client=appointment.client.public_id
    )


def practice_appointment_out(appointment: Appointment, practice: Practice) -> dict[str, object]:
    """An appointment as programs read it; no reason, no note, nothing about health (I10)."""
    return {
        "id": appointment.public_id,
        "revision": appointment.revision,
        "status": appointment.status,
        "start": in_zone(appointment.starts_at, practice),
        "end": in_zone(appointment.ends_at, practice),
        "service": appointment.service.slug,
        "add_ons": [each.add_on.slug for each in appointment.added],
        "minutes": appointment.minutes,
        "price": appointment.price,
        "currency": appointment.currency,
        "therapist": {"id": appointment.therapist.public_id, "name": appointment.therapist.name},
        "room": appointment.room.name if appointment.room else None,
        "client": {"id": appointment.client.public_id},
        "via": appointment.via,
        "created": in_zone(appointment.created_at, practice),
        "changed": in_zone(appointment.changed_at, practice),
    }
