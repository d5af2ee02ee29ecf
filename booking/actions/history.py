"""The history of an appointment: who changed what, when and why."""

from typing import Required, TypedDict, Unpack

from booking.models import Appointment, AppointmentChange
from clinic.models import User
from clinic.rows import insert


class Told(TypedDict, total=False):
    """By what way and by whom a change came, what was before and after it, and why."""

    via: Required[str]
    by: Required[User | None]
    before: str
    after: str
    why: str


def remember(appointment: Appointment, what: AppointmentChange.What, **told: Unpack[Told]) -> AppointmentChange:
    """Add one line to the history, in the transaction of the change itself."""
    change = line(appointment, what, **told)
    insert(change)
    return change


def line(appointment: Appointment, what: AppointmentChange.What, **told: Unpack[Told]) -> AppointmentChange:
    """The same line, still to be written; what is too long to keep is cut."""
    return AppointmentChange(
        appointment=appointment,
        what=what,
        via=told["via"],
        by=told["by"],
        before=told.get("before", "")[:120],
        after=told.get("after", "")[:120],
        why=told.get("why", "")[:300],
    )
