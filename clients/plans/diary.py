"""The diary of a plan: what the client did and what helped, by a tap; and what it proposes to the therapist."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clients.catalogue import current_catalogue
from clients.models import CarePlan, CarePlanItem, Client, PainScore, TipAnswer
from clients.pain.outcomes import NRS
from clients.plans.progress import Change, PainReport, TipRecord, proposed_changes
from clinic.errors import Refusal

DID, HELPED, DID_NOT_HELP, NOTE, UNDO = "did", "helped", "not-helped", "note", "undo"
MOST_LETTERS = 300
WEEK_DAYS = 7
# The role of the tips that send to a doctor or a pharmacist.
SAFETY = "safety"
Moment = PainScore.Moment


@dataclass(frozen=True)
class TipDiary:
    """What was said of one tip: today, and on how many of the last seven days it was done."""

    did_today: bool
    helped_today: bool | None
    days_done: int
    note: str = ""

    @property
    def dots(self) -> tuple[bool, ...]:
        """A dot for each day of a week, filled for those on which it was done."""
        return tuple(day < self.days_done for day in range(WEEK_DAYS))


@dataclass(frozen=True)
class PlanProgress:
    """A plan's diary for the session screen: each tip with its record, the newest answers, and what to change."""

    tips: tuple[TipRecord, ...]
    answers: tuple[TipAnswer, ...]
    changes: tuple[Change, ...]


def store_tip_answer(item: CarePlanItem, answer: str, *, note: str | None = None) -> None:
    """Keep what a client says of a tip today: "did", "helped", "not-helped" (both say that they did it), "note" (a word
    of their own), or "undo". `note`: their word, in at most 300 letters; None leaves the one that stands.

    Raises Refusal: `not_given` for what is not a tip of theirs, `unknown_answer` for another answer, `too_long`.
    """
    if item.kind != CarePlanItem.Kind.HOME_CARE or item.state != CarePlanItem.State.RELEASED:
        raise Refusal(_("This tip is not in your plan any more."), code="not_given")
    helped = {DID: None, HELPED: True, DID_NOT_HELP: False}
    moment = timezone.now()
    today: dict[str, Any] = {"item": item, "on": timezone.localdate(moment)}
    if answer == UNDO:
        TipAnswer.objects.filter(**today).delete()
        return
    if answer not in helped and answer != NOTE:
        raise Refusal(_("We do not know this answer. Please try again."), code="unknown_answer")
    said: dict[str, Any] = {"did": True, "given_at": moment, "client": item.plan.client}
    if answer in helped:
        said["helped"] = helped[answer]
    if note is not None:
        if len(note.strip()) > MOST_LETTERS:
            raise Refusal(_("Please say it in at most 300 letters."), code="too_long")
        said["note"] = note.strip()
    TipAnswer.objects.update_or_create(**today, defaults=said)


def tip_diaries(plan: CarePlan) -> Mapping[int, TipDiary]:
    """The diary of each tip of a plan that is something to do, by the item's primary key: whom to ask is none."""
    today = timezone.localdate()
    since = today - dt.timedelta(days=WEEK_DAYS - 1)
    found: dict[int, list[TipAnswer]] = {item.pk: [] for item in plan.items.all() if item.role != SAFETY}
    for answer in TipAnswer.objects.filter(item__in=found, on__gte=since):
        found[answer.item_id].append(answer)
    return {key: diary_of(answers, today) for key, answers in found.items()}


def diary_of(answers: list[TipAnswer], today: dt.date) -> TipDiary:
    """A week's answers to one tip."""
    now = next((answer for answer in answers if answer.on == today), None)
    return TipDiary(
        did_today=bool(now and now.did),
        helped_today=now.helped if now else None,
        days_done=sum(answer.did for answer in answers),
        note=now.note if now else "",
    )


def remove_tip_answers(client: Client) -> int:
    """Delete a client's whole diary, because the consent that it rests on was withdrawn; return how many answers."""
    return TipAnswer.objects.filter(client=client).delete()[0]


def plan_progress(plan: CarePlan) -> PlanProgress:
    """What the therapist reads before the next session: the diary of the plan's tips, and the proposed changes.

    `changes` name slugs of tips: `leave` of this plan, `take` of its `also` (or "see-physician"). In four queries.
    """
    index = current_catalogue().index
    answers = tuple(TipAnswer.objects.filter(item__plan=plan).select_related("item").order_by("-on", "-given_at"))
    given = [item for item in plan.items.all() if item.kind == "home-care" and item.state == "released"]
    tips = tuple(diary_record_of(item, answers) for item in given)
    others = (index.home_care[slug] for slug in plan.also if slug in index.home_care)
    also = [TipRecord(tip.id, tip.role, frozenset(tip.tags)) for tip in others]
    checks = pain_checks(plan.client)
    days = (timezone.now() - plan.made_at).days
    return PlanProgress(tips, answers, proposed_changes(checks, tips, also, days=days))


def diary_record_of(item: CarePlanItem, answers: tuple[TipAnswer, ...]) -> TipRecord:
    """What was said of one tip, the newest word about helping first."""
    own = [answer for answer in answers if answer.item_id == item.pk]
    helped = next((answer.helped for answer in own if answer.helped is not None), None)
    return TipRecord(item.slug, item.role, frozenset(item.tags), sum(answer.did for answer in own), helped)


def pain_checks(client: Client) -> list[PainReport]:
    """The pain before each session and a day and a half later, from the oldest; the strongest of several complaints.

    Where nobody asked before a session, the number after the last one stands for it.
    """
    rows = PainScore.objects.filter(
        client=client, measure=NRS, moment__in=[Moment.BEFORE, Moment.LATER], appointment__isnull=False
    ).order_by("given_at", "pk")
    before: dict[object, int] = {}
    later: dict[object, int] = {}
    for row in rows:
        found = before if row.moment == Moment.BEFORE else later
        found[row.appointment] = max(found.get(row.appointment, 0), int(row.value))
    checks: list[PainReport] = []
    for appointment, number in later.items():
        last = checks[-1].later if checks else None
        checks.append(PainReport(before.get(appointment, last), number))
    return checks
