"""The printed sheets of a plan at the desk: the plan itself, the label for the bottle, the handout."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from booking.appointments.access import appointment_for, health_only
from booking.models import Appointment
from clients.models import CarePlan
from clients.plans.in_force import plan_in_force, plans_with_people
from clients.plans.label import blend_label
from clients.plans.page import moves_of, plan_page
from clients.record.access_log import note_access
from clinic.models import AccessEvent
from clinic.web.http import StaffRequest


@health_only
@require_safe
def desk_label(request: StaffRequest, public_id: uuid.UUID, plan_id: uuid.UUID) -> HttpResponse:
    """The label for the oil of a plan, for whoever mixes it."""
    appointment = appointment_for(request.user, public_id)
    plan = plan_of_client(request, appointment, plan_id)
    page = plan_page(plan, request.practice, now=timezone.now())
    context = {
        "plan": plan,
        "label": blend_label(plan, page),
        "today": timezone.localdate(),
        "back_url": reverse("booking:desk-appointment", args=[public_id]),
        "is_desk": True,
    }
    return render(request, "clients/plans/label.html", context)


@health_only
@require_safe
def desk_plan_print(request: StaffRequest, public_id: uuid.UUID, plan_id: uuid.UUID) -> HttpResponse:
    """The plan as its client reads it, to be printed for who has no e-mail. Nothing of it while a question is open."""
    appointment = appointment_for(request.user, public_id)
    plan = plan_of_client(request, appointment, plan_id)
    page = plan_page(plan, request.practice, now=timezone.now())
    if page.stop or page.questions:
        return redirect("booking:desk-appointment", public_id=public_id)
    context = {
        "plan": plan,
        "page": page,
        "key": "",
        "questions": [],
        "back_url": reverse("booking:desk-appointment", args=[public_id]),
    }
    return render(request, "clients/plans/printed.html", context)


@health_only
@require_safe
def desk_handout(request: StaffRequest, public_id: uuid.UUID, plan_id: uuid.UUID) -> HttpResponse:
    """The moves of a plan with their drawings, to hand over."""
    appointment = appointment_for(request.user, public_id)
    plan = plan_of_client(request, appointment, plan_id)
    context = {
        "plan": plan,
        "shown": moves_of(plan_page(plan, request.practice, now=timezone.now())),
        "back_url": reverse("booking:desk-appointment", args=[public_id]),
        "is_desk": True,
    }
    return render(request, "clients/plans/handout.html", context)


def plan_of_client(request: StaffRequest, appointment: Appointment, plan_id: uuid.UUID) -> CarePlan:
    """A plan of the appointment's client, or the one in its place, noted as read. Raises Http404."""
    plan = get_object_or_404(plans_with_people(), public_id=plan_id, client=appointment.client)
    note_access(appointment.client, noun="care plan", action=AccessEvent.Action.VIEW, user=request.user)
    return plan_in_force(plan)
