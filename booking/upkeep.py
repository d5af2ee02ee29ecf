"""What is done by itself: each minute, and once its time is over every night by the worker, at each run by cron."""

from booking.appointments.networks import forget_networks
from booking.appointments.rescreening import rescreen_coming_appointments
from booking.appointments.session_notes import delete_old_note_drafts
from booking.models import Therapist
from booking.records.erasure import anonymise_due
from booking.reminders.kinds.care_plan import mail_approved_plans
from booking.reminders.staff_notices import send_staff_notices
from booking.reminders.sweep import sweep_reminders
from booking.waitlist.offers import offer_free_times
from booking.webhooks.actions import forget_deliveries, stop_hopeless_endpoints
from clients.imports.opening import forget_old_words
from clinic.models import Practice
from clinic.operations.cleanup import delete_expired
from clinic.operations.jobs import RunJob
from clinic.pictures.slots import forget_portraits


def sweep_what_is_due(take: RunJob, practice: Practice) -> dict[str, int]:
    """Offer what opened to the waitlist and turn what is due into mails; what each job did, by its name."""
    jobs = (
        rescreen_coming_appointments,
        offer_free_times,
        sweep_reminders,
        mail_approved_plans,
        send_staff_notices,
        stop_hopeless_endpoints,
    )
    return {job.__name__: take(job, practice) for job in jobs}


def clean_up(take: RunJob, practice: Practice) -> None:
    """Delete the records of erased clients whose time to be kept is over, what expired, and notes left as drafts."""
    take(anonymise_due, practice)
    for job in (
        delete_expired,
        forget_portraits_of_the_gone,
        delete_old_note_drafts,
        forget_networks,
        forget_deliveries,
        forget_old_words,
    ):
        take(job)


def forget_portraits_of_the_gone() -> int:
    """Delete the portraits of therapists who were deleted; return how many."""
    return forget_portraits(list(Therapist.objects.values_list("public_id", flat=True)))
