"""The number that a client gives a day and a half after a session, and whether somebody must call because of it.

8 or more, 3 worse than before the session, or worse after two sessions in a row asks for a call
(docs/invariants.md#pain-measures).
"""

import uuid

from django.db import transaction
from django.utils import timezone

from clients.models import Client, PainScore
from clients.pain.outcomes import NRS
from clients.plans.diary import pain_checks
from clients.plans.progress import STRONG_PAIN, worse_twice
from clients.record.access_log import note_access
from clinic.models import AccessEvent, User

PainMoment = PainScore.Moment
CLEARLY_WORSE = 3


def store_pain(client: Client, appointment: uuid.UUID, number: int) -> PainScore:
    """Keep the number, 0 to 10, in place of an earlier one, beside those of the same complaint before and after. A
    number that asks for a call is to be seen to anew, also where somebody had seen to the one before."""
    with transaction.atomic():
        earlier = PainScore.objects.filter(client=client, appointment=appointment, measure=NRS)
        complaint = earlier.order_by("complaint").values_list("complaint", flat=True).first() or ""
        score, _made = PainScore.objects.update_or_create(
            appointment=appointment,
            measure=NRS,
            complaint=complaint,
            moment=PainMoment.LATER,
            defaults={
                "client": client,
                "value": number,
                "needs_call": needs_phone_call(client, appointment, complaint, number),
                "given_at": timezone.now(),
                "acknowledged_by": None,
                "acknowledged_at": None,
            },
        )
        if not score.needs_call and worse_twice(pain_checks(client)):
            score.needs_call = True
            score.save(update_fields=["needs_call"])
    return score


def needs_phone_call(client: Client, appointment: uuid.UUID, complaint: str, number: int) -> bool:
    """Whether the number is high, or clearly higher than before the session (else than in the last health form)."""
    if number >= STRONG_PAIN:
        return True
    scores = PainScore.objects.filter(client=client, measure=NRS)
    before = scores.filter(appointment=appointment, complaint=complaint, moment=PainMoment.BEFORE).first()
    before = before or scores.filter(complaint="", moment=PainMoment.INTAKE_NOW).order_by("-given_at", "-pk").first()
    return before is not None and number - before.value >= CLEARLY_WORSE


def acknowledge_pain(score: PainScore, *, by: User) -> PainScore:
    """Note that somebody has read the number and calls; the first to do so stays."""
    with transaction.atomic():
        row = PainScore.objects.select_for_update().get(pk=score.pk)
        if row.acknowledged_by is None:
            row.acknowledged_by, row.acknowledged_at = by, timezone.now()
            row.save(update_fields=["acknowledged_by", "acknowledged_at"])
            note_access(row.client, noun="pain score", action=AccessEvent.Action.CHANGE, user=by)
    return row
