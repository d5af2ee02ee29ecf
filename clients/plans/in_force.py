"""Which plan stands for a client, and which stands in the place of an older one."""

from django.db.models import QuerySet

from clients.models import CarePlan, Client, IntakeRetraction
from clients.plans.writer import STOPS


def plans_with_people() -> QuerySet[CarePlan]:
    """Plans with what their page names."""
    return CarePlan.objects.select_related("client", "intake", "approved_by")


def plan_in_force(plan: CarePlan) -> CarePlan:
    """The plan itself, or the one that stands in its place: its answers were taken back and given again, newer answers
    have come after a stop or after questions that were open, or they have left questions open, which it asks."""
    taken = IntakeRetraction.objects.replaced().filter(intake=plan.intake_id).first()
    newer = None
    if taken is not None and taken.replaced_by is not None:
        newer = plans_with_people().filter(intake=taken.replaced_by).order_by("made_at", "pk").last()
    else:
        later = plans_with_people().filter(client=plan.client_id, made_at__gt=plan.made_at)
        latest = later.order_by("made_at", "pk").last()
        if plan.provisional or plan.triage in STOPS or (latest is not None and latest.provisional):
            newer = latest
    return plan_in_force(newer) if newer is not None else plan


def newest_plan(client: Client) -> CarePlan | None:
    """The newest plan of a client that a therapist approved; before the first approval the newest there is."""
    plans = plans_with_people().filter(client=client).order_by("-made_at", "-pk")
    found = plans.filter(state=CarePlan.State.APPROVED).first() or plans.first()
    return plan_in_force(found) if found is not None else None
