"""What the page of a care plan shows, in the order in which it is read: a stop, open questions, then one thing first.

While a safety question is open nothing is shown but a stop and the questions (docs/care.md, "Release").
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from clients.care import Level, Triage
from clients.catalogue import current_catalogue
from clients.models import CarePlan, CarePlanItem
from clients.plans.diary import SAFETY, tip_diaries
from clients.plans.recheck import Today, judge_booked, known_today
from clients.plans.sessions import SessionContext, session_context
from clients.plans.shown import (
    ShownBlend,
    ShownItem,
    ShownMassage,
    left_out,
    massage_without,
    quoted_once,
    rhythm_in_words,
    said_often,
    show_blend,
    show_booked,
    show_service,
    show_tip,
    without,
)
from clients.plans.wording import ClientWords
from clients.plans.writer import STOPS, asked_in_words
from clinic.models import Practice

Kind, State = CarePlanItem.Kind, CarePlanItem.State
ADD_ON = "addon"


@dataclass(frozen=True)
class PlanPage:
    """The page. `stop`: an emergency or a doctor first. `waits`: the therapist reads all of it before the client."""

    stop: Triage | None = None
    stop_texts: tuple[str, ...] = ()
    is_for_today: bool = False
    """Whether the doctor should look the same day."""
    with_stop: tuple[ShownItem, ...] = ()
    questions: tuple[dict[str, Any], ...] = ()
    waits: bool = False
    cares: tuple[str, ...] = ()
    booked: ShownMassage | None = None
    recommended: dict[str, Any] | None = None
    rhythm: str = ""
    alternatives: tuple[dict[str, Any], ...] = ()
    suggested: ShownMassage | None = None
    services: tuple[ShownMassage, ...] = ()
    addons: tuple[ShownMassage, ...] = ()
    common_cares: tuple[str, ...] = ()
    doctor: ShownItem | None = None
    """That they should see a doctor: it stands above everything, and is no tip to try."""
    one: ShownItem | None = None
    tips: tuple[ShownItem, ...] = ()
    blend: ShownBlend | None = None
    ideas_waiting: int = 0
    helps: tuple[str, ...] = ()
    """With what to call for help, by the client's own conditions."""
    held_since: tuple[str, ...] = ()
    left_out: tuple[dict[str, Any], ...] = ()
    read_on: tuple[dict[str, Any], ...] = ()
    claims: tuple[dict[str, Any], ...] = ()

    @property
    def booked_is_suggested(self) -> bool:
        """Whether what is booked is the kind that is suggested: its length is settled then."""
        return bool(self.booked and self.suggested and self.booked.slug == self.suggested.slug)

    @property
    def moves(self) -> list[ShownItem]:
        """The tips that are shown by steps or a drawing, for a handout."""
        tips = [each for each in (self.one, *self.tips) if each is not None]
        return [each for each in tips if each.item.picture or each.item.steps]

    @property
    def reasons_for_massage(self) -> bool:
        """Whether the massage that suits has reasons of its own to be read beside it."""
        massage = self.booked or self.suggested
        return bool(massage and massage.because)


def plan_page(plan: CarePlan, practice: Practice, *, now: dt.datetime) -> PlanPage:
    """What a plan's page shows now: the plan as it was made, held against everything that the client told us since."""
    words = ClientWords(current_catalogue(), practice)
    sessions = session_context(plan.client, practice, plan.appointment)
    today = known_today(plan, words, sessions, now=now)
    items = list(plan.items.all())
    stop = stop_of(plan, today)
    if stop is None and not plan.provisional and not today.triage.provisional:
        return advice_page(plan, items, today, sessions)
    if stop is Triage.EMERGENCY:
        return PlanPage(stop=stop, stop_texts=texts_that_stop(plan, today))
    beside = [show_tip(item, today) for item in items if item.role == SAFETY and item.state == State.RELEASED]
    return PlanPage(
        stop=stop,
        stop_texts=texts_that_stop(plan, today) if stop else (),
        is_for_today=today.case.index.is_for_today(signs_that_stop(plan, today)),
        with_stop=tuple(beside) if stop else (),
        questions=open_questions(plan, today),
    )


