"""The therapist's hand on a care plan: put in order, added to from the catalogue, approved.

Order and ticks travel with the form until it is approved, so nothing half-decided is the client's.
"""

import uuid
from dataclasses import replace

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from booking.access import health_only
from booking.models import Appointment
from booking.views.desk.keeping import keeps_note
from booking.views.desk.merging_reviews import SHOWN, merged, shown_of
from booking.views.desk.review import Review, Search, Typed, in_order, is_chosen, items_of, moved, read, text
from booking.views.desk.visit import visit_for, visit_page
from clients.actions import add_item, approve_plan
from clients.actions.adding import search_items
from clients.models import CarePlan
from clinic.edits import locked
from clinic.errors import Refusal
from clinic.http import StaffRequest
from clinic.posting import post_only


def opened(request: StaffRequest, public_id: uuid.UUID, plan_id: uuid.UUID) -> tuple[Appointment, Review, Typed]:
    """The visit, its plan and the form as sent. Raises Http404 for a foreign plan."""
    appointment = visit_for(request.user, public_id)
    plan = get_object_or_404(CarePlan, public_id=plan_id, client=appointment.client_id)
    items = items_of(plan)
    typed = read(request.POST, items)
    return appointment, Review(plan, items, typed, shown=request.POST.get(SHOWN, "")), typed


@health_only
@post_only("booking:desk-visit", "public_id")
@keeps_note
def approve(request: StaffRequest, public_id: uuid.UUID, plan_id: uuid.UUID) -> HttpResponse:
    """Approve the plan as ticked and ordered, or show it again as typed with what stands in the way."""
    appointment, review, typed = opened(request, public_id, plan_id)
    refused = None
    with transaction.atomic():
        plan = locked(review.plan)
        now = replace(review, plan=plan, items=items_of(plan))
        typed, conflicts, field = merged(now, typed, review.shown)
        if conflicts:
            found = replace(now, typed=typed, error=" ".join(conflicts), field=field or None, shown=shown_of(now.items))
            return visit_page(request, appointment, review=found, status=409)
        overrides = {key: why for key, why in typed.overrides.items() if key in typed.keep}
        doses = {key: dose for key, dose in typed.doses.items() if key in typed.keep}
        try:
            approve_plan(plan, by=request.user, keep=typed.keep, overrides=overrides, doses=doses, order=typed.order)
        except Refusal as refusal:
            refused = replace(now, typed=typed, error=refusal.for_team, field=refusal.field)
    if refused is not None:
        return visit_page(request, appointment, review=refused, status=422)
    messages.success(request, _("The plan is approved. The client sees it on their page."))
    return redirect("booking:desk-visit", public_id=public_id)


@health_only
@post_only("booking:desk-visit", "public_id")
@keeps_note
def arrange(request: StaffRequest, public_id: uuid.UUID, plan_id: uuid.UUID) -> HttpResponse:
    """Show the plan with one item a place higher or lower. Nothing is kept before it is approved."""
    appointment, review, typed = opened(request, public_id, plan_id)
    way = "up" if "up" in request.POST else "down"
    items = in_order([item for item in review.items if is_chosen(item)], typed.order)
    key = text(request.POST, way)
    if key not in {str(item.pk) for item in items}:
        raise Http404
    order = moved(items, int(key), up=way == "up")
    return visit_page(
        request, appointment, review=replace(review, typed=replace(typed, order=order), focus=(int(key), way))
    )


@health_only
@post_only("booking:desk-visit", "public_id")
@keeps_note
def add(request: StaffRequest, public_id: uuid.UUID, plan_id: uuid.UUID) -> HttpResponse:
    """Search the catalogue, or add what was picked from it; either way the plan comes back as typed."""
    appointment, review, typed = opened(request, public_id, plan_id)
    words = text(request.POST, "find").strip()
    found = tuple(search_items(words))
    pick = text(request.POST, "pick") or (found[0].slug if len(found) == 1 else "")
    if not pick:
        said = _("Nothing of that name is offered here.") if words and not found else ""
        return visit_page(request, appointment, review=replace(review, search=Search(words, found, said)))
    try:
        item = add_item(review.plan, slug=pick, by=request.user)
    except Refusal as refusal:
        refused = replace(review, search=Search(words, (), refusal.for_team))
        return visit_page(request, appointment, review=refused, status=422)
    with_it = replace(typed, keep=typed.keep | {item.pk})
    again = replace(review, items=items_of(review.plan), typed=with_it, focus=(item.pk, "keep"), search=Search())
    return visit_page(request, appointment, review=again)
