"""The history of an appointment: who changed what, when and why."""

from booking.models import Appointment, AppointmentChange
from clinic.models import User
from clinic.rows import insert


def remember(
    appointment: Appointment,
    what: AppointmentChange.What,
    *,
    via: str,
    by: User | None,
    before: str = "",
    after: str = "",
    why: str = "",
) -> AppointmentChange:
    """Add one line to the history, in the transaction of the change itself."""
    change = line(appointment, what, via=via, by=by, before=before, after=after, why=why)
    insert(change)
    return change


def line(
    appointment: Appointment,
    what: AppointmentChange.What,
    *,
    via: str,
    by: User | None,
    before: str = "",
    after: str = "",
    why: str = "",
) -> AppointmentChange:
    """The same line, still to be written."""
    return AppointmentChange(
        appointment=appointment, what=what, via=via, by=by, before=before[:120], after=after[:120], why=why[:300]
    )
