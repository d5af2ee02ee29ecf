"""What is finished or deleted by itself once its time is over: every night by the worker, at each run by cron."""

from booking.appointments.networks import forget_networks
from booking.appointments.session_notes import delete_old_note_drafts
from booking.models import Therapist
from booking.records.erasure import anonymise_due
from booking.webhooks.actions import forget_deliveries
from clients.imports.opening import forget_old_words
from clinic.operations.cleanup import delete_expired
from clinic.operations.jobs import RunJob
from clinic.pictures.slots import forget_portraits


def clean_up(take: RunJob) -> None:
    """Delete the records of erased clients whose time to be kept is over, what expired, and notes left as drafts."""
    for job in (
        anonymise_due,
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
