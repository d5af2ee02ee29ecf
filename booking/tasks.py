"""What Celery calls. Hints without arguments: the database is the queue, so losing or repeating one changes nothing."""

from celery import shared_task

from booking.actions.erasing import anonymise_due
from booking.actions.networks import forget_networks
from booking.actions.notes import forget_old_drafts
from booking.actions.proving import prove
from booking.actions.rescreening import rescreen_coming_visits
from booking.actions.waitlist import offer_waiting
from booking.reminders.kinds.care_plan import mail_approved_plans
from booking.reminders.staff_notices import notice_staff
from booking.reminders.sweep import sweep_reminders as sweep
from clinic.access_log import seal
from clinic.disk import find_room
from clinic.forgetting import forget_expired
from clinic.jobs import each_in_turn
from clinic.worker_signals import wake_worker


@shared_task
def sweep_reminders() -> None:
    """Offer what opened to the waitlist, turn what is due into mails, then ask for them to be sent."""
    with each_in_turn() as take:
        for job in (rescreen_coming_visits, offer_waiting, sweep, mail_approved_plans, notice_staff, find_room):
            take(job)
        take(seal, "seal_access_log")
        wake_worker("clinic.tasks.send_mail")


@shared_task
def finish_erasures() -> None:
    """Delete the records of erased clients whose time to be kept is over, what expired, and notes left as drafts."""
    with each_in_turn() as take:
        take(anonymise_due)
        take(forget_expired)
        take(forget_old_drafts)
        take(forget_networks)


@shared_task
def prove_bookings() -> None:
    """Prove again, over the whole table, that nobody is booked twice; health page and desk show the outcome."""
    with each_in_turn() as take:
        take(lambda: len(prove()), "prove")
