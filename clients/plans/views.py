"""The client's care plan, and how we advise anybody."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.care import Catalogue, Level, Triage
from clients.care.items import GRADES, Item, Technique
from clients.care.terms import Claim
from clients.catalogue import current_catalogue
from clients.models import CarePlan, CarePlanItem, IntakeRequest, IntakeRetraction
from clients.plans.wording import citations, wording_for_clients
from clients.record.access import owns_plan, reader_label
from clients.record.access_log import note_access
from clinic.models import AccessEvent
from clinic.models.links import LinkPurpose
from clinic.web.http import HttpRequest
from clinic.web.links import opened_by_link

Kind, State = CarePlanItem.Kind, CarePlanItem.State
# With more reasons than this, print makes the letters smaller to stay on one sheet.
RESERVED_LINES = 18
# The order in which a client's own answers are quoted: what they feel says more than when it began.
QUOTED_ANSWERS = ("symptoms", "causes", "areas", "onset")


@require_safe
@opened_by_link(LinkPurpose.CARE, or_by=owns_plan)
def care_plan_page(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """One care plan in plain words. After an emergency answer only the emergency text (I7)."""
    rows = CarePlan.objects.select_related("client", "intake", "approved_by").filter(client__erased_at=None)
    plan = plan_in_force(get_object_or_404(rows, public_id=subject))
    note_access(plan.client, noun="care plan", action=AccessEvent.Action.VIEW, actor=reader_label(request))
    if plan.triage == Triage.EMERGENCY:
        context = {"texts": plan.warning_texts, "mistake_url": correct_answer_url(plan)}
        return render(request, "clients/intake/emergency.html", context)
    return render(request, "clients/plans/care.html", care_plan_context(plan))


def plan_in_force(plan: CarePlan) -> CarePlan:
    """The plan itself, or the one that stands in its place: its answers were taken back and given again."""
    taken = IntakeRetraction.objects.replaced().filter(intake=plan.intake_id).first()
    if taken is None or taken.replaced_by is None:
        return plan
    newer = taken.replaced_by.plans.select_related("client", "intake", "approved_by").order_by("made_at", "pk").last()
    return plan_in_force(newer) if newer is not None else plan


def correct_answer_url(plan: CarePlan) -> str:
    """Where a sign ticked by mistake is taken back; empty where the health form is open again already."""
    row = IntakeRequest.objects.filter(intake=plan.intake_id).first()
    return reverse("clients:intake-correct", args=[row.public_id]) if row else ""


def care_plan_context(plan: CarePlan) -> dict[str, Any]:
    """What the plan page shows: released items whole, waiting ones by name, withheld ones with their reasons."""
    items = list(plan.items.all())
    released = [item for item in items if item.state == State.RELEASED]
    doctor = plan.triage == Triage.DOCTOR
    # Where a doctor comes first the client has one thing to do; what is held back besides is for the therapist.
    withheld = [item for item in items if item.state == State.WITHHELD and not doctor]
    oils = [quoted_item(item) for item in released if item.kind == Kind.OIL]
    return {
        "plan": plan,
        "approved": {"by": plan.approved_by, "at": plan.approved_at} if plan.approved_at else None,
        "doctor": plan.warning_texts if doctor else [],
        "mistake_url": correct_answer_url(plan) if doctor else "",
        "services": [] if doctor else [level_in_words(service) for service in plan.services],
        "oils": oils,
        "carriers": [item for item in released if item.kind == Kind.CARRIER] if oils else [],
        "tips": [quoted_item(item) for item in released if item.kind == Kind.HOME_CARE],
        "waiting": [paired_item(item) for item in items if item.state == State.WAITING and item.kind != Kind.CARRIER],
        "withheld": withheld,
        "dense": sum(len(item.withheld_because) + len(item.cautions) for item in (*released, *withheld))
        > RESERVED_LINES,
    }


def quoted_item(item: CarePlanItem) -> dict[str, Any]:
    """A released item, with the client's own answers that led to it."""
    quotes = [answer["name"] for kind in QUOTED_ANSWERS for answer in item.because.get(kind, [])]
    return {"item": item, "quotes": quotes}


