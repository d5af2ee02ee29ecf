"""What an edit of the catalogue would change, shown before it is saved."""

from clients.care import Catalogue
from clients.care.compare import PlanChanges, compare_plans
from clients.models import Intake
from clients.plans.answers import engine_answers

LATEST_INTAKES = 100


def preview_edit(before: Catalogue, after: Catalogue, *, region: str) -> PlanChanges:
    """How the plans of the latest intakes would differ under `after`: counts only, nobody is named. Three queries."""
    intakes = Intake.objects.filter(client__erased_at=None).select_related("client").prefetch_related("marks")
    newest = intakes.order_by("-given_at", "-pk")[:LATEST_INTAKES]
    return compare_plans(
        before, after, [engine_answers(each, before, each.technique, region=region, screenings=()) for each in newest]
    )
