"""What one network booked online: found for the desk, cancelled together, and forgotten after a month."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from booking.appointments.status import cancel_appointment
from booking.models import Appointment, AppointmentQuerySet
from clinic.errors import Refusal
from clinic.models import Practice, User

# Within so many days before or after, bookings of one network may be of one person.
BOOKED_WITHIN = dt.timedelta(days=3)
NETWORK_KEPT_FOR = dt.timedelta(days=30)


def from_the_same_network(appointment: Appointment, rows: AppointmentQuerySet) -> AppointmentQuerySet:
    """Of `rows`, those still ahead that the same network booked about when this one was; none without a mark."""
    if not appointment.network:
        return rows.none()
    made = appointment.created_at
    found = rows.upcoming().filter(
        network=appointment.network, created_at__range=(made - BOOKED_WITHIN, made + BOOKED_WITHIN)
    )
    return found.order_by("starts_at", "pk")


def cancel_network_bookings(
    appointments: Iterable[Appointment], *, reason: str, by: User, practice: Practice
) -> tuple[list[Appointment], list[Refusal]]:
    """Cancel each by itself; return what was cancelled, and why others were not."""
    done: list[Appointment] = []
    refused: list[Refusal] = []
    for appointment in appointments:
        try:
            done.append(
                cancel_appointment(appointment, reason=reason, via=Appointment.Via.DESK, practice=practice, by=by)
            )
        except Refusal as refusal:
            refused.append(refusal)
    return done, refused


def forget_networks() -> int:
    """Forget from which network something was booked more than 30 days ago; return how many."""
    old = Appointment.objects.exclude(network="").filter(created_at__lt=timezone.now() - NETWORK_KEPT_FOR)
    return old.update(network="")
