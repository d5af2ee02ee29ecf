"""The therapist's word on a plan: what stays, what goes, what is given against a rule, and why."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.care import Catalogue, Level, Triage
from clients.care.index import HEAT, IRRITANT
from clients.care.plans import Reason, TriageResult
from clients.care.weighing import ItemVerdict, Weighing, lost_item, must_not_mix, weigh_items
from clients.catalogue import current_catalogue
from clients.models import CarePlan, CarePlanItem, Intake
from clients.plans.answers import engine_answers
from clients.plans.blends import blend_limit_of, mix_blend
from clients.plans.sessions import session_context
from clients.plans.wording import ClientWords
from clients.record.access_log import note_access
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice, User
from clinic.records.written_reason import require_reason

Kind, State = CarePlanItem.Kind, CarePlanItem.State
DECIDED = (
    *("state", "override_reason", "dose", "position", "percent", "session_only", "wait_hours"),
    "withheld_because",
)


@transaction.atomic
def approve_plan(
    plan: CarePlan,
    *,
    by: User,
    practice: Practice,
    keep: Collection[int],
    overrides: Mapping[int, str] | None = None,
    doses: Mapping[int, str] | None = None,
    order: Sequence[int] = (),
    star: int | None = None,
    raised: Collection[int] = (),
    now: dt.datetime | None = None,
) -> CarePlan:
    """Release the items whose ids are in `keep`, drop the others; approving again replaces the earlier word.

    `overrides` gives, by item id, the written reason for keeping what a rule withheld; `doses` new words for a dose;
    `order` all or some ids in the order in which the client reads them, kind by kind; `star` the id of the one thing
    this week (without: as it stands, or the first tip kept); `raised` the oils, by id, that take what another has left.
    Raises Refusal: `questions_open` while a safety question is open, `not_of_plan` for a foreign id, `reason_needed`
    for an override without a sentence, `for_good` for what no reason lifts, `pair` for two oils of which one is in the
    other, `too_many` for more scented oils than a blend takes, `emergency` where nothing may be recommended.
    """
    reasons = {key: reason.strip() for key, reason in (overrides or {}).items()}
    row = CarePlan.objects.select_for_update(of=("self",)).select_related("client", "intake").get(pk=plan.pk)
    items, doses = list(row.items.all()), doses or {}
    must_belong_to_plan(items, {*keep, *reasons, *doses, *order, *([star] if star else []), *raised})
    kept = [item for item in items if item.pk in keep]
    words = ClientWords(current_catalogue(), practice)
    today = weigh_today(row, items, words)
    must_have_no_open_questions(row, today.triage)
    if kept:
        must_allow_advice(row, today.triage)
    must_be_allowed(kept, reasons, today)
    note_news(kept, today, words)
    for item in items:
        decide_item(item, kept=item in kept, reason=reasons.get(item.pk, ""), dose=doses.get(item.pk))
    order_items(items, order)
    settle_review(row, kept, today, words, raised=raised)
    CarePlanItem.objects.bulk_update(items, DECIDED)
    row.one_thing, row.starred = choose_one_thing(row, kept, star)
    row.state, row.approved_by, row.approved_at = CarePlan.State.APPROVED, by, now or timezone.now()
    row.approvals = [*row.approvals, approval_record(row, kept)]
    row.save(update_fields=["state", "approved_by", "approved_at", "approvals", "one_thing", "starred", "blend"])
    note_access(row.client, noun="care plan", action=AccessEvent.Action.CHANGE, user=by)
    return row


def approval_record(plan: CarePlan, kept: Iterable[CarePlanItem]) -> dict[str, Any]:
    """What an approval released, as JSON: it stays as it is when the plan is approved again."""
    ordered = sorted(kept, key=lambda item: (list(Kind.values).index(item.kind), item.position, item.pk))
    return {
        "at": plan.approved_at.isoformat() if plan.approved_at else "",
        "by": str(plan.approved_by),
        "one_thing": plan.one_thing,
        # What of an allergy stood there to be read (clients/plans/recheck.py).
        "alert": plan.client.alert,
        "items": [
            {
                "slug": item.slug,
                "kind": item.kind,
                "name": item.name,
                "percent": str(item.percent) if item.percent is not None else "",
                "dose": item.dose,
            }
            for item in ordered
        ],
    }


def decide_item(item: CarePlanItem, *, kept: bool, reason: str, dose: str | None) -> None:
    """Set one item to what the therapist decided. What was withheld and not kept stays withheld."""
    held = bool(item.withheld_because)
    if kept:
        item.state = State.RELEASED
    else:
        # What only the therapist thought of is no news to the client, so it is not among what was left out.
        item.state = State.WITHHELD if held and not item.added else State.DROPPED
    item.override_reason = reason if kept else ""
    if kept and dose is not None:
        item.dose = dose.strip()


def note_news(kept: Iterable[CarePlanItem], today: Weighing, words: ClientWords) -> None:
    """Add to each item what speaks against it only since the plan was made: the therapist has read and lifted it."""
    for item in kept:
        found = today.verdicts.get(item.slug)
        news = not_read_yet(item, found.against) if found else ()
        item.withheld_because = [*item.withheld_because, *(lifted_reason(each, words) for each in news)]


def not_read_yet(item: CarePlanItem, reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Those of the reasons of which the plan says nothing, or something milder."""
    read: dict[str, int] = {}
    for why in item.withheld_because:
        condition, rank = str(why.get("condition", "")), Level(why.get("level", Level.CAUTION)).rank
        read[condition] = min(rank, read.get(condition, rank))
    return tuple(each for each in reasons if each.level.rank < read.get(each.condition, Level.OK.rank))


