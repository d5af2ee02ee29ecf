"""The printed sheets of a plan at the desk: the plan itself, the label for the bottle, the handout."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from booking.appointments.access import appointment_for, health_only
from clients.plans.in_force import plan_in_force, plans_with_people
from clients.plans.label import blend_label
from clients.plans.page import PlanPage, plan_page
from clients.record.access_log import note_access
from clinic.models import AccessEvent
from clinic.web.http import StaffRequest


@health_only
@require_safe
def desk_label(request: StaffRequest, public_id: uuid.UUID, plan_id: uuid.UUID) -> HttpResponse:
    """The label for the oil of a plan, for whoever mixes it."""
    context, page = sheet_of_plan(request, public_id, plan_id)
    context |= {"label": blend_label(context["plan"], page), "today": timezone.localdate()}
    return render(request, "clients/plans/label.html", context)


@health_only
@require_safe
def desk_plan_print(request: StaffRequest, public_id: uuid.UUID, plan_id: uuid.UUID) -> HttpResponse:
    """The plan as its client reads it, to be printed for who has no e-mail. Nothing of it while a question is open."""
    context, page = sheet_of_plan(request, public_id, plan_id)
    if page.stop or page.questions:
        return redirect("booking:desk-appointment", public_id=public_id)
    return render(request, "clients/plans/printed.html", {**context, "page": page, "key": "", "questions": []})


@health_only
@require_safe
def desk_handout(request: StaffRequest, public_id: uuid.UUID, plan_id: uuid.UUID) -> HttpResponse:
    """The moves of a plan with their drawings, to hand over."""
    context, page = sheet_of_plan(request, public_id, plan_id)
    return render(request, "clients/plans/handout.html", {**context, "shown": page.moves})


def sheet_of_plan(request: StaffRequest, public_id: uuid.UUID, plan_id: uuid.UUID) -> tuple[dict[str, Any], PlanPage]:
    """What every sheet of a plan is given, and the plan as its client reads it: the one named or the one in its place.
    Noted as read. Raises Http404 where it is not of the appointment's client."""
    client = appointment_for(request.user, public_id).client
    plan = get_object_or_404(plans_with_people(), public_id=plan_id, client=client)
    note_access(client, noun="care plan", action=AccessEvent.Action.VIEW, user=request.user)
    plan = plan_in_force(plan)
    context = {"plan": plan, "back_url": reverse("booking:desk-appointment", args=[public_id]), "is_desk": True}
    return context, plan_page(plan, request.practice, now=timezone.now())
