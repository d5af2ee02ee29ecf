"""What Celery calls. Hints without arguments: the database is the queue, so losing or repeating one changes nothing."""

from celery import shared_task

from clinic.mail.sender import send_due
from clinic.operations.jobs import run_each


@shared_task
def send_mail() -> None:
    """Send what is due now."""
    with run_each() as take:
        take(send_due)
