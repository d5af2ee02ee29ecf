"""The client is here: a time stamp on the appointment. Its status stays, and the stamp can be taken back."""

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.history import record_history
from booking.appointments.locking import transactional
from booking.appointments.move import lock_appointment
from booking.errors import NotPossible
from booking.models import AHEAD, LONGEST_WAIT, Appointment, AppointmentChange
from clinic.models import User


def may_arrive(appointment: Appointment) -> bool:
    """Whether it can be noted that the client is here: booked, not over, and about to begin."""
    return appointment.status in AHEAD and appointment.starts_at - timezone.now() <= LONGEST_WAIT


@transactional
def mark_arrived(appointment: Appointment, *, by: User) -> Appointment:
    """Note when the client came; a second time changes nothing. Raises NotPossible."""
    current = lock_appointment(appointment)
    if not may_arrive(current):
        raise NotPossible(_("Nobody can have arrived for this appointment now."))
    if not current.has_arrived:
        current.arrived_at = timezone.now()
        write_arrival(current, _("here"), by=by)
    return current


@transactional
def undo_arrival(appointment: Appointment, *, by: User) -> Appointment:
    """Take the note back: it was the wrong client, or the wrong button. Raises NotPossible once it is settled."""
    current = lock_appointment(appointment)
    if current.status not in AHEAD:
        raise NotPossible(_("This appointment is already %(status)s.") % {"status": current.get_status_display()})
    if current.arrived_at is not None:
        current.arrived_at = None
        write_arrival(current, _("taken back"), by=by)
    return current


def write_arrival(current: Appointment, what: str, *, by: User) -> None:
    """Keep the stamp and a line in the history."""
    current.changed_at, current.changed_by = timezone.now(), by
    current.save(update_fields=["arrived_at", "changed_at", "changed_by"])
    record_history(current, AppointmentChange.What.ARRIVED, via=Appointment.Via.DESK, by=by, after=what)
