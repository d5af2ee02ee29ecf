"""All answers of an intake together: which steps apply to them, and what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clients.care import Answers, Catalogue, red_flags_to_ask
from clients.care.catalogue import HOT_STONE
from clients.intake.steps import (
    ABOUT_PAIN,
    HEALTH_STEPS,
    INTAKE_STEPS,
    LIFE_STEP,
    NOT_SHORT,
    PAIN_STEPS,
    SavedSteps,
    StepData,
    check_step,
)
from clients.models import Consent
from clinic.errors import Refusal


@dataclass(frozen=True, kw_only=True)
class IntakeAnswers:
    """All answers so far, checked."""

    marks: tuple[tuple[str, str], ...] = ()
    symptoms: tuple[str, ...] = ()
    onset: tuple[str, ...] = ()
    pain: Mapping[str, int] = field(default_factory=dict)
    life: Mapping[str, int] = field(default_factory=dict)
    area_pain: Mapping[str, int] = field(default_factory=dict)
    causes: tuple[str, ...] = ()
    aggravating: tuple[str, ...] = ()
    relieving: tuple[str, ...] = ()
    red_flags: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    consent: StepData = field(default_factory=dict)
    standing: Consent | None = None
    """The consent that is still in force, where it is enough and none was signed anew."""
    done: tuple[str, ...] = ()
    short: bool = False
    """Whether only safety, consent and where it hurts are asked."""

    @property
    def areas(self) -> list[str]:
        """The marked areas, each once."""
        return list(dict.fromkeys(area for area, _side in self.marks))

    @property
    def has_complaint(self) -> bool:
        """Whether something hurts, or they come only to relax."""
        return bool(self.marks or self.symptoms)

    def for_engine(self, catalogue: Catalogue, *, technique: str = "", region: str | None = None) -> Answers:
        """The answers as the care engine takes them; a technique it does not know is none."""
        return Answers(
            symptoms=frozenset(self.symptoms),
            onset=frozenset(self.onset),
            causes=frozenset(self.causes),
            areas=frozenset(self.areas),
            conditions=frozenset(self.conditions),
            red_flags=frozenset(self.red_flags),
            service=technique if technique in catalogue.index.techniques else None,
            region=region,
        )


def read_answers(saved: SavedSteps, catalogue: Catalogue) -> IntakeAnswers:
    """What was saved, checked again step by step. A step that no longer passes counts as not answered.

    Answers about a pain that was taken back are left out, as their pages are.
    """
    clean: dict[str, dict[str, Any]] = {}
    for step in INTAKE_STEPS:
        if step in saved:
            try:
                clean[step] = check_step(step, saved[step], catalogue)
            except Refusal:
                continue
    where, feel = clean.get("where", {}), clean.get("feel", {})
    if not where.get("areas") and not feel.get("symptoms"):
        clean = {step: data for step, data in clean.items() if step not in ABOUT_PAIN}
    since, life, cause, signs = (clean.get(step, {}) for step in ABOUT_PAIN)
    wishes = clean.get("wishes", {})
    return IntakeAnswers(
        marks=tuple((area, side) for area, _colon, side in (mark.partition(":") for mark in where.get("areas", []))),
        symptoms=tuple(feel.get("symptoms", [])),
        onset=tuple(since.get("onset", [])),
        pain={name: since[name] for name in PAIN_STEPS if name in since},
        life={name: life[name] for name in LIFE_STEP if name in life},
        area_pain=life.get("areas", {}),
        causes=tuple(cause.get("causes", [])),
        aggravating=tuple(cause.get("aggravating", [])),
        relieving=tuple(cause.get("relieving", [])),
        red_flags=tuple(signs.get("red_flags", [])),
        asked=tuple(signs.get("asked", [])),
        conditions=tuple(slug for step in HEALTH_STEPS for slug in clean.get(step, {}).get("conditions", [])),
        texts={**clean.get("words", {}), **wishes},
        consent=clean.get("consent", {}),
        done=tuple(clean),
    )


def warning_signs_to_ask(given: IntakeAnswers, catalogue: Catalogue) -> list[str]:
    """The warning signs that these answers call for (`meta.matching.screening`), in the order of the catalogue.

    A short intake does not ask since when something hurts, so it asks as for a pain that lasts: every sign.
    """
    if given.short and given.has_complaint:
        return [flag.slug for flag in catalogue.red_flags if not flag.switched_off]
    return [flag.slug for flag in red_flags_to_ask(catalogue, given.for_engine(catalogue))]


def steps_for(given: IntakeAnswers) -> list[str]:
    """The steps that apply to these answers, in order; all of them until it is known whether something hurts."""
    undecided = not {"where", "feel"} <= set(given.done)
    steps = [step for step in INTAKE_STEPS if not (given.short and step in NOT_SHORT)]
    return [step for step in steps if undecided or given.has_complaint or step not in ABOUT_PAIN]


def missing_steps(given: IntakeAnswers, catalogue: Catalogue) -> list[str]:
    """The steps still to do, in order. Warning signs come back where later answers call for more than were asked."""
    missing = [step for step in steps_for(given) if step not in given.done]
    unasked = given.has_complaint and not set(warning_signs_to_ask(given, catalogue)) <= set(given.asked)
    if unasked and "signs" not in missing:
        missing = [step for step in INTAKE_STEPS if step in {*missing, "signs"}]
    return missing


def needs_hot_stone_consent(catalogue: Catalogue, technique: str) -> bool:
    """Whether this kind of massage is hot stones, or was made from them: those take a consent of their own."""
    return HOT_STONE in catalogue.index.lineage.get(technique, ())
