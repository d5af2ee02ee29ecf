"""All answers of an intake together: which steps apply to them, and what is still missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from clients.care import Answers, Catalogue
from clients.care.plans import TriageResult
from clients.care.weighing import suitability
from clients.intake.checks import StepData, practice_day, years_old
from clients.intake.fields import is_asked
from clients.intake.proposals import TEXTS_READ, Proposal, proposals_from
from clients.intake.steps import ABOUT_COMPLAINT, INTAKE_STEPS, SIGNS_STEPS, TO_RELAX, SavedSteps, check_step
from clients.models import Consent
from clinic.errors import Refusal
from clinic.models import Practice

FACTORS = ("onset", "causes", "aggravating", "relieving")
# The columns of an intake that are lists of what was ticked, each of a vocabulary of the catalogue.
LIST_COLUMNS = ("red_flags", "conditions", "symptoms", *FACTORS)
# The columns of an intake that are kept as they were answered, by step.
PLAIN_COLUMNS = {
    "you": ("emergency_contact", "physician", "occupation"),
    "where": ("focus", "areas_to_avoid"),
    "health": ("medicines", "allergies", "surgery", "other_care"),
    "comfort": ("massage_before", "pressure", "positions", "aids", "communication", "room"),
    "goal": ("goals",),
}
TOUCH_TRAUMA, SPEECH = "touch-trauma", "speech"


@dataclass(frozen=True, kw_only=True)
class IntakeAnswers:
    """All answers so far, checked."""

    brings: str = ""
    born_on: dt.date | None = None
    age: int | None = None
    marks: tuple[tuple[str, str], ...] = ()
    symptoms: tuple[str, ...] = ()
    pain: int | None = None
    onset: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    aggravating: tuple[str, ...] = ()
    relieving: tuple[str, ...] = ()
    red_flags: tuple[str, ...] = ()
    checked: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The warning signs that each of the two pages asked."""
    conditions: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    weeks: int | None = None
    told: tuple[str, ...] = ()
    """The conditions ticked among the health questions."""
    avoid: tuple[str, ...] = ()
    table: bool | None = None
    plain: Mapping[str, Any] = field(default_factory=dict)
    tips_by_mail: bool | None = None
    proposals: tuple[Proposal, ...] = ()
    confirmed: tuple[str, ...] = ()
    """The proposals that were shown to the client."""
    consent: StepData = field(default_factory=dict)
    standing: Consent | None = None
    """The consent that is still in force, where it is enough and none was signed anew."""
    done: tuple[str, ...] = ()
    short: bool = False

    @property
    def areas(self) -> list[str]:
        """The marked areas, each once."""
        return list(dict.fromkeys(area for area, _side in self.marks))

    @property
    def has_complaint(self) -> bool:
        """Whether they come with pain or an injury, or only to relax; a complaint until they say."""
        return self.brings != TO_RELAX

    @property
    def denied(self) -> tuple[str, ...]:
        """The warning signs that were asked and are not so."""
        yes = {*self.red_flags, *self.checked}
        asked = dict.fromkeys(slug for slugs in self.asked.values() for slug in slugs)
        return tuple(slug for slug in asked if slug not in yes)

    @property
    def about(self) -> frozenset[str]:
        """What the complaint is, as the warning signs are asked for it."""
        return frozenset({*self.symptoms, *self.areas, *self.onset})

    def for_engine(self, catalogue: Catalogue, *, technique: str = "", region: str | None = None) -> Answers:
        """The answers as the care engine takes them; a technique it does not know is none."""
        sets: dict[str, Any] = {name: frozenset(getattr(self, name)) for name in (*LIST_COLUMNS, "areas", "denied")}
        return Answers(
            **sets,
            checked=self.checked,
            where={slug: frozenset(areas) for slug, areas in self.where.items()},
            age=self.age,
            weeks=self.weeks,
            pain=self.pain,
            allergies=str(self.plain.get("allergies", "")),
            service=technique if technique in catalogue.index.techniques else None,
            region=region or Practice.current().country,
        )


