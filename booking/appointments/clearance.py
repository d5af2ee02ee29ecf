"""The doctor's note: some answers ask for one, and a request is accepted once somebody here has seen it."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.history import record_history
from booking.appointments.known_health import note_is_of, suitability_by_intake, suitability_of_booking
from booking.appointments.locking import run_transaction
from booking.appointments.move import lock_appointment, must_be_movable
from booking.errors import NotPossible
from booking.models import Appointment, AppointmentChange
from booking.scheduling.order import order_as_booked
from clients.care import Level, Triage
from clients.models import Intake
from clinic.models import Practice, User


def needs_clearance(appointment: Appointment, intake: Intake | None, practice: Practice) -> bool:
    """Whether answers of the booking or of the newest intake ask for a doctor's note that nobody has seen since."""
    return not note_is_of(appointment, intake) and asks_for_clearance(appointment, intake, practice)


def asks_for_clearance(appointment: Appointment, intake: Intake | None, practice: Practice) -> bool:
    """Whether this service takes a doctor's note with these answers, seen or not."""
    return suitability_of_booking(appointment, intake, practice, with_note=False).asks_for_note


def must_have_clearance(appointment: Appointment, practice: Practice) -> None:
    """Refuse to accept a request before the note was seen. Raises NotPossible."""
    if needs_clearance(appointment, Intake.objects.latest_of(appointment.client), practice):
        raise NotPossible(_("These answers ask for a doctor's note. Tick that you have seen it, then accept."))


def bar_reason(appointment: Appointment, intake: Intake | None, practice: Practice) -> str:
    """Why this can never be given with these answers, as a sentence for the team; empty where a reason may lift it."""
    found = suitability_of_booking(appointment, intake, practice)
    if found.triage == Triage.EMERGENCY:
        return _("An answer is an emergency sign. Nobody can accept this; please call the client.")
    names = dict.fromkeys(each.name for each in found.because if each.level is Level.NEVER)
    if not names:
        return ""
    return _("This cannot be given, whatever the reason: %(conditions)s. Please change the service or cancel.") % {
        "conditions": ", ".join(names)
    }


def must_not_be_barred_for_good(appointment: Appointment, practice: Practice) -> None:
    """Refuse what no reason lifts. Raises NotPossible."""
    if said := bar_reason(appointment, Intake.objects.latest_of(appointment.client), practice):
        raise NotPossible(said)


def clearance_asked_on(appointment: Appointment, practice: Practice) -> dt.date:
    """The local day since which a note is asked for: that of the newest intake if it asks, else that of the booking."""
    intake = Intake.objects.latest_of(appointment.client)
    moment, order = appointment.created_at, order_as_booked(appointment)
    if intake and suitability_by_intake(intake, order, appointment.starts_at, practice).asks_for_note:
        moment = intake.given_at
    return practice.date_of(moment)


def must_be_plausible_date(appointment: Appointment, on: dt.date, practice: Practice) -> None:
    """Refuse a day ahead, and one before the answers that ask for the note were given. Raises NotPossible."""
    if on > practice.date_of(timezone.now()):
        raise NotPossible(_("That day is still to come."))
    if on < (first := clearance_asked_on(appointment, practice)):
        said = _("The answers that ask for the note came in on %(day)s. A note seen before that cannot speak of them.")
        raise NotPossible(said % {"day": practice.formats.full_date(first)})


def acknowledge_clearance(appointment: Appointment, *, on: dt.date, by: User, practice: Practice) -> Appointment:
    """Keep that `by` has seen the doctor's note on a local date.

    Raises NotPossible for a day ahead, and for one before the answers that ask for the note.
    """

    def work() -> Appointment:
        row = lock_appointment(appointment)
        must_be_movable(row)
        if not asks_for_clearance(row, Intake.objects.latest_of(row.client), practice):
            raise NotPossible(_("Nothing in these answers asks for a doctor's note."))
        must_be_plausible_date(row, on, practice)
        row.clearance_seen_on, row.clearance_seen_by = on, by
        row.changed_at, row.changed_by = timezone.now(), by
        row.save(update_fields=["clearance_seen_on", "clearance_seen_by", "changed_at", "changed_by"])
        record_history(row, AppointmentChange.What.CLEARANCE, via=Appointment.Via.DESK, by=by, after=on.isoformat())
        return row

    return run_transaction(work)
