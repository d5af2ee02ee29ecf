"""How the pain of many people changed over a session, by complaint: only of those who agreed to statistics, and never
of a few."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, FloatField, OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone

from clients.models import Consent, PainScore
from clients.pain.outcomes import NRS, POINTS_THAT_COUNT, SHARE_THAT_COUNTS

# Fewer people than this could be told apart, and say little.
FEWEST_PEOPLE = 10


@dataclass(frozen=True)
class PainOverSession:
    """One complaint (its slug; empty for the pain as a whole) in some period: the mean before and after the session,
    and in how many of the sessions the pain clearly fell."""

    complaint: str
    people: int
    sessions: int
    before: float
    after: float
    clearly_less: int

    @property
    def change(self) -> float:
        """Points from before to after; below zero where it got better."""
        return self.after - self.before

    @property
    def clearly_less_share(self) -> float:
        """Of a hundred sessions, in how many the pain fell by as much as a person feels."""
        return 100 * self.clearly_less / self.sessions


def clearly_less() -> Q:
    """The condition that a person feels the change, as `score_change` has it: by enough points, or by its share."""
    by_points = Q(value__gte=F("later") + Value(POINTS_THAT_COUNT[NRS]))
    by_share = Q(value__gt=F("later"), later__lte=F("value") * Value(1 - SHARE_THAT_COUNTS))
    return by_points | by_share


def pain_over_sessions(appointments: QuerySet[Any, Any]) -> list[PainOverSession]:
    """Each complaint that at least ten consenting people scored before and after these appointments, asked for by a
    query of public ids; what most people have first."""
    agreed = Consent.objects.for_statistics(timezone.now())
    same = PainScore.objects.filter(
        appointment=OuterRef("appointment"),
        client=OuterRef("client"),
        complaint=OuterRef("complaint"),
        measure=NRS,
        moment=PainScore.Moment.AFTER,
    )
    scored = PainScore.objects.filter(
        appointment__in=appointments, client__in=agreed.values("client"), measure=NRS, moment=PainScore.Moment.BEFORE
    )
    rows = (
        scored.annotate(later=Subquery(same.values("value")[:1]))
        .filter(later__isnull=False)
        .values("complaint")
        .order_by()
        .annotate(
            people=Count("client", distinct=True),
            sessions=Count("pk"),
            before=Avg("value", output_field=FloatField()),
            after=Avg("later", output_field=FloatField()),
            clearly_less=Count("pk", filter=clearly_less()),
        )
        .filter(people__gte=FEWEST_PEOPLE)
    )
    return sorted((PainOverSession(**row) for row in rows), key=lambda each: (-each.people, each.complaint))