def lifted_reason(why: Reason, words: ClientWords) -> dict[str, str]:
    """A reason that the therapist lifts, as a plan keeps it."""
    return {
        "condition": why.condition,
        "name": words.say(words.catalogue.index.conditions[why.condition].name),
        "reason": words.say(why.reason),
        "level": str(why.level),
        "to": why.to,
    }


def order_items(items: Iterable[CarePlanItem], order: Sequence[int]) -> None:
    """Give the items in `order` the first places, and what was kept besides the next; the rest stays where it is."""
    places = {key: place for place, key in enumerate(order)}
    if not places:
        return
    besides = [item for item in items if item.pk not in places and item.state == State.RELEASED]
    for item in sorted(besides, key=lambda item: item.position):
        places[item.pk] = len(places)
    for item in items:
        item.position = places.get(item.pk, item.position)


def settle_review(
    plan: CarePlan,
    kept: Collection[CarePlanItem],
    today: Weighing,
    words: ClientWords,
    *,
    raised: Collection[int] = (),
) -> None:
    """Set what follows from what is kept: each oil's share, a day between warmth and what stings. Saves nothing."""
    limit = blend_limit_of(plan, today.blend, words.catalogue)
    mix_blend(plan, kept, limit, words, raised=raised)
    part_warmth(plan, kept, words.catalogue)


def part_warmth(plan: CarePlan, kept: Collection[CarePlanItem], catalogue: Catalogue) -> None:
    """Keep a stinging oil and warmth a day apart: the oil stays in the session, the warm tip waits until the day after.

    A warm tip waits after a warm massage as well (`meta.oils.wait_hours_after_heat`).
    """
    technique = catalogue.index.techniques.get(technique_of(plan))
    stinging = [item for item in kept if item.kind == Kind.OIL and IRRITANT in tags_of(item, catalogue)]
    warm = [item for item in kept if item.kind == Kind.HOME_CARE and HEAT in tags_of(item, catalogue)]
    waits = bool(stinging) or (technique is not None and HEAT in technique.tags)
    for item in kept:
        item.session_only = item in stinging and bool(warm)
        item.wait_hours = catalogue.meta.oils.wait_hours_after_heat if item in warm and waits else 0


def technique_of(plan: CarePlan) -> str:
    """The technique that a plan goes with: the one booked, else the one it recommends; empty where there is none."""
    return plan.technique or str((plan.recommended or {}).get("technique", ""))


def tags_of(item: CarePlanItem, catalogue: Catalogue) -> frozenset[str]:
    """The dangers of an item: those it was given with, and those that the catalogue knows of it today."""
    today = catalogue.index.oils.get(item.slug) or catalogue.index.home_care.get(item.slug)
    return frozenset(item.tags) | frozenset(today.tags if today else ())


def choose_one_thing(plan: CarePlan, kept: Collection[CarePlanItem], star: int | None) -> tuple[str, bool]:
    """The slug of the one thing this week, and whether the therapist chose it.

    Without a star it stays what it was while that is kept, else it is the first tip that is.
    """
    tips = sorted((item for item in kept if item.kind == Kind.HOME_CARE), key=lambda item: item.position)
    starred = next((item.slug for item in tips if item.pk == star), "")
    if starred:
        return starred, True
    slugs = [item.slug for item in tips]
    if plan.one_thing in slugs:
        return plan.one_thing, plan.starred
    return next(iter(slugs), ""), False


