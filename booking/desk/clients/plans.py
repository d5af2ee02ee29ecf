"""The plans of a client, each as it was given, with what they answered to its tips."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from booking.appointments.access import appointments_for, client_for, health_only
from booking.desk.clients.head import render_file
from booking.desk.session.plan_progress import done_in_words
from booking.models import Appointment
from clients.models import CarePlan, CarePlanItem
from clients.record.access_log import note_access
from clinic.models import AccessEvent, User
from clinic.web.http import StaffRequest

PLANS_PER_PAGE = 10


@dataclass(frozen=True)
class GivenItem:
    """One item of a plan, with what the client said of it."""

    item: CarePlanItem
    answered: str
    words: Sequence[str]
    """In their own words, the newest first."""


@dataclass(frozen=True)
class GivenPlan:
    """A plan as it was given: what is the client's, and what was left out and why."""

    plan: CarePlan
    appointment: Appointment | None
    one: GivenItem | None
    items: Sequence[GivenItem]
    left_out: Sequence[CarePlanItem]

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return "ok" if self.plan.state == CarePlan.State.APPROVED else "caution"


@health_only
@require_safe
def client_plans(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The plans, the newest first."""
    client = client_for(request.user, public_id)
    note_access(client, noun="care plan", action=AccessEvent.Action.VIEW, user=request.user)
    items = CarePlanItem.objects.order_by("kind", "position").prefetch_related("answers")
    plans = client.plans.select_related("approved_by").prefetch_related(Prefetch("items", queryset=items))
    page = Paginator(plans.order_by("-made_at", "-pk"), PLANS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "plans": given_plans(request.user, page)}
    return render_file(request, client, "desk-client-plans", context, template="plans")


def given_plans(user: User, plans: Iterable[CarePlan]) -> list[GivenPlan]:
    """Plans with their items fetched, each with its appointment where this person may see it."""
    rows = list(plans)
    keys = [each.appointment for each in rows if each.appointment]
    appointments = {each.public_id: each for each in appointments_for(user).filter(public_id__in=keys)} if keys else {}
    return [given_plan(each, appointments.get(each.appointment) if each.appointment else None) for each in rows]


def given_plan(plan: CarePlan, appointment: Appointment | None) -> GivenPlan:
    """One plan, its one thing first."""
    states = CarePlanItem.State
    rows = list(plan.items.all())
    shown = [given_item(each) for each in rows if each.state in (states.RELEASED, states.WAITING)]
    one = next((each for each in shown if each.item.slug == plan.one_thing), None)
    return GivenPlan(
        plan,
        appointment,
        one,
        [each for each in shown if each is not one],
        [each for each in rows if each.state in (states.WITHHELD, states.DROPPED)],
    )


def given_item(item: CarePlanItem) -> GivenItem:
    """An item, with its answers in words."""
    answers = list(item.answers.all())
    helped = next((each.helped for each in answers if each.helped is not None), None)
    answered = done_in_words(sum(each.did for each in answers), helped) if answers else ""
    return GivenItem(item, answered, [each.note for each in answers if each.note])
