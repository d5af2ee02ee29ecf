"""Clients with answers of their own, and their plans, without a form in between."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from clients.models import BodyMark, CarePlan, Client, Intake
from clients.plans.actions import make_plan
from clinic.models import Practice
from clinic.models.links import LinkPurpose
from clinic.web.links import mint_link
from tests.fixtures.browser import Browser

PERSONAS = Path(__file__).parents[1] / "care" / "personas.jsonl"
LISTS = ("symptoms", "onset", "causes", "aggravating", "relieving", "conditions", "red_flags", "denied")


def persona(slug: str) -> dict[str, Any]:
    """The answers of a persona of the specification."""
    return next(each["answers"] for each in personas() if each["id"] == slug)


def personas() -> list[dict[str, Any]]:
    """Every persona of the specification."""
    return [json.loads(line) for line in PERSONAS.read_text().splitlines() if line.strip()]


def intake_of(client: Client, answers: dict[str, Any], **columns: Any) -> Intake:
    """An intake with these answers, as the specification writes them; its triage is the engine's business."""
    intake = Intake.objects.create(
        client=client,
        **{name: answers.get(name, []) for name in LISTS},
        where=answers.get("where", {}),
        checked=answers.get("checked", {}),
        age=answers.get("age"),
        weeks=answers.get("weeks"),
        pain=answers.get("pain"),
        **{"triage": "ok", "catalogue_version": "2.0.0", **columns},
    )
    BodyMark.objects.bulk_create(BodyMark(intake=intake, area=area, side="both") for area in answers.get("areas", []))
    return intake


def plan_of(client: Client, answers: dict[str, Any], **columns: Any) -> CarePlan:
    """The plan made from these answers, for the massage that they name."""
    return make_plan(
        intake_of(client, answers, **columns), technique_slug=answers.get("service") or "", practice=Practice.current()
    )


def reader_of(plan: CarePlan) -> Browser:
    """A browser that has opened the link to a plan."""
    browser = Browser()
    token = mint_link(purpose=LinkPurpose.CARE, subject=plan.public_id, lasts=dt.timedelta(days=1))
    assert browser.get(f"/care/{token}/").status_code == 302
    return browser


def page_of(plan: CarePlan, part: str = "") -> str:
    """The HTML of a plan's page, or of a page below it ("handout/")."""
    return reader_of(plan).get(f"/care/{plan.public_id}/{part}").content.decode()
