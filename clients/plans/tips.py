"""What a mail around one session may say to one client: the engine's texts for it, and the one thing of their plan.

The engine chooses (I6). Left out besides: all of it while a safety question is open or a doctor comes first, medicines,
and warmth within a day of a session with warmth, whatever in it was warm.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from clients.care import Answers, Catalogue, Level, Plan, make_care_plan
from clients.care.bars import verdict
from clients.care.case import make_case
from clients.care.entries import AftercareText
from clients.care.index import HEAT
from clients.care.mails import CALL
from clients.models import CarePlan, CarePlanItem
from clients.plans.knowledge import ClientKnowledge
from clients.plans.wording import ClientWords

BEFORE, AFTER, NEXT_DAY, REBOOK = "before", "after", "next-day", "rebook"
MEDICINE = "drug"


@dataclass(frozen=True, kw_only=True)
class Session:
    """The session that a mail speaks of: what is given in it, by slugs of the catalogue, and when (aware instants)."""

    technique: str
    """The kind of massage by which its texts go."""
    items: Sequence[str] = ()
    """All its techniques and kinds of add-ons."""
    starts_at: dt.datetime
    ends_at: dt.datetime
    visits: int = 0
    """How many sessions came before it."""
    note_seen: bool = False
    """Whether the doctor's note that it asks for has been seen."""


@dataclass(frozen=True)
class AftercareTip:
    """A text of the catalogue as the client reads it."""

    slug: str
    text: str
    weight: tuple[bool, int, int] = (False, 0, 0)
    """The smaller, the less it can be spared."""


@dataclass(frozen=True)
class OneThing:
    """The one thing of this week. `from_then`: before then it must not be done (None: from now on)."""

    slug: str
    name: str
    text: str
    dose: str
    from_then: dt.datetime | None = None


