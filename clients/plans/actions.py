"""The care plan: the engine's answer to one intake, kept as a snapshot in words."""

import datetime as dt
import uuid

from django.utils import timezone

from clients.catalogue import current_edition
from clients.models import CarePlan, CarePlanItem, Intake
from clients.plans.answers import engine_answers
from clients.plans.sessions import session_context
from clients.plans.wording import ClientWords
from clients.plans.writer import PlanWriter
from clinic.models import Practice


def make_plan(
    intake: Intake,
    *,
    practice: Practice,
    technique_slug: str = "",
    appointment: uuid.UUID | None = None,
    now: dt.datetime | None = None,
) -> CarePlan:
    """Advise on one intake and keep the answer, judged for the day of the appointment where one is booked.

    While a safety question is open the plan holds the questions and nothing else; an emergency makes one with nothing
    in it. Runs inside the caller's transaction where there is one.
    """
    held = current_edition()
    sessions = session_context(intake.client, practice, appointment)
    moment = now or timezone.now()
    at = max(moment, sessions.booked.starts_at) if sessions.booked else moment
    answers = engine_answers(intake, held.catalogue, technique_slug, region=practice.country, at=at, sessions=sessions)
    writer = PlanWriter(ClientWords(held.catalogue, practice), answers)
    care_plan = CarePlan.objects.create(
        client_id=intake.client_id,
        intake=intake,
        technique=technique_slug,
        appointment=appointment,
        catalogue_version=held.label,
        made_at=moment,
        **writer.columns(),
    )
    items = list(writer.items())
    for item in items:
        item.plan = care_plan
    CarePlanItem.objects.bulk_create(items)
    return care_plan