def must_belong_to_plan(items: Iterable[CarePlanItem], named: Collection[int]) -> None:
    """Refuse ids of another plan."""
    if set(named) - {item.pk for item in items}:
        raise Refusal(_("This item does not belong to this plan. Please reload the page."), code="not_of_plan")


def must_have_no_open_questions(plan: CarePlan, today: TriageResult) -> None:
    """Refuse to release anything while the client still has to answer a question of safety. Nothing lifts this."""
    if plan.provisional or today.provisional:
        raise Refusal(
            _("Safety questions are open. Nothing is released until the client has answered them."),
            code="questions_open",
        )


def must_allow_advice(plan: CarePlan, today: TriageResult) -> None:
    """Refuse any advice while questions are open, and after an emergency answer: the plan's own, or one given since."""
    must_have_no_open_questions(plan, today)
    if Triage.EMERGENCY in (plan.triage, today.action):
        raise Refusal(_("After an emergency answer nothing is recommended."), code="emergency")


def must_be_allowed(kept: Iterable[CarePlanItem], reasons: Mapping[int, str], today: Weighing) -> None:
    """Refuse what no reason lifts, silent overrides, and oils that must not be mixed."""
    catalogue = current_catalogue()
    for item in kept:
        found = today.verdicts.get(item.slug)
        must_not_be_absolute(item, found, catalogue)
        if is_held_back(item, found):
            require_reason(reasons.get(item.pk, ""), field=str(item.pk))
    must_go_together(kept, catalogue)


def weigh_today(plan: CarePlan, items: Iterable[CarePlanItem], words: ClientWords) -> Weighing:
    """What speaks against each item by everything that is known of the client today, under the plan's massage.

    What the catalogue has lost is judged by the dangers that it was given with.
    """
    items, catalogue = list(items), words.catalogue
    intake = Intake.objects.latest_of(plan.client) or plan.intake
    sessions = session_context(plan.client, words.practice, plan.appointment)
    answers = engine_answers(intake, catalogue, technique_of(plan), region=words.region, sessions=sessions)
    lost = {item.slug: lost_item(item.slug, tags=item.tags, is_tip=item.kind == Kind.HOME_CARE) for item in items}
    return weigh_items(catalogue, answers, [item.slug for item in items], lost=lost)


def is_held_back(item: CarePlanItem, today: ItemVerdict | None) -> bool:
    """Whether it takes a written reason: by the plan as it was made, or by what is known since."""
    return bool(item.withheld_because) or (today is not None and today.is_held_back)


def must_not_be_absolute(item: CarePlanItem, today: ItemVerdict | None, catalogue: Catalogue) -> None:
    """Refuse what no reason lifts: by the plan as it was made, and by everything that is known of the client today."""
    found = [str(why["name"]) for why in item.withheld_because if why.get("level") == Level.NEVER]
    if today is not None:
        names = catalogue.index.conditions
        found += [names[each.condition].name for each in today.against if each.level is Level.NEVER]
        found += [catalogue.index.techniques[today.clash.technique].name] if today.clash else []
    if found:
        raise Refusal(
            _("“%(item)s” cannot be given to this client, whatever the reason: %(conditions)s.")
            % {"item": item.name, "conditions": ", ".join(dict.fromkeys(found))},
            code="for_good",
            field=str(item.pk),
        )


def must_go_together(kept: Iterable[CarePlanItem], catalogue: Catalogue) -> None:
    """Refuse two oils of which one is in the other, and more scented oils than a blend takes."""
    oils = [item for item in kept if item.kind == Kind.OIL]
    for place, one in enumerate(oils):
        for other in oils[place + 1 :]:
            if must_not_mix(catalogue, one.slug, other.slug):
                raise Refusal(
                    _("“%(one)s” and “%(other)s” have the same oil in them. Please keep only one of the two.")
                    % {"one": one.name, "other": other.name},
                    code="pair",
                    field=str(other.pk),
                )
    most, known = catalogue.meta.oils.max_scented, catalogue.index.oils
    scented = [item for item in oils if item.slug in known and known[item.slug].is_diluted]
    if len(scented) > most:
        raise Refusal(
            _("At most %(most)d scented oils go into one blend. Please leave one out.") % {"most": most},
            code="too_many",
            field=str(scented[-1].pk),
        )