@dataclass(frozen=True)
class SessionAdvice:
    """The engine's advice for one session of one client. Worked out once, when it is first asked for."""

    known: ClientKnowledge
    session: Session

    @cached_property
    def answers(self) -> Answers:
        """What is known of the client, judged for the session's start."""
        known = self.known.answers_at(self.session.starts_at)
        technique = self.session.technique if self.session.technique in self.catalogue.index.techniques else None
        return replace(known, service=technique, visits=self.session.visits)

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue that the advice comes from."""
        return self.known.catalogue

    @cached_property
    def plan(self) -> Plan:
        """The engine's whole answer; what the doctor's note is about counts as cleared once the note was seen."""
        plan = make_care_plan(self.catalogue, self.answers)
        cleared = asking_for_note(plan, self.session.items) if self.session.note_seen else frozenset()
        return make_care_plan(self.catalogue, replace(self.answers, cleared=cleared)) if cleared else plan

    @cached_property
    def chosen(self) -> Mapping[str, Sequence[str]]:
        """The texts for each moment. A technique of the practice's own, of which no text speaks, has those of the
        shipped technique that is most like it in its dangers: someone must say when to call."""
        own = self.answers.service
        if own is None or self.plan.mails[CALL] or own not in self.plan.services:
            return self.plan.mails
        if self.plan.services[own].level is Level.NEVER:
            return self.plan.mails
        alike = most_alike(self.catalogue, own)
        return make_care_plan(self.catalogue, replace(self.answers, service=alike)).mails if alike else self.plan.mails

    @property
    def allows_massage(self) -> bool:
        """Whether no warning sign asks for a doctor first."""
        return self.plan.triage.action.allows_massage

    @property
    def releases(self) -> bool:
        """Whether anything may be advised: no doctor comes first, and no safety question is open."""
        return self.allows_massage and not self.plan.triage.provisional

    def texts(self, moment: str, *, at: dt.datetime) -> list[AftercareTip]:
        """The texts for a mail written at `at`: those of the engine, by rank; none while nothing may be advised."""
        if not self.releases or self.answers.service is None:
            return []
        known = self.catalogue.index.texts
        return [self.tip(known[slug]) for slug in self.chosen[moment] if self.may_go(known[slug].tags, at)]

    def call(self) -> AftercareTip | None:
        """The one line that says when to call; also while a question is open, because it holds for everybody."""
        if not self.allows_massage or self.answers.service is None:
            return None
        known = self.catalogue.index.texts
        return next((self.tip(known[slug]) for slug in self.chosen[CALL]), None)

    def may_go(self, tags: Iterable[str], at: dt.datetime) -> bool:
        """Whether a text with these dangers may be read at `at`: no medicines, and no warmth on top of warmth."""
        return MEDICINE not in tags and (HEAT not in tags or self.warm_until is None or at >= self.warm_until)

    @property
    def warm_until(self) -> dt.datetime | None:
        """Until when nothing warm may follow this session; None where it had no warmth in it."""
        judged = self.catalogue.index.judged
        given = (judged[slug].tags for slug in (self.session.technique, *self.session.items) if slug in judged)
        return self.session.ends_at + self.day_apart if any(HEAT in tags for tags in given) else None

    @property
    def day_apart(self) -> dt.timedelta:
        """How long warmth waits after a session with warmth."""
        return dt.timedelta(hours=self.catalogue.meta.oils.wait_hours_after_heat)

    def tip(self, text: AftercareText) -> AftercareTip:
        """A text in the words of the practice's country, with its emergency number."""
        words = ClientWords(self.catalogue, self.known.practice).advise(text.text)
        # The first in rank is asked of this client; of the others the better founded stays.
        return AftercareTip(text.id, words, (text.rank > 0, text.evidence.grade.rank, text.rank))

    def shown_plan(self) -> CarePlan | None:
        """The client's newest plan, where it may be spoken of: something of it is released, and nothing stops it."""
        plan = self.known.plan
        return plan if plan and self.known.released and not plan.provisional and self.releases else None

    def plan_link(self) -> uuid.UUID | None:
        """The public id of that plan."""
        plan = self.shown_plan()
        return plan.public_id if plan else None

    def one_thing(self, *, at: dt.datetime) -> OneThing | None:
        """The one thing of this week, where its client agreed to tips by mail and it may go by mail.

        What they must take care with is left to the plan's page: without its caution it may harm, and with it the mail
        would name what it answers to.
        """
        plan = self.shown_plan()
        if plan is None or not self.known.personal:
            return None
        tips = (item for item in self.known.released if item.kind == CarePlanItem.Kind.HOME_CARE)
        item = next((tip for tip in tips if tip.slug == plan.one_thing), None)
        if item is None or not self.may_be_mailed(item):
            return None
        wait = dt.timedelta(hours=item.wait_hours)
        if self.warm_until is not None and HEAT in self.catalogue.index.home_care[item.slug].tags:
            wait = max(wait, self.day_apart)
        from_then = self.session.ends_at + wait
        return OneThing(item.slug, item.name, item.text, item.dose, from_then if wait and from_then > at else None)

    def may_be_mailed(self, item: CarePlanItem) -> bool:
        """Whether a tip of the plan may go by mail: by the plan as it was made, and by what is known today."""
        ready = self.catalogue.index.tips_by_slug.get(item.slug)
        if ready is None or not (item.may_be_emailed and ready.item.email) or MEDICINE in {*item.tags, *ready.tags}:
            return False
        health = make_case(self.catalogue.index, self.answers).health
        return not item.cautions and verdict(ready, health).level is Level.OK


def most_alike(catalogue: Catalogue, technique: str) -> str | None:
    """The technique, among those of which a text says when to call, that has most dangers in common with this one."""
    spoken_of = {slug for text in catalogue.aftercare if text.moment == CALL for slug in text.techniques}
    own = frozenset(catalogue.index.techniques[technique].tags)
    others = [each for each in catalogue.techniques if each.id in spoken_of]
    found = min(others, key=lambda each: len(own.symmetric_difference(each.tags)), default=None)
    return found.id if found else None


def asking_for_note(plan: Plan, items: Iterable[str]) -> frozenset[str]:
    """The conditions for which a massage with these items asks for a doctor's note."""
    judged = {**plan.services, **plan.addons}
    reasons = (reason for slug in items if slug in judged for reason in judged[slug].because)
    return frozenset(reason.condition for reason in reasons if reason.level is Level.CLEARANCE and reason.condition)