def advice_page(plan: CarePlan, items: list[CarePlanItem], today: Today, sessions: SessionContext) -> PlanPage:
    """The page of a plan that nothing stops and nothing leaves open."""
    released = [item for item in items if item.state == State.RELEASED]
    barred, diaries = today.barred(released), tip_diaries(plan)
    given = [item for item in released if item not in barred]
    tips = [show_tip(item, today, diaries.get(item.pk)) for item in given if item.kind == Kind.HOME_CARE]
    doctor, one = first_of(tips, plan, today)
    waiting = [item for item in items if item.state == State.WAITING and item.kind != Kind.CARRIER]
    waits = plan.state == CarePlan.State.DRAFT and bool(waiting) and not released
    judged = today.services(plan)
    held = {raw["slug"] for raw in judged if raw.get("kind") != ADD_ON and Level(raw["level"]).holds_back}
    recommended = None if not plan.recommended or plan.recommended["technique"] in held else plan.recommended
    suggested = str((recommended or {}).get("technique", "")) if not waits else ""
    shown = replace(
        massages_shown(plan, judged, today, sessions, suggested),
        waits=waits,
        cares=tuple(each["text"] for each in plan.warnings),
        held_since=tuple(item.name for item in barred if item.kind != Kind.CARRIER),
    )
    if waits:
        return shown
    blend = show_blend(plan, given, today)
    others = quoted_once((tip for tip in tips if tip not in (one, doctor)), one.reasons if one else ())
    quoted = {*(one.reasons if one else ()), *(tip.quote for tip in others)}
    said = said_often([*others, *(blend.oils if blend else ())], shown.booked or shown.suggested)
    return replace(
        shown,
        booked=massage_without(shown.booked, said),
        suggested=massage_without(shown.suggested, said),
        recommended=recommended,
        rhythm=rhythm_in_words(recommended, is_booked=shown.booked_is_suggested) if recommended else "",
        alternatives=tuple(
            {**each, "rhythm": rhythm_in_words(each)} for each in plan.alternatives if each["technique"] not in held
        ),
        common_cares=said,
        doctor=doctor,
        one=one,
        tips=tuple(without(tip, said) for tip in others),
        blend=replace(blend, oils=quoted_once((without(oil, said) for oil in blend.oils), quoted)) if blend else None,
        ideas_waiting=len(waiting),
        helps=helps_of(today),
        left_out=tuple(left_out(items)),
        read_on=tuple(each for each in (plan.opening, *plan.more) if each and today.may_be_read(each["slug"])),
        claims=tuple(plan.claims),
    )


def first_of(tips: list[ShownItem], plan: CarePlan, today: Today) -> tuple[ShownItem | None, ShownItem | None]:
    """That they should see a doctor, and the one thing; without either, the first tip is the one thing."""
    beside_stop = {tip.id for tip in today.case.index.sections.home_care if tip.with_stop}
    doctor = next((tip for tip in tips if tip.item.slug in beside_stop), None)
    one = next((tip for tip in tips if tip.item.slug == plan.one_thing and tip is not doctor), None)
    return doctor, one or (tips[0] if tips and not doctor else None)


def massages_shown(
    plan: CarePlan, judged: list[dict[str, Any]], today: Today, sessions: SessionContext, suggested: str
) -> PlanPage:
    """The part of the page about massages: the one that is booked, the one suggested, and the others that are sold
    here; of the add-ons those that do not simply suit."""
    booked, sold = sessions.booked, sessions.sold
    addons = [show_service(raw) for raw in judged if raw.get("kind") == ADD_ON]
    massages = [raw for raw in judged if raw.get("kind") != ADD_ON]
    services = [show_service(raw) for raw in massages if not sold or raw["slug"] in sold]
    named = {suggested, booked.technique if booked else ""}
    return PlanPage(
        suggested=next((each for each in services if each.slug == suggested), None),
        booked=show_booked(booked, *judge_booked(plan, booked, today.words, sessions)) if booked else None,
        services=tuple(each for each in services if each.slug not in named),
        addons=tuple(each for each in addons if each.level is not Level.OK),
    )


def helps_of(today: Today) -> tuple[str, ...]:
    """What the conditions that hold say of when to get help, in the order of the catalogue."""
    index, holding = today.case.index, today.case.present.conditions
    texts = (index.conditions[slug].help for slug in index.in_order(holding))
    return tuple(today.words.say(text) for text in texts if text)


def stop_of(plan: CarePlan, today: Today) -> Triage | None:
    """The worse of the stop that the plan was made with and today's; None where there is none."""
    told = [Triage(each["action"]) for each in plan.warnings if each.get("action") in STOPS]
    since = [each.action for each in today.triage.stops]
    return min((*told, *since), key=lambda action: action.rank, default=None)


def texts_that_stop(plan: CarePlan, today: Today) -> tuple[str, ...]:
    """What a client reads about each reason of a stop: as it was said then, and what came since.

    Beside an emergency nothing is said of a doctor's look.
    """
    worst = stop_of(plan, today)
    said = {each["slug"]: each["text"] for each in plan.warnings if each.get("action") == worst}
    words, index = today.words, today.case.index

    def text_of(slug: str) -> str:
        entry = index.red_flags.get(slug) or index.conditions[slug]
        return words.say(entry.text or entry.name)

    return tuple(said[slug] if slug in said else text_of(slug) for slug in signs_that_stop(plan, today))


def signs_that_stop(plan: CarePlan, today: Today) -> tuple[str, ...]:
    """The slugs behind a stop, of then and of today."""
    worst = stop_of(plan, today)
    then = [each["slug"] for each in plan.warnings if worst and each.get("action") == worst]
    return tuple(dict.fromkeys([*then, *(each.slug for each in today.triage.stops if each.action == worst)]))


def open_questions(plan: CarePlan, today: Today) -> tuple[dict[str, Any], ...]:
    """The safety questions that wait: today's, else those that the plan was made with and that nobody answered."""
    known = today.case.index.red_flags
    asked = today.triage.questions or [each["slug"] for each in plan.questions if each["slug"] in known]
    return tuple(asked_in_words(asked, today.words))
