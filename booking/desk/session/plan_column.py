"""The right of the session screen: the plan, folded to what matters, or as it was where the session is long past."""

from typing import Any

from booking.desk.session.plan_progress import since_last_time
from booking.desk.session.plan_review import PlanReview, ReviewLine, plan_for_appointment
from booking.desk.session.plan_review_merge import shown_state
from booking.desk.session.plan_then import plan_then
from booking.models import Appointment
from clinic.accounts.rights import may_read_health
from clinic.models import Practice, User


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
