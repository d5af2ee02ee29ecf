"""Which tips are done and which help, over all clients who agreed to statistics. Small counts are not shown."""

from dataclasses import dataclass

from django.db.models import Count, Max, Q
from django.utils import timezone

from clients.models import Consent, TipAnswer

# Below this nothing is said: a few answers say little, and could be told apart.
FEWEST_ANSWERS = 10


@dataclass(frozen=True)
class TipCount:
    """How a tip is doing. `helped`: of how many who said so it helped, in percent; None below ten such answers."""

    slug: str
    name: str
    clients: int
    done: int
    helped: int | None


def tip_counts() -> list[TipCount]:
    """Every tip with ten answers or more, the most done first. Only answers of clients whose consent to statistics
    stands; who withdraws it takes theirs out."""
    standing = Consent.objects.for_statistics(timezone.now())
    rows = (
        TipAnswer.objects.filter(client__in=standing.values("client"), did=True)
        .values("item__slug")
        .annotate(
            name=Max("item__name"),
            clients=Count("client", distinct=True),
            done=Count("pk"),
            told=Count("pk", filter=Q(helped__isnull=False)),
            yes=Count("pk", filter=Q(helped=True)),
        )
        .filter(done__gte=FEWEST_ANSWERS)
        .order_by("-done", "item__slug")
    )
    return [
        TipCount(
            slug=row["item__slug"],
            name=row["name"],
            clients=row["clients"],
            done=row["done"],
            helped=round(100 * row["yes"] / row["told"]) if row["told"] >= FEWEST_ANSWERS else None,
        )
        for row in rows
    ]
