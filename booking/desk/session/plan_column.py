"""The right of the session screen: the plan, folded to what matters, or as it was where the session is long past."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from booking.desk.session.plan_progress import since_last_time
from booking.desk.session.plan_review import RELEASED_STATES, Kind, PlanReview, ReviewLine, State, plan_for_appointment
from booking.desk.session.plan_review_merge import shown_state
from booking.models import Appointment
from clients.models import CarePlan, CarePlanItem
from clinic.accounts.rights import may_read_health
from clinic.models import Practice, User


@dataclass(frozen=True)
class ItemThen:
    """One thing that was released: its name, how much of it, and how."""

    name: str
    percent: str
    dose: str
    is_one_thing: bool


@dataclass(frozen=True)
class PlanThen:
    """A plan as it stood; `at` and `by` are None and empty where nobody had approved it by then."""

    items: tuple[ItemThen, ...]
    at: dt.datetime | None
    by: str
    changed_on: dt.datetime | None
    """When it was approved anew since, if it was."""


def plan_then(appointment: Appointment) -> PlanThen | None:
    """The plan in force at a session, once nothing that belongs to it can come in; None before, and without one."""
    until = appointment.ends_at + RELEASED_STATES
    if until > timezone.now():
        return None
    plans = CarePlan.objects.filter(client=appointment.client_id, made_at__lte=until).select_related("approved_by")
    newest_first = list(plans.order_by("-made_at", "-pk"))
    approved = [(record_moment(each), plan, each) for plan in newest_first for each in plan.approvals]
    by_then = [found for found in approved if found[0] <= until]
    if by_then:
        at, plan, record = max(by_then, key=lambda found: found[0])
        changed = plan.approved_at if plan.approved_at and plan.approved_at > until else None
        return PlanThen(items_of_record(record), at, str(record["by"]), changed)
    return unrecorded_plan(newest_first, until)


def unrecorded_plan(newest_first: Iterable[CarePlan], until: dt.datetime) -> PlanThen | None:
    """The newest plan as it was made, of which no approval by then is recorded."""
    plan = next(iter(newest_first), None)
    if plan is None:
        return None
    items = list(plan.items.all())
    if plan.approved_at is not None and plan.approved_at <= until:
        given = [each for each in items if each.state == State.RELEASED]
        return PlanThen(items_as_they_stand(plan, given), plan.approved_at, str(plan.approved_by or ""), None)
    proposed = [each for each in items if not (each.added or each.withheld_because)]
    return PlanThen(items_as_they_stand(plan, proposed), None, "", plan.approved_at)


def items_as_they_stand(plan: CarePlan, items: Iterable[CarePlanItem]) -> tuple[ItemThen, ...]:
    """Items of a plan in the order in which its client reads them."""
    ordered = sorted(items, key=lambda item: (list(Kind.values).index(item.kind), item.position, item.pk))
    return tuple(
        ItemThen(each.name, str(each.percent or ""), each.dose, is_one_thing=each.slug == plan.one_thing)
        for each in ordered
    )


def items_of_record(record: Mapping[str, Any]) -> tuple[ItemThen, ...]:
    """The items of one approval."""
    return tuple(
        ItemThen(
            str(each["name"]), str(each["percent"]), str(each["dose"]), is_one_thing=each["slug"] == record["one_thing"]
        )
        for each in record["items"]
    )


def record_moment(record: Mapping[str, Any]) -> dt.datetime:
    """When an approval was given."""
    return dt.datetime.fromisoformat(str(record["at"]))


def plan_column(user: User, appointment: Appointment, practice: Practice, review: PlanReview | None) -> dict[str, Any]:
    """The plan under review, as typed where `review` came back, and what the page showed of it before that."""
    review = review or (plan_for_appointment(appointment, practice) if may_read_health(user) else None)
    if review is None:
        return {"review": None, "then": None, "plan_shown": "", "since": None}
    chosen = review.chosen
    return {
        "review": review,
        "then": plan_then(appointment),
        "chosen": chosen,
        "one_thing": next((line for line in chosen if line.starred and line.kept), None),
        "left_out": left_out_lines(review),
        "plan_shown": review.shown or shown_state(review.plan, review.items),
        "since": since_last_time(review.plan, review.items),
    }


def left_out_lines(review: PlanReview) -> list[tuple[str, str]]:
    """What is held back in short: names, and the condition that they have in common."""
    by_reason: dict[str, list[str]] = {}
    for line in review.held_back:
        by_reason.setdefault(reason_in_short(line), []).append(line.item.name)
    return [(", ".join(names), reason) for reason, names in by_reason.items()]


def reason_in_short(line: ReviewLine) -> str:
    """The first condition that holds an item back, by name."""
    names = [str(why.get("name") or "") for why in line.item.withheld_because] + [name for name, _why in line.news]
    return next(filter(None, names), "")
