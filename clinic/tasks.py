"""What Celery calls. Hints without arguments: the database is the queue, so losing or repeating one changes nothing."""

from celery import shared_task

from clinic.jobs import each_in_turn
from clinic.mail.sender import send_due


@shared_task
def send_mail() -> None:
    """Send what is due now."""
    with each_in_turn() as take:
        take(send_due)