def read_answers(saved: SavedSteps, catalogue: Catalogue) -> IntakeAnswers:
    """What was saved, checked again step by step. A step that no longer passes counts as not answered. Answers about a
    complaint that was taken back are left out, as their pages are."""
    clean: dict[str, dict[str, Any]] = {}
    for step in INTAKE_STEPS:
        if step in saved:
            try:
                clean[step] = check_step(step, saved[step], catalogue)
            except Refusal:
                continue
    if clean.get("complaint", {}).get("brings") == TO_RELAX:
        clean = {step: data for step, data in clean.items() if step not in ABOUT_COMPLAINT}
        clean["complaint"] = {"brings": TO_RELAX}
        clean["where"] = {**clean["where"], "areas": []} if "where" in clean else {}
        if not clean["where"]:
            del clean["where"]
    given = with_acts(complaint_answers(clean, catalogue), clean, catalogue)
    return with_signs(given, clean, catalogue)


def complaint_answers(clean: SavedSteps, catalogue: Catalogue) -> IntakeAnswers:
    """The answers as they were ticked and typed."""
    you, complaint, where = (clean.get(step, {}) for step in ("you", "complaint", "where"))
    since, health, confirm, goal = (clean.get(step, {}) for step in ("since", "health", "confirm", "goal"))
    born_on = dt.date.fromisoformat(you["born_on"]) if you.get("born_on") else None
    told = tuple(health.get("conditions", []))
    factors: dict[str, Any] = {name: tuple(since.get(name, [])) for name in FACTORS}
    proposals = proposals_from(catalogue, texts={name: health.get(name, "") for name in TEXTS_READ}, told=told)
    return IntakeAnswers(
        brings=complaint.get("brings", ""),
        born_on=born_on,
        age=age_of(born_on),
        marks=tuple((area, side) for area, _colon, side in (mark.partition(":") for mark in where.get("areas", []))),
        symptoms=tuple(complaint.get("symptoms", [])),
        pain=complaint.get("pain"),
        **factors,
        conditions=(*told, *confirm.get("conditions", [])),
        where={slug: tuple(areas) for slug, areas in {**health.get("where", {}), **confirm.get("where", {})}.items()},
        weeks=health.get("weeks"),
        told=told,
        avoid=tuple(where.get("avoid", [])),
        table=clean.get("comfort", {}).get("table"),
        plain={
            name: clean[step][name]
            for step, names in PLAIN_COLUMNS.items()
            if step in clean
            for name in names
            if clean[step].get(name) is not None
        },
        tips_by_mail=goal.get("tips_by_mail"),
        proposals=proposals,
        confirmed=tuple(confirm.get("asked", [])),
        consent=clean.get("consent", {}),
        done=tuple(clean),
    )


def with_acts(given: IntakeAnswers, clean: SavedSteps, catalogue: Catalogue) -> IntakeAnswers:
    """The conditions that other answers set: places left out, how they lie, the table, how we talk."""
    found = set()
    where = dict(given.where)
    if given.avoid:
        found.add(TOUCH_TRAUMA)
        where[TOUCH_TRAUMA] = tuple(dict.fromkeys((*where.get(TOUCH_TRAUMA, ()), *given.avoid)))
    positions = clean.get("comfort", {}).get("positions")
    if positions is not None:
        found |= {"cannot-lie-prone"} if "front" not in positions else set()
        found |= {"cannot-lie-flat"} if "back" not in positions else set()
    if given.table:
        found.add("mobility-help")
    if set(given.plain.get("communication", [])) - {SPEECH}:
        found.add("communication-support")
    known = catalogue.index.conditions
    told = catalogue.index.in_order(slug for slug in {*given.conditions, *found} if slug in known)
    return replace(given, conditions=told, where={slug: areas for slug, areas in where.items() if slug in known})