def paired_item(item: CarePlanItem) -> dict[str, Any]:
    """A waiting item: its name, and what it must not meet. No instructions."""
    return {"name": item.name, "others": [other["name"] for other in item.not_with]}


def level_in_words(service: dict[str, Any]) -> dict[str, Any]:
    """A kind of massage with its level in plain words, and the tone of its pill."""
    words = {
        Level.OK: ("ok", _("Suits you")),
        Level.CAUTION: ("caution", _("With changes")),
        Level.LOCAL_AVOID: ("caution", _("Not on some places")),
        Level.CLEARANCE: ("caution", _("With a doctor’s note")),
        Level.NEVER: ("stop", _("Not for you now")),
    }
    tone, word = words[Level(service["level"])]
    return {**service, "tone": tone, "word": word}


@login_not_required
@require_safe
def how_we_advise(request: HttpRequest) -> HttpResponse:
    """How plans are made, how sure we are of what, and what we do not claim: for everybody."""
    catalogue = current_catalogue()
    context = {
        "grades": [(grade, *grade_words(grade)) for grade in GRADES],
        "claims": [claim_of(catalogue, claim) for claim in catalogue.claims],
        "groups": suggestions(catalogue, request.practice.country),
        "sources": citations(catalogue.sources),
    }
    return render(request, "clients/plans/advice.html", context)


def grade_words(grade: str) -> tuple[str, str]:
    """A grade of evidence in two words and in a sentence."""
    return {
        "strong": (_("Well supported"), _("Good studies agree, or it is a well established safety rule.")),
        "moderate": (_("Fairly well supported"), _("At least one good study, with limits.")),
        "weak": (_("A little support"), _("Small or mixed studies, or a benefit that lasts only a short time.")),
        "traditional": (
            _("Tradition, not tested"),
            _("Therapists have done this for a long time; no one has tested it well."),
        ),
        "against": (
            _("Evidence against it"),
            _("Good studies found no benefit, or guidelines advise against it. We name it only to be honest about it."),
        ),
    }[grade]


def claim_of(catalogue: Catalogue, claim: Claim) -> dict[str, Any]:
    """What studies found and what we say. What others say is left out: repeating a wrong claim spreads it."""
    index = catalogue.index
    known: dict[str, Any] = {**index.oils, **index.home_care, **index.techniques}
    return {
        "slug": claim.slug,
        "about": [known[slug].name for slug in known if slug in claim.refs],
        "finding": wording_for_clients(claim.finding, catalogue.claims),
        "say": wording_for_clients(claim.say, catalogue.claims),
    }


def suggestions(catalogue: Catalogue, region: str) -> list[dict[str, Any]]:
    """Everything the catalogue can advise, by kind, each with how sure we are; what is off here says so."""
    groups: tuple[tuple[str, tuple[Item | Technique, ...]], ...] = (
        (_("Kinds of massage"), catalogue.techniques),
        (_("For home"), catalogue.home_care),
        (_("Oils"), catalogue.oils),
    )
    return [
        {"title": title, "items": [suggestion(catalogue, item, region) for item in items]} for title, items in groups
    ]


def suggestion(catalogue: Catalogue, item: Item | Technique, region: str) -> dict[str, Any]:
    """One piece of advice as the public page shows it."""
    off = item.is_off(region) if isinstance(item, Item) else item.switched_off
    review = isinstance(item, Item) and item.needs_therapist_review
    return {
        "slug": item.slug,
        "name": item.name,
        "text": wording_for_clients(item.text, catalogue.claims),
        "off": _("We do not offer this.") if off else _("Only after a word with your therapist.") if review else "",
        "grade": item.evidence.grade,
        "note": wording_for_clients(item.evidence.note, catalogue.claims),
        "sources": citations(catalogue.cited(item.evidence.sources)),
    }
