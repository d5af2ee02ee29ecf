"""What an edit of the catalogue would change, shown before it is saved."""

from clients.actions.plans import answers_of
from clients.care import Catalogue
from clients.care.compare import Changes, compare
from clients.models import Intake
from clinic.models import Practice

LATEST = 100
ANSWERED = ("symptoms", "onset", "causes", "conditions", "red_flags", "technique")


def preview_edit(before: Catalogue, after: Catalogue, *, latest: int = LATEST) -> Changes:
    """How the plans of the `latest` intakes would differ under `after`. Three queries; counts only, nobody is named.

    Words that clients wrote freely are not even read. Entries are never deleted, so `after` knows every answer that
    `before` knows.
    """
    region = Practice.current().country
    intakes = Intake.objects.filter(client__erased_at=None).only(*ANSWERED).prefetch_related("marks")
    newest = intakes.order_by("-given_at", "-pk")[:latest]
    return compare(before, after, [answers_of(each, before, each.technique, region=region) for each in newest])
