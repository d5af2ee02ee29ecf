"""What Celery calls. Hints without arguments: the database is the queue, so losing or repeating one changes nothing."""

from celery import shared_task

from booking.appointments.integrity_check import check_integrity
from booking.appointments.networks import forget_networks
from booking.appointments.rescreening import rescreen_coming_appointments
from booking.appointments.session_notes import delete_old_note_drafts
from booking.records.erasure import anonymise_due
from booking.reminders.kinds.care_plan import mail_approved_plans
from booking.reminders.staff_notices import send_staff_notices
from booking.reminders.sweep import sweep_reminders as sweep
from booking.waitlist.offers import offer_free_times
from clinic.operations.cleanup import delete_expired
from clinic.operations.disk import check_database_disk
from clinic.operations.jobs import run_each
from clinic.operations.worker_signals import wake_worker
from clinic.records.access_log import seal_access_log


@shared_task
def sweep_reminders() -> None:
    """Offer what opened to the waitlist, turn what is due into mails, then ask for them to be sent."""
    with run_each() as take:
        for job in (
            rescreen_coming_appointments,
            offer_free_times,
            sweep,
            mail_approved_plans,
            send_staff_notices,
            check_database_disk,
        ):
            take(job)
        take(seal_access_log, "seal_access_log")
        wake_worker("clinic.tasks.send_mail")


@shared_task
def finish_erasures() -> None:
    """Delete the records of erased clients whose time to be kept is over, what expired, and notes left as drafts."""
    with run_each() as take:
        take(anonymise_due)
        take(delete_expired)
        take(delete_old_note_drafts)
        take(forget_networks)


@shared_task
def prove_bookings() -> None:
    """Prove again, over the whole table, that nobody is booked twice; health page and desk show the outcome."""
    with run_each() as take:
        take(lambda: len(check_integrity()), "prove")
