"""Changes of an appointment's status. What each may become is named on the model."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.clearance import must_have_clearance, must_not_be_barred_for_good
from booking.appointments.history import record_history
from booking.appointments.known_health import suitability_of_booking
from booking.appointments.locking import lock_therapists, transactional
from booking.appointments.move import lock_appointment, must_be_before_cutoff
from booking.errors import NotPossible
from booking.models import Appointment, AppointmentChange, Status
from booking.reminders.change_news import TOLD_AT_ONCE, ChangeNews
from booking.reminders.scheduling import schedule_acceptance, schedule_aftercare, schedule_cancellation, void_reminders
from booking.scheduling.configuration import current_configuration
from clients.models import Intake
from clinic.models import Practice, User
from clinic.operations.worker_signals import wake_worker
from clinic.records.written_reason import require_reason


@transactional
def cancel_appointment(
    appointment: Appointment,
    *,
    reason: str,
    via: str,
    practice: Practice,
    by: User | None = None,
    by_client: bool = False,
    client_asked: bool = False,
    news: ChangeNews = TOLD_AT_ONCE,
) -> Appointment:
    """Free the time, void what is owed, tell the client as `news` says.

    `by_client`: they do it themselves, up to the cut-off; `client_asked`: somebody does it for them, at any time.
    Raises NotPossible, TooLate for a client, Busy.
    """
    lock_therapists({appointment.therapist_id})
    current = lock_appointment(appointment)
    if by_client and current.can_become(Status.CANCELLED):
        must_be_before_cutoff(current, practice)
    return cancel_locked(current, reason=reason, via=via, by=by, client_asked=by_client or client_asked, news=news)


def cancel_locked(
    current: Appointment,
    *,
    reason: str,
    via: str,
    by: User | None,
    client_asked: bool,
    news: ChangeNews = TOLD_AT_ONCE,
) -> Appointment:
    """Cancel a locked appointment, with its history and its mails. Runs inside `safely`. Raises NotPossible."""
    was_offered = current.status == Status.OFFERED
    current.reason, current.cancelled_by_client = reason[:300], client_asked
    change_status(current, Status.CANCELLED, via=via, by=by, why=reason, revise=True)
    if was_offered:
        # A time that was only held is no appointment to cancel.
        void_reminders(current, why=_("cancelled"))
    else:
        configuration = current_configuration()
        why = _("cancelled")
        schedule_cancellation(current, configuration=configuration, why=why, now=current.changed_at, news=news)
    transaction.on_commit(wake_worker)
    return current


@transactional
def accept_request(appointment: Appointment, *, by: User, practice: Practice, reason: str = "") -> Appointment:
    """The therapist says yes to a requested appointment, and the client is told.

    `reason` is why, kept in the history; it must be a sentence where the answers speak against this massage. Raises
    NotPossible, also before a doctor's note was seen where the answers ask for one, and where no reason lifts the bar.
    """
    current = lock_appointment(appointment)
    if current.status == Status.OFFERED:
        raise NotPossible(_("This time is only offered. It is booked when the client says yes."))
    must_have_clearance(current, practice)
    must_not_be_barred_for_good(current, practice)
    if suitability_of_booking(current, Intake.objects.latest_of(current.client), practice).speaks_against:
        require_reason(reason, field="reason")
    change_status(current, Status.CONFIRMED, via=Appointment.Via.DESK, by=by, why=reason.strip(), revise=True)
    schedule_acceptance(current, configuration=current_configuration(), now=current.changed_at)
    transaction.on_commit(wake_worker)
    return current


@transactional
def complete_appointment(appointment: Appointment, *, by: User | None, via: str = Appointment.Via.DESK) -> Appointment:
    """The session took place: now the aftercare is owed. Raises NotPossible, also before the session began."""
    current = lock_appointment(appointment)
    if current.starts_at > timezone.now():
        raise NotPossible(_("This session has not begun yet."))
    change_status(current, Status.COMPLETED, via=via, by=by)
    schedule_aftercare(current, configuration=current_configuration(), now=current.changed_at)
    transaction.on_commit(wake_worker)
    return current


@transactional
def mark_no_show(appointment: Appointment, *, by: User | None, via: str = Appointment.Via.DESK) -> Appointment:
    """The client did not come: nothing more is sent about it. Raises NotPossible, also before the session began."""
    current = lock_appointment(appointment)
    if current.starts_at > timezone.now():
        raise NotPossible(_("This session has not begun yet."))
    change_status(current, Status.NO_SHOW, via=via, by=by)
    void_reminders(current, why=_("the client did not come"))
    return current


def may_be_confirmed(appointment: Appointment) -> bool:
    """Whether a client may say that they come: it is booked and ahead, and no answer of theirs waits to be seen to."""
    if not appointment.is_ahead or appointment.status != Status.CONFIRMED:
        return False
    return not Intake.objects.filter(client=appointment.client_id).needing_call().exists()


@transactional
def confirm_by_client(appointment: Appointment) -> Appointment:
    """The client says that they come; twice is once. Raises NotPossible where asked for only, or stopped."""
    current = lock_appointment(appointment)
    if current.confirmed_by_client_at is None:
        if not current.is_ahead:
            raise NotPossible(_("This appointment is over or was cancelled."))
        if not may_be_confirmed(current):
            raise NotPossible(_("Your therapist looks at this appointment first and writes to you. Or call us."))
        current.confirmed_by_client_at = timezone.now()
        current.save(update_fields=["confirmed_by_client_at"])
        record_history(current, AppointmentChange.What.CONFIRMED, via=Appointment.Via.WEB, by=None)
    return current


def change_status(
    current: Appointment, status: Status, *, via: str, by: User | None, why: str = "", revise: bool = False
) -> Appointment:
    """Write a new status where the model allows the step; `revise` raises the revision. Raises NotPossible."""
    if not current.can_become(status):
        raise NotPossible(_("This appointment is already %(status)s.") % {"status": current.get_status_display()})
    return write_status(current, status, via=via, by=by, why=why, revise=revise)


def write_status(
    current: Appointment, status: Status, *, via: str, by: User | None, why: str, revise: bool
) -> Appointment:
    """Write a new status, whatever it was before, with its history; `revise` raises the revision."""
    before = current.status
    current.status = status
    current.revision += revise
    current.changed_at = timezone.now()
    current.changed_by = by
    current.save(update_fields=["status", "revision", "reason", "cancelled_by_client", "changed_at", "changed_by"])
    record_history(current, AppointmentChange.What.STATUS, via=via, by=by, before=before, after=str(status), why=why)
    return current