def with_signs(given: IntakeAnswers, clean: SavedSteps, catalogue: Catalogue) -> IntakeAnswers:
    """The warning signs of both pages. What a doctor looked at for another complaint is asked again."""
    pages = {step: clean[step] for step in SIGNS_STEPS if step in clean}
    checked = {slug: day for data in pages.values() for slug, day in data["checked"].items()}
    stale = {slug for data in pages.values() if frozenset(data["about"]) != given.about for slug in data["checked"]}
    return replace(
        given,
        red_flags=catalogue.index.in_order({slug for data in pages.values() for slug in data["red_flags"]}),
        checked={slug: day for slug, day in checked.items() if slug not in stale},
        asked={step: tuple(slug for slug in data["asked"] if slug not in stale) for step, data in pages.items()},
    )


def age_of(born_on: dt.date | None) -> int | None:
    """The age in years today."""
    return years_old(born_on, practice_day()) if born_on else None


def triage_so_far(given: IntakeAnswers, catalogue: Catalogue) -> TriageResult:
    """What the answers ask for, with the questions that are open."""
    return suitability(catalogue, given.for_engine(catalogue), ()).triage


def signs_of_step(given: IntakeAnswers, catalogue: Catalogue, step: str) -> list[str]:
    """The signs that one of the two pages asks. Those that health answers call for stand on the second. A yes stays on
    its page even where nothing calls for the question any more, so that it can be taken back."""
    first, second = SIGNS_STEPS
    nothing_said = replace(given, red_flags=(), checked={}, asked={})
    own, called = given.asked.get(step, ()), set(triage_so_far(nothing_said, catalogue).questions)
    yes = {*given.red_flags, *given.checked}.intersection(own)
    if step == first:
        new = set() if "health" in given.done else called.difference(given.asked.get(second, ()))
        return list(catalogue.index.in_order(yes | called.intersection(own) | new))
    return list(catalogue.index.in_order(yes | called.difference(given.asked.get(first, ()))))


def steps_for(given: IntakeAnswers, catalogue: Catalogue) -> list[str]:
    """The steps that apply to these answers, in order; as for a complaint until it is known what they come for."""
    left_out = set()
    if not given.has_complaint:
        left_out |= set(ABOUT_COMPLAINT)
        if not is_asked(catalogue, "focus-avoid", short=given.short):
            left_out.add("where")
    left_out |= unneeded_signs_steps(given, catalogue)
    if not given.proposals:
        left_out.add("confirm")
    # The page about the plan asks for the goal, or whether tips may come by mail.
    if not is_asked(catalogue, "goal", short=given.short) and given.standing is not None:
        left_out.add("goal")
    return [step for step in INTAKE_STEPS if step not in left_out]


def unneeded_signs_steps(given: IntakeAnswers, catalogue: Catalogue) -> set[str]:
    """Which of the two pages of warning signs have nothing to ask."""
    first, second = SIGNS_STEPS
    found = set()
    if not signs_of_step(given, catalogue, first):
        found |= {first} if not given.has_complaint or {"since", "health"} & set(given.done) else set()
    if "health" not in given.done or not signs_of_step(given, catalogue, second):
        found.add(second)
    return found


def missing_steps(given: IntakeAnswers, catalogue: Catalogue) -> list[str]:
    """The steps still to do, in order. Warning signs come back where later answers call for more than were asked."""
    return [step for step in steps_for(given, catalogue) if step not in given.done or is_open(given, catalogue, step)]


def is_open(given: IntakeAnswers, catalogue: Catalogue, step: str) -> bool:
    """Whether a step that was answered has questions that were not asked then."""
    if step in SIGNS_STEPS:
        return not set(signs_of_step(given, catalogue, step)) <= set(given.asked.get(step, ()))
    if step == "confirm":
        return not {each.condition for each in given.proposals} <= set(given.confirmed)
    if step == "where":
        return given.has_complaint and not given.marks
    return step == "you" and given.age is None


def needs_hot_stone_consent(catalogue: Catalogue, technique: str) -> bool:
    """Whether this kind of massage is given with hot stones: it takes a consent of its own."""
    known = catalogue.index.techniques.get(technique)
    return known is not None and known.uses_stones
