"""What Celery calls. Hints without arguments: the database is the queue, so losing or repeating one changes nothing."""

from celery import shared_task

from booking.appointments.integrity import check_integrity
from booking.imports.work import wake_for_imports, work_off_imports
from booking.scheduling.private_calendars.refresh import refresh_private_calendars
from booking.upkeep import clean_up, sweep_what_is_due
from booking.webhooks.sender import send_due_webhooks
from clinic.models import Practice
from clinic.operations.disk import check_database_disk
from clinic.operations.jobs import run_each
from clinic.operations.worker_signals import wake_worker
from clinic.records.access_log import seal_access_log


@shared_task
def sweep() -> None:
    """Offer what opened to the waitlist, turn what is due into mails, then ask for them to be sent."""
    with run_each() as take:
        sweep_what_is_due(take, Practice.current())
        take(check_database_disk)
        take(wake_for_imports)
        take(seal_access_log, name="seal_access_log")
        wake_worker("clinic.tasks.send_mail")


@shared_task
def work_on_imports() -> None:
    """Look through, take over or undo the imports that ask for it."""
    with run_each() as take:
        take(work_off_imports)


@shared_task
def read_private_calendars() -> None:
    """Read the therapists' own calendars that are due. Beside the sweep: a server that hangs keeps no reminder."""
    with run_each() as take:
        take(refresh_private_calendars)


@shared_task
def send_webhooks() -> None:
    """Tell programs what is due now. A task of its own: a program that hangs keeps no mail waiting."""
    with run_each() as take:
        take(send_due_webhooks)


@shared_task
def finish_erasures() -> None:
    """Delete the records of erased clients whose time to be kept is over, what expired, and notes left as drafts."""
    with run_each() as take:
        clean_up(take, Practice.current())


@shared_task
def prove_bookings() -> None:
    """Prove again, over the whole table, that nobody is booked twice; health page and desk show the outcome."""
    with run_each() as take:
        take(lambda: len(check_integrity()), name="prove")
