"""What a care plan needs to know of a client's appointments; `clients` asks for it and knows no appointments itself."""

import uuid

from booking.appointments.known_health import cleared_conditions
from booking.models import Appointment, Service, Status
from booking.scheduling.order import order_as_booked
from clients.care.entries import NO_SLUGS, Slugs
from clients.models import Client, Intake
from clients.plans.sessions import BookedSession, SessionContext
from clinic.models import Practice


def session_context_of(client: Client, practice: Practice, appointment: uuid.UUID | None) -> SessionContext:
    """A client's completed appointments, the techniques sold here, and the appointment in question while it is ahead,
    else the client's next one. A doctor's note seen for it clears what asked for it."""
    own = Appointment.objects.filter(client=client)
    ahead = list(own.upcoming().with_people().order_by("starts_at"))
    coming = next((each for each in ahead if each.public_id == appointment), ahead[0] if ahead else None)
    return SessionContext(
        visits=own.filter(status=Status.COMPLETED).count(),
        sold=frozenset(Service.objects.filter(active=True).values_list("technique", flat=True)),
        cleared=cleared_for(coming, practice) if coming else NO_SLUGS,
        booked=booked_session(coming) if coming else None,
    )


def cleared_for(appointment: Appointment, practice: Practice) -> Slugs:
    """The conditions of which the doctor's note speaks that was seen for an appointment; none without one."""
    if appointment.clearance_seen_on is None:
        return NO_SLUGS
    return cleared_conditions(appointment, Intake.objects.latest_of(appointment.client), practice)


def booked_session(appointment: Appointment) -> BookedSession:
    """An appointment as a plan speaks of it."""
    order = order_as_booked(appointment)
    return BookedSession(
        public_id=appointment.public_id,
        starts_at=appointment.starts_at,
        name=order.name,
        minutes=order.minutes,
        technique=order.technique,
        judged_items=order.judged_items,
        screening=appointment.screening,
        asked_why=appointment.via in Appointment.SELF_SERVICE,
    )
