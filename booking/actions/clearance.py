"""The doctor's note: some answers ask for one, and a request is accepted once somebody here has seen it."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.actions.history import remember
from booking.actions.locking import safely
from booking.actions.moving import fresh, must_be_movable
from booking.actions.on_file import judged
from booking.errors import NotPossible
from booking.models import Appointment, AppointmentChange
from clients.models import Intake
from clinic.models import Practice, User


def needs_clearance(appointment: Appointment, intake: Intake | None) -> bool:
    """Whether answers of the booking or of the newest intake ask for a doctor's note that nobody has seen yet."""
    return appointment.clearance_seen_on is None and asks_for_note(appointment, intake)


def asks_for_note(appointment: Appointment, intake: Intake | None) -> bool:
    """Whether this service takes a doctor's note with these answers, seen or not."""
    return judged(appointment, intake).asks_for_note


def must_be_cleared(appointment: Appointment) -> None:
    """Refuse to accept a request before the note was seen. Raises NotPossible."""
    if needs_clearance(appointment, appointment.client.latest_intake()):
        raise NotPossible(_("These answers ask for a doctor's note. Tick that you have seen it, then accept."))


def see_clearance(appointment: Appointment, *, on: dt.date, by: User) -> Appointment:
    """Keep that `by` has seen the doctor's note on a local date. Raises NotPossible for a day ahead."""

    def work() -> Appointment:
        current = fresh(appointment)
        must_be_movable(current)
        if not asks_for_note(current, current.client.latest_intake()):
            raise NotPossible(_("Nothing in these answers asks for a doctor's note."))
        if on > timezone.now().astimezone(Practice.current().zone).date():
            raise NotPossible(_("That day is still to come."))
        current.clearance_seen_on, current.clearance_seen_by = on, by
        current.changed_at, current.changed_by = timezone.now(), by
        current.save(update_fields=["clearance_seen_on", "clearance_seen_by", "changed_at", "changed_by"])
        remember(current, AppointmentChange.What.CLEARANCE, via=Appointment.Via.DESK, by=by, after=on.isoformat())
        return current

    return safely(work)
