"""The doctor's note: some answers ask for one, and a request is accepted once somebody here has seen it."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.actions.history import remember
from booking.actions.locking import safely
from booking.actions.moving import fresh, must_be_movable
from booking.actions.on_file import answers_on_file, asks_alone, judged
from booking.errors import NotPossible
from booking.models import Appointment, AppointmentChange
from booking.order import as_booked
from clients.care import Triage
from clients.care.bars import never_to_be_done
from clients.care.levels import triage_of
from clients.catalogue import current
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


def barred(appointment: Appointment, intake: Intake | None) -> str:
    """Why this can never be given with these answers, as a sentence for the team; empty where a reason may lift it."""
    answers = answers_on_file(appointment, intake)
    catalogue = current()
    if triage_of(catalogue, answers.red_flags)[0] == Triage.EMERGENCY:
        return _("An answer is an emergency sign. Nobody can accept this; please call the client.")
    found = {
        slug: None
        for technique in as_booked(appointment).techniques
        if technique in catalogue.index.lineage
        for slug in never_to_be_done(catalogue, technique, answers.conditions)
    }
    if not found:
        return ""
    names = ", ".join(catalogue.index.conditions[slug].name for slug in found)
    return _("This cannot be given, whatever the reason: %(conditions)s. Please change the service or cancel.") % {
        "conditions": names
    }


def must_not_be_barred(appointment: Appointment) -> None:
    """Refuse what no reason lifts. Raises NotPossible."""
    if said := barred(appointment, appointment.client.latest_intake()):
        raise NotPossible(said)


def asked_on(appointment: Appointment) -> dt.date:
    """The local day since which a note is asked for: that of the newest intake if it asks, else that of the booking."""
    intake = appointment.client.latest_intake()
    asks = intake is not None and asks_alone(appointment, intake)
    moment = intake.given_at if intake is not None and asks else appointment.created_at
    return moment.astimezone(Practice.current().zone).date()


def must_be_a_day_it_was_seen(appointment: Appointment, on: dt.date) -> None:
    """Refuse a day ahead, and one before the answers that ask for the note were given. Raises NotPossible."""
    if on > timezone.now().astimezone(Practice.current().zone).date():
        raise NotPossible(_("That day is still to come."))
    if on < (first := asked_on(appointment)):
        said = _("The answers that ask for the note came in on %(day)s. A note seen before that cannot speak of them.")
        raise NotPossible(said % {"day": Practice.current().formats.full_date(first)})


def see_clearance(appointment: Appointment, *, on: dt.date, by: User) -> Appointment:
    """Keep that `by` has seen the doctor's note on a local date.

    Raises NotPossible for a day ahead, and for one before the answers that ask for the note.
    """

    def work() -> Appointment:
        row = fresh(appointment)
        must_be_movable(row)
        if not asks_for_note(row, row.client.latest_intake()):
            raise NotPossible(_("Nothing in these answers asks for a doctor's note."))
        must_be_a_day_it_was_seen(row, on)
        row.clearance_seen_on, row.clearance_seen_by = on, by
        row.changed_at, row.changed_by = timezone.now(), by
        row.save(update_fields=["clearance_seen_on", "clearance_seen_by", "changed_at", "changed_by"])
        remember(row, AppointmentChange.What.CLEARANCE, via=Appointment.Via.DESK, by=by, after=on.isoformat())
        return row

    return safely(work)
