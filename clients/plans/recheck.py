"""A plan held against what is known today: answers given since it was made can bar what it proposes (I6)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from clients.care import Catalogue, Level, Verdict
from clients.care.bars import verdict
from clients.care.case import Case, make_case
from clients.care.entries import NO_SLUGS, Slugs
from clients.care.oils import blend_for
from clients.care.plans import TriageResult
from clients.care.weighing import lost_item, suitability
from clients.models import CarePlan, CarePlanItem, Intake
from clients.plans.answers import engine_answers
from clients.plans.review import not_read_yet
from clients.plans.sessions import BookedSession, SessionContext
from clients.plans.wording import ClientWords
from clients.plans.writer import PlanWriter

Kind, State = CarePlanItem.Kind, CarePlanItem.State
OPEN_LEVELS = (Level.OK, Level.CAUTION)


@dataclass(frozen=True)
class Today:
    """What is known of the client of a plan now: the triage, and how far each item may be given."""

    words: ClientWords
    case: Case
    writer: PlanWriter
    unread: Slugs = NO_SLUGS
    """The conditions whose own words have changed since the therapist read them."""

    @property
    def triage(self) -> TriageResult:
        """What the warning signs ask for today."""
        return self.case.triage

    def verdict_on(self, item: CarePlanItem) -> Verdict:
        """How far an item may be given today; what the catalogue has lost since by the dangers it was given with."""
        index, is_tip = self.case.index, item.kind == Kind.HOME_CARE
        ready = index.tips_by_slug.get(item.slug) if is_tip else index.oils_by_slug.get(item.slug)
        return verdict(ready or lost_item(item.slug, tags=item.tags, is_tip=is_tip), self.case.health)

    def bars(self, item: CarePlanItem) -> bool:
        """Whether a released item is held back today by a reason that its therapist had not read and lifted."""
        found = self.verdict_on(item)
        may_be_given = not found.level.holds_back if item.kind != Kind.HOME_CARE else found.level in OPEN_LEVELS
        if may_be_given:
            return False
        if not item.override_reason:
            return True
        against = [each for each in found.because if each.level not in OPEN_LEVELS]
        if any(each.level is Level.NEVER or each.condition in self.unread for each in against):
            return True
        return bool(not_read_yet(item, against))

    def barred(self, released: Iterable[CarePlanItem]) -> list[CarePlanItem]:
        """Those of the released items that are held back today; with them all oils where they are too strong by now."""
        released = list(released)
        barred = [item for item in released if self.bars(item)]
        oils = [item for item in released if item.kind == Kind.OIL and item not in barred]
        limit = blend_for(self.case.index, self.case.health.conditions)
        strength = sum((item.percent for item in oils if item.percent is not None), Decimal())
        return [*barred, *oils] if limit.because and strength > Decimal(str(limit.percent)) else barred

    def may_be_read(self, slug: str) -> bool:
        """Whether a tip that is only read may be shown today; one that the catalogue has lost may."""
        ready = self.case.index.tips_by_slug.get(slug)
        return ready is None or verdict(ready, self.case.health).level in OPEN_LEVELS

    def services(self, plan: CarePlan) -> list[dict[str, Any]]:
        """How each massage and add-on suits: as the plan was made, or as it is judged today where that is worse."""
        today = {each["slug"]: each for each in self.writer.services()}
        pairs = ((each, today.get(each["slug"], each)) for each in plan.services)
        return [min(pair, key=lambda each: Level(each["level"]).rank) for pair in pairs]


def known_today(plan: CarePlan, words: ClientWords, sessions: SessionContext, *, now: dt.datetime) -> Today:
    """What the client's newest answers and everything told at bookings say today."""
    catalogue = words.catalogue
    newest = newest_intake(plan)
    answers = engine_answers(newest, catalogue, plan.technique, region=words.region, at=now, sessions=sessions)
    case = make_case(catalogue.index, answers)
    return Today(words, case, PlanWriter(words, answers), unread_words(plan, newest, catalogue))


def unread_words(plan: CarePlan, newest: Intake, catalogue: Catalogue) -> Slugs:
    """The condition that stands for an allergy in own words, where the client's words, or what of an alert counts, were
    written anew since the plan was approved."""
    if plan.approved_at is None:
        return NO_SLUGS
    unread = newest.given_at > plan.approved_at and not same_allergies(plan, newest, plan.approved_at)
    if not unread:
        counted = catalogue.index.allergy_words.counted_sentences
        # An approval from before alerts were kept says nothing of one.
        read = plan.approvals[-1].get("alert") if plan.approvals else None
        unread = read is not None and counted(read) != counted(plan.client.alert)
    return frozenset({catalogue.meta.own_words.condition}) if unread else NO_SLUGS


def same_allergies(plan: CarePlan, newest: Intake, approved_at: dt.datetime) -> bool:
    """Whether the newest intake names the allergies that the newest one did when a plan was approved."""
    read = Intake.objects.filter(given_at__lte=approved_at).latest_of(plan.client)
    return read is not None and read.allergies.strip() == newest.allergies.strip()


def newest_intake(plan: CarePlan) -> Intake:
    """What the client of a plan answered last."""
    return Intake.objects.latest_of(plan.client) or plan.intake


def judge_booked(
    plan: CarePlan, booked: BookedSession, words: ClientWords, sessions: SessionContext
) -> tuple[Level, list[dict[str, Any]]]:
    """How the appointment that is booked suits, judged for its day, with the reasons in words."""
    intake, at = newest_intake(plan), booked.starts_at
    answers = engine_answers(intake, words.catalogue, booked.technique, region=words.region, at=at, sessions=sessions)
    found = suitability(words.catalogue, answers, booked.judged_items)
    writer = PlanWriter(words, answers)
    return found.level, [writer.reason(each) for each in found.because]


def cautions_today(item: CarePlanItem, today: Today) -> list[dict[str, Any]]:
    """Today's cautions, as the plan keeps them."""
    cautions = [each for each in today.verdict_on(item).because if each.level is Level.CAUTION]
    return [today.writer.reason(each) for each in cautions]
