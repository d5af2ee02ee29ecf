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

from booking.appointments.access import health_only
from booking.desk.session.note_kept import appointment_button
from booking.desk.session.page import appointment_with_history, render_appointment
from booking.desk.session.plan_progress import since_last_time
from booking.desk.session.plan_review import (
    CatalogueSearch,
    PlanReview,
    ReviewLine,
    TypedReview,
    is_chosen,
    moved_by_one,
    posted_text,
    read_review,
    review_items,
    reviewed,
    sorted_items,
)
from booking.desk.session.plan_review_merge import SHOWN_FIELD, merge_review, shown_state
from booking.models import Appointment
from clients.catalogue import current_catalogue
from clients.models import CarePlan, CarePlanItem
from clients.plans.add_item import add_plan_item, search_items
from clients.plans.review import approve_plan
from clients.plans.wording import ClientWords
from clinic.errors import Refusal
from clinic.web.edits import locked_row
from clinic.web.http import StaffRequest


def open_review(
    request: StaffRequest, public_id: uuid.UUID, plan_id: uuid.UUID
) -> tuple[Appointment, PlanReview, TypedReview]:
    """The appointment, its plan and the form as sent. Raises Http404 for a foreign plan."""
    appointment = appointment_with_history(request.user, public_id)
    plan = get_object_or_404(CarePlan, public_id=plan_id, client=appointment.client_id)
    typed = read_review(request.POST, review_items(plan))
    words = ClientWords(current_catalogue(), request.practice)
    return appointment, reviewed(plan, words, typed, shown=request.POST.get(SHOWN_FIELD, "")), typed


@health_only
@appointment_button
def approve_review(request: StaffRequest, public_id: uuid.UUID, plan_id: uuid.UUID) -> HttpResponse:
    """Approve the plan as ticked and ordered, or show it again as typed with what stands in the way."""
    appointment, review, typed = open_review(request, public_id, plan_id)
    refused = None
    with transaction.atomic():
        plan = locked_row(review.plan)
        now = replace(review, plan=plan, items=review_items(plan))
        typed, conflicts, field = merge_review(now, typed, review.shown)
        if conflicts:
            found = replace(
                now, typed=typed, error=" ".join(conflicts), field=field or None, shown=shown_state(now.plan, now.items)
            )
            return render_appointment(request, appointment, review=found, status=409)
        overrides = {key: why for key, why in typed.overrides.items() if key in typed.keep}
        doses = {key: dose for key, dose in typed.doses.items() if key in typed.keep}
        try:
            approve_plan(
                plan,
                by=request.user,
                practice=request.practice,
                keep=typed.keep,
                overrides=overrides,
                doses=doses,
                order=typed.order,
                star=typed.star or None,
                raised=typed.raised & typed.keep,
            )
        except Refusal as refusal:
            refused = replace(now, typed=typed, error=refusal.for_team, field=refusal.field)
    if refused is not None:
        return render_appointment(request, appointment, review=refused, status=422)
    messages.success(request, _("The plan is approved. The client sees it on their page."))
    return redirect("booking:desk-appointment", public_id=public_id)


@health_only
@appointment_button
def reorder_review(request: StaffRequest, public_id: uuid.UUID, plan_id: uuid.UUID) -> HttpResponse:
    """Show the plan with one item a place higher or lower. Nothing is kept before it is approved."""
    appointment, review, typed = open_review(request, public_id, plan_id)
    way = "up" if "up" in request.POST else "down"
    items = sorted_items([item for item in review.items if is_chosen(item)], typed.order)
    key = posted_text(request.POST, way)
    if key not in {str(item.pk) for item in items}:
        raise Http404
    order = moved_by_one(items, int(key), up=way == "up")
    return render_appointment(
        request, appointment, review=replace(review, typed=replace(typed, order=order), focus=(int(key), way))
    )


@health_only
@appointment_button
def add_catalogue_item(request: StaffRequest, public_id: uuid.UUID, plan_id: uuid.UUID) -> HttpResponse:
    """Search the catalogue, or add what was picked from it; either way the plan comes back as typed."""
    appointment, review, typed = open_review(request, public_id, plan_id)
    words = posted_text(request.POST, "find").strip()
    found = tuple(search_items(words, request.practice))
    pick = posted_text(request.POST, "pick") or (found[0].id if len(found) == 1 else "")
    if not pick:
        said = _("Nothing of that name is offered here.") if words and not found else ""
        return render_appointment(
            request, appointment, review=replace(review, search=CatalogueSearch(words, found, said))
        )
    try:
        item = add_plan_item(review.plan, slug=pick, by=request.user, practice=request.practice)
    except Refusal as refusal:
        refused = replace(review, search=CatalogueSearch(words, (), refusal.for_team))
        return render_appointment(request, appointment, review=refused, status=422)
    with_it = replace(typed, keep=typed.keep | {item.pk})
    again = replace(reviewed(review.plan, review.words, with_it, shown=review.shown), focus=(item.pk, "keep"))
    return render_appointment(request, appointment, review=again)


@health_only
@appointment_button
def swap_item(request: StaffRequest, public_id: uuid.UUID, plan_id: uuid.UUID) -> HttpResponse:
    """Show the plan with one item in another's place, star included. Nothing is kept before it is approved."""
    appointment, review, typed = open_review(request, public_id, plan_id)
    sent = posted_text(request.POST, "swap")
    key, _colon, slug = sent.partition(":")
    line = next((each for each in review.chosen if str(each.item.pk) == key), None)
    offered = {f"{each.item.pk}:{swap.id}" for each in review.chosen for swap in each.swaps}
    if sent not in offered | since_last_time(review.plan, review.items).swaps:
        raise Http404
    item = None
    if slug:
        try:
            item = add_plan_item(review.plan, slug=slug, by=request.user, practice=request.practice)
        except Refusal as refusal:
            refused = replace(review, error=refusal.for_team, field=key)
            return render_appointment(request, appointment, review=refused, status=422)
    again = swapped(review, typed, line, item)
    return render_appointment(request, appointment, review=again)


def swapped(review: PlanReview, typed: TypedReview, out: ReviewLine | None, come: CarePlanItem | None) -> PlanReview:
    """The review with one item unticked and another ticked in its place, which takes over its star."""
    gone = {out.item.pk} if out else set()
    order = [each.item.pk for each in review.chosen]
    keep, star = typed.keep - gone, typed.star
    if come is not None:
        place = order.index(out.item.pk) if out else len(order)
        order = [*(key for key in order[:place] if key != come.pk), come.pk, *order[place:]]
        keep = keep | {come.pk}
        star = come.pk if out is not None and out.starred else star
    with_it = replace(typed, keep=keep, order=tuple(dict.fromkeys(order)), star=star)
    focus = come.pk if come is not None else next(iter(gone), 0)
    return replace(reviewed(review.plan, review.words, with_it, shown=review.shown), focus=(focus, "keep"))
