"""The client's care plan, opened by its link or by who is signed in: read, and answered."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.care import Triage
from clients.models import CarePlan, CarePlanItem, IntakeRequest
from clients.plans.diary import store_tip_answer
from clients.plans.in_force import plan_in_force, plans_with_people
from clients.plans.label import blend_label
from clients.plans.page import plan_page
from clients.plans.questions import QuestionErrors, answer_questions, asked_again
from clients.record.access import owns_plan, reader_label
from clients.record.access_log import note_access
from clinic.errors import Refusal
from clinic.models import AccessEvent
from clinic.models.links import LinkPurpose
from clinic.web.http import HttpRequest, refusals_told
from clinic.web.links import opened_by_link
from clinic.web.post_only import post_only
from clinic.web.typed import typed_at


@require_safe
@opened_by_link(LinkPurpose.CARE, or_by=owns_plan)
def care_plan_page(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """One care plan in plain words. After an emergency answer only the emergency text (I7)."""
    plan = plan_of_link(request, subject)
    return render_plan(request, plan, subject)


def plan_of_link(request: HttpRequest, subject: uuid.UUID) -> CarePlan:
    """The plan in force for a link, noted as read. Raises Http404 once the client's file is erased."""
    rows = plans_with_people().filter(client__erased_at=None)
    plan = plan_in_force(get_object_or_404(rows, public_id=subject))
    note_access(plan.client, noun="care plan", action=AccessEvent.Action.VIEW, actor=reader_label(request))
    return plan


def render_plan(
    request: HttpRequest, plan: CarePlan, subject: uuid.UUID, *, errors: Mapping[str, str] | None = None
) -> HttpResponse:
    """The page of a plan as it stands today; with `errors`, beside the questions that they belong to.

    `subject` is the plan that the link opened, which another may stand in for: answers go by its address.
    """
    page = plan_page(plan, request.practice, now=timezone.now())
    if page.stop == Triage.EMERGENCY:
        texts = {"texts": page.stop_texts, "mistake_url": correct_answer_url(plan)}
        return render(request, "clients/intake/emergency.html", texts)
    typed: Mapping[str, Any] = (request.POST if errors else typed_at(request, f"{request.path}questions/")) or {}
    context = {
        "plan": plan,
        "page": page,
        "key": subject,
        "questions": [asked_again(each, typed, errors or {}) for each in page.questions],
        "mistake_url": correct_answer_url(plan) if page.stop else "",
        "today": timezone.localdate(),
    }
    return render(request, "clients/plans/care.html", context, status=422 if errors else 200)


@opened_by_link(LinkPurpose.CARE, or_by=owns_plan)
@post_only("clients:care", "key")
def answer_questions_view(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Take the answers to the open safety questions; the plan is made anew from them."""
    plan = plan_of_link(request, subject)
    asked = [each["slug"] for each in plan_page(plan, request.practice, now=timezone.now()).questions]
    try:
        if asked:
            answer_questions(plan, asked, request.POST, practice=request.practice)
    except QuestionErrors as wrong:
        return render_plan(request, plan, subject, errors=wrong.messages)
    except Refusal as error:
        messages.info(request, error.message)
    return redirect("clients:care", key=str(subject))


@opened_by_link(LinkPurpose.CARE, or_by=owns_plan)
@post_only("clients:care", "key")
def answer_tip(request: HttpRequest, subject: uuid.UUID, slug: str) -> HttpResponse:
    """Keep "did it", "helped" or "did not help" for a tip of the plan, today."""
    plan = plan_of_link(request, subject)
    with refusals_told(request):
        store_tip_answer(tip_of_plan(plan, slug), request.POST.get("answer", ""), note=request.POST.get("note"))
    return redirect(f"{reverse('clients:care', args=[str(subject)])}#{slug}")


def tip_of_plan(plan: CarePlan, slug: str) -> CarePlanItem:
    """A tip of a plan. Raises Http404."""
    return get_object_or_404(plan.items.select_related("plan__client"), kind=CarePlanItem.Kind.HOME_CARE, slug=slug)


@require_safe
@opened_by_link(LinkPurpose.CARE, or_by=owns_plan)
def handout_page(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """The exercises of a plan with their drawings, to print; nothing where the plan shows none."""
    plan = plan_of_link(request, subject)
    shown = plan_page(plan, request.practice, now=timezone.now()).moves
    context = {"plan": plan, "shown": shown, "back_url": reverse("clients:care", args=[str(subject)])}
    return render(request, "clients/plans/handout.html", context)


@require_safe
@opened_by_link(LinkPurpose.CARE, or_by=owns_plan)
def label_page(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """The label for a bottle of the blend: names, Latin names, allergens, strength, date."""
    plan = plan_of_link(request, subject)
    page = plan_page(plan, request.practice, now=timezone.now())
    context = {
        "plan": plan,
        "label": blend_label(plan, page),
        "today": timezone.localdate(),
        "back_url": reverse("clients:care", args=[str(subject)]),
    }
    return render(request, "clients/plans/label.html", context)


def correct_answer_url(plan: CarePlan) -> str:
    """Where a sign ticked by mistake is taken back; empty where the health form is open again already."""
    row = IntakeRequest.objects.filter(intake=plan.intake_id).first()
    return reverse("clients:intake-correct", args=[row.public_id]) if row else ""
