"""Pain before and after a session: one number from 0 to 10 for each complaint, tapped while the client says it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.care import Catalogue
from clients.intake.questions import mark_in_words, name_in
from clients.models import Client, Intake, PainScore
from clients.pain.outcomes import NRS
from clients.record.access_log import note_access
from clinic.models import AccessEvent, User

# More rows than these nobody asks a person who wants to lie down.
MOST_COMPLAINTS = 5


@dataclass(frozen=True)
class Complaint:
    """What hurts: the slug of an area, empty for the pain as a whole."""

    slug: str
    name: str


def complaints_of(intake: Intake | None, catalogue: Catalogue) -> list[Complaint]:
    """The places that an intake marks, each once, whichever its sides; without any the pain as a whole."""
    sides: dict[str, list[str]] = {}
    for mark in intake.marks.all() if intake else ():
        sides.setdefault(mark.area, []).append(mark.side)
    found = [
        Complaint(
            area,
            mark_in_words(f"{area}:{where[0]}", catalogue) if len(where) == 1 else name_in(catalogue.index.areas, area),
        )
        for area, where in sides.items()
    ]
    return found[:MOST_COMPLAINTS] or [Complaint("", _("Pain"))]


@transaction.atomic
def store_session_pain(
    client: Client, appointment: uuid.UUID, moment: PainScore.Moment, numbers: Mapping[str, int], *, by: User
) -> int:
    """Keep the numbers of one moment by complaint, in place of earlier ones. Returns how many are new or changed."""
    rows = PainScore.objects.filter(client=client, appointment=appointment, measure=NRS, moment=moment)
    before = dict(rows.values_list("complaint", "value"))
    changed = {complaint: number for complaint, number in numbers.items() if before.get(complaint) != number}
    for complaint, number in changed.items():
        PainScore.objects.update_or_create(
            appointment=appointment,
            measure=NRS,
            complaint=complaint,
            moment=moment,
            defaults={"client": client, "value": number, "given_at": timezone.now()},
        )
    if changed:
        note_access(client, noun="pain score", action=AccessEvent.Action.CHANGE, user=by)
    return len(changed)
