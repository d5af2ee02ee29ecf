"""Answers that the team must act on, an emergency or a doctor first: in the way until somebody has seen to them."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.care import Triage
from clients.models import Intake, IntakeAcknowledgement
from clients.record.access_log import note_access
from clinic.models import AccessEvent, User


def acknowledge_intake(intake: Intake, *, by: User) -> IntakeAcknowledgement:
    """Note that somebody has read the answer and sees to it; the first to do so stays."""
    with transaction.atomic():
        seen, new = IntakeAcknowledgement.objects.get_or_create(
            intake=intake, defaults={"by": by, "at": timezone.now()}
        )
        if new:
            note_access(intake.client, noun="intake", action=AccessEvent.Action.CHANGE, user=by)
    return seen


def reason_to_call(triage: str) -> str:
    """Why nothing is announced to this client, for the list of messages; empty where nothing waits to be seen to."""
    reasons: dict[str, str] = {
        Triage.EMERGENCY: _("Emergency answers: call the client."),
        Triage.DOCTOR: _("Doctor first: call the client."),
    }
    return reasons.get(triage, "")
