"""The health page of a file: any two intakes beside each other with what changed, and pain over time."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from booking.appointments.access import client_for, health_only
from booking.desk.banners import intakes_to_acknowledge
from booking.desk.clients.head import render_file
from clients.catalogue import current_catalogue
from clients.intake.in_words import compare_intakes, intake_in_words
from clients.models import Client, Intake, PainScore
from clients.pain.trend import newest_scores, pain_trend
from clients.record.access_log import note_access
from clinic.models import AccessEvent
from clinic.web.http import StaffRequest
from clinic.web.links import uuid_or_none

# How many intakes a file offers to compare; there is one a year, or as many as there was something new.
MOST_INTAKES_LISTED = 100


@health_only
@require_safe
def client_health(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The answers of a client, and their numbers."""
    client = client_for(request.user, public_id)
    note_access(client, noun="client", action=AccessEvent.Action.VIEW, user=request.user)
    intakes = Intake.objects.filter(client=client).order_by("-given_at", "-id")
    listed = list(intakes.only("public_id", "given_at", "technique")[:MOST_INTAKES_LISTED])
    context = {
        "intakes_to_acknowledge": intakes_to_acknowledge(request.user, client=client),
        "listed": listed,
        **comparison(client, listed, later=request.GET.get("later", ""), earlier=request.GET.get("earlier", "")),
        "trend": pain_trend(newest_scores(PainScore.objects.filter(client=client)), current_catalogue()),
    }
    return render_file(request, client, "desk-client-health", context, template="health")


def comparison(client: Client, listed: Sequence[Intake], *, later: str, earlier: str) -> dict[str, Any]:
    """Two intakes beside each other: those that an address names, else the newest and the one before it.

    With one intake, or the same one twice, its answers alone.
    """
    if not listed:
        return {}
    newer = chosen_intake(listed, later) or listed[0]
    place = listed.index(newer)
    older = chosen_intake(listed, earlier) or (listed[place + 1] if place + 1 < len(listed) else newer)
    rows = {each.pk: each for each in Intake.objects.filter(pk__in=[newer.pk, older.pk]).prefetch_related("marks")}
    catalogue = current_catalogue()
    if older.pk == newer.pk:
        return {"later": newer, "answers": intake_in_words(rows[newer.pk], catalogue)}
    if older.given_at > newer.given_at:
        older, newer = newer, older
    compared = compare_intakes(rows[older.pk], rows[newer.pk], catalogue)
    changes = sum(each.changed for each in compared)
    return {"later": newer, "earlier": older, "compared": compared, "changes": changes}


def chosen_intake(listed: Sequence[Intake], key: str) -> Intake | None:
    """The intake of that id among a client's own."""
    asked = uuid_or_none(key)
    return next((each for each in listed if each.public_id == asked), None)
