"""What an edit of the catalogue would change, shown before it is saved."""

from clients.care import Catalogue
from clients.care.compare import PlanChanges, compare_plans
from clients.models import Intake
from clients.plans.actions import engine_answers
from clinic.models import Practice

LATEST_INTAKES = 100
ANSWER_COLUMNS = ("symptoms", "onset", "causes", "conditions", "red_flags", "technique")


def preview_edit(before: Catalogue, after: Catalogue, *, latest: int = LATEST_INTAKES) -> PlanChanges:
    """How the plans of the `latest` intakes would differ under `after`. Three queries; counts only, nobody is named.

    Words that clients wrote freely are not even read. Entries are never deleted, so `after` knows every answer that
    `before` knows.
    """
    region = Practice.current().country
    intakes = Intake.objects.filter(client__erased_at=None).only(*ANSWER_COLUMNS).prefetch_related("marks")
    newest = intakes.order_by("-given_at", "-pk")[:latest]
    return compare_plans(
        before, after, [engine_answers(each, before, each.technique, region=region) for each in newest]
    )
