"""The steps of an intake: the pages of the catalogue's health form (its `plan` is `goal` here, because an address of
the plan is taken), and two that only some answers call for; and what each may hold.

`confirm` asks about what the client's own words suggest; `more-signs` asks the warning signs that health answers open.
Nothing reaches an intake without passing the check of its step. Forms help a person to answer well; this is the rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from clients.care import Catalogue
from clients.care.screening import GroupQuestion, health_questions
from clients.intake.checks import (
    LONGEST_LINE,
    StepData,
    birth_date_of,
    date_answer,
    field_refusal,
    must_tick_or_decline,
    one_of,
    places_of_conditions,
    practice_day,
    ticked_slugs,
    typed_text,
    whole_number,
    yes_or_no,
)
from clients.intake.fields import options_of
from clinic.errors import Refusal
from clinic.models import Practice

SavedSteps = Mapping[str, StepData]

SIGNS_STEPS = ("signs", "more-signs")
# Asked only of who comes with a complaint.
ABOUT_COMPLAINT = ("since",)
TO_RELAX, PAIN = "to-relax", "pain-or-tightness"
MOST_SYMPTOMS, MOST_CAUSES = 5, 3
# How old a doctor's look at a known sign may be (docs/care.md, "Screening").
LOOKED_AT_WITHIN = dt.timedelta(days=365)
# What one tap marks.
WHOLE_PLACES = {
    "whole-lower-back": ("lower-back:both", "lower-back:centre"),
    "whole-neck-and-shoulders": ("neck:both", "neck:centre", "shoulder:both"),
}
PREGNANCY = "pregnancy"
MOST_WEEKS = 45
# The own words under a group: who writes something there has answered the yes.
TEXTS_OF_GROUP = {"medicines": "medicines", "bones-surgery": "surgery", "allergies": "allergies"}
LONGEST_TYPED_NAME = 160
LONGEST_RELATION = 80
# By column of the intake, the question of the catalogue.
CHOICES = {"massage_before": "massage-before", "pressure": "pressure"}
TICKS = {"aids": "lenses-aids", "communication": "communication", "room": "room"}


def check_you(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """The date of birth, who is called in an emergency, the doctor, the work. All but the first may stay empty."""
    born_on = birth_date_of(data)
    return {
        "born_on": born_on.isoformat() if born_on else "",
        "emergency_contact": typed_text(data, "emergency_contact", longest=LONGEST_LINE),
        "physician": typed_text(data, "physician", longest=LONGEST_LINE),
        "occupation": one_of(data, "occupation", dict(options_of(catalogue, "occupation"))),
    }


def check_complaint(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """What brings them; how it feels and how strong it is, unless they come to relax."""
    brings = one_of(data, "brings", dict(options_of(catalogue, "what-brings-you")))
    if not brings:
        raise field_refusal(_("Please choose one."), where="brings", code="missing")
    most = 0 if brings == TO_RELAX else MOST_SYMPTOMS
    ticked = ticked_slugs(data, "symptoms", catalogue.index.symptoms, most=most)
    # What was ticked before somebody chose “to relax” is kept, should they choose again; it counts for nothing.
    pain = whole_number(data, "pain") if brings != TO_RELAX or data.get("pain") is not None else None
    if brings != TO_RELAX:
        must_tick_or_decline(ticked, data.get("none") is True, where="symptoms")
    return {"brings": brings, "symptoms": ticked, "none": data.get("none") is True, "pain": pain}


def check_where(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """Marks as `area:side` (left and right together are both sides), and where to work most or not at all."""
    known = [f"{area.id}:{side}" for area in catalogue.areas for side in area.sides]
    ticked = ticked_slugs(data, "areas", known)
    return {
        "areas": [mark for area in catalogue.areas for mark in joined_sides(area.id, ticked)],
        "focus": ticked_slugs(data, "focus", catalogue.index.areas),
        "avoid": ticked_slugs(data, "avoid", catalogue.index.areas),
        "areas_to_avoid": typed_text(data, "areas_to_avoid"),
    }


def joined_sides(area: str, ticked: Collection[str]) -> list[str]:
    """The marks of one area, with left and right, or both and either, made one."""
    sides = [mark.partition(":")[2] for mark in ticked if mark.partition(":")[0] == area]
    if "both" in sides or {"left", "right"} <= set(sides):
        sides = ["both", *(side for side in sides if side == "centre")]
    return [f"{area}:{side}" for side in sides]


def check_since(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """One time span, with “comes and goes” beside or instead; what set it off, and what makes it worse or better."""
    index = catalogue.index
    onset = ticked_slugs(data, "onset", index.onsets)
    spans = [slug for slug in onset if not index.onsets[slug].modifier]
    if len(spans) > 1:
        raise field_refusal(_("Please choose one time span."), where="onset", code="contradiction")
    if not onset:
        raise field_refusal(_("Please say how long you have had this."), where="onset", code="missing")
    return {
        "onset": onset,
        "causes": ticked_slugs(data, "causes", index.causes, most=MOST_CAUSES),
        "aggravating": ticked_slugs(data, "aggravating", index.aggravating),
        "relieving": ticked_slugs(data, "relieving", index.relieving),
    }


def check_signs(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """Warning signs: which were asked, which are so, and which are known and were looked at by a doctor (ISO date).
    `about` are the symptoms, areas and onset that they were asked for: with another complaint they are asked again."""
    flags = catalogue.index.red_flags
    ticked = ticked_slugs(data, "red_flags", flags)
    given = data.get("checked") or {}
    if not isinstance(given, dict):
        raise field_refusal(_("Please choose from the list."), where="red_flags")
    looked_at = ticked_slugs({"checked": list(given)}, "checked", flags)
    must_tick_or_decline([*ticked, *looked_at], data.get("none") is True, where="red_flags")
    known = {**catalogue.index.symptoms, **catalogue.index.areas, **catalogue.index.onsets}
    about = ticked_slugs(data, "about", known)
    # A sign of today that no doctor's look makes harmless stays a yes, whatever date stands beside it.
    checked = {
        slug: day_of_look(given[slug], about, catalogue, where=f"checked-{slug}").isoformat()
        for slug in looked_at
        if flags[slug].checked
    }
    return {
        "red_flags": [slug for slug in flags if slug in {*ticked, *looked_at} and slug not in checked],
        "checked": checked,
        "none": data.get("none") is True,
        "asked": ticked_slugs(data, "asked", flags),
        "about": about,
    }


def day_of_look(text: Any, about: Iterable[str], catalogue: Catalogue, *, where: str) -> dt.date:
    """The day on which a doctor looked at a known sign: after the complaint began, within a year, not to come. Raises
    Refusal for any other."""
    day, today = date_answer(text, where=where), practice_day()
    if day is None:
        raise field_refusal(_("Please say on which day."), where=where, code="missing")
    if day > today:
        raise field_refusal(_("That day has not come yet. When did a doctor look at it?"), where=where)
    if day < today - LOOKED_AT_WITHIN:
        raise field_refusal(
            _("That is more than a year ago. Leave the day empty, and tell us that it is so."), where=where
        )
    if day < began_at_earliest(about, catalogue, today):
        raise field_refusal(
            _("That was before this began. Leave the day empty unless a doctor has looked at it since."), where=where
        )
    return day


def began_at_earliest(about: Iterable[str], catalogue: Catalogue, today: dt.date) -> dt.date:
    """The earliest day on which what is told of can have begun, by its time span; long ago where none is known."""
    spans = [catalogue.index.onsets[slug] for slug in about if slug in catalogue.index.onsets]
    days = [span.max_days for span in spans if span.max_days is not None and not span.modifier]
    return today - dt.timedelta(days=min(days)) if days else dt.date.min


def groups_here(catalogue: Catalogue) -> tuple[GroupQuestion, ...]:
    """The groups of health questions that make a difference in the practice's country."""
    return health_questions(catalogue, region=Practice.current().country)


def check_health(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """An answer to every gate, ticks behind each yes, their places, the weeks of a pregnancy, and own words."""
    groups = groups_here(catalogue)
    on_page = [each.id for group in groups for each in group.conditions]
    ticked = ticked_slugs(data, "conditions", on_page)
    texts = {name: typed_text(data, name) for name in ("medicines", "surgery", "allergies", "other_care")}
    gates = data.get("gates") or {}
    if not isinstance(gates, dict):
        raise field_refusal(_("Please choose from the list."), where="gates")
    answers = {}
    for group in groups:
        here = [each.id for each in group.conditions if each.id in ticked]
        words = texts.get(TEXTS_OF_GROUP.get(group.group.id, ""), "")
        answers[group.group.id] = gate_answer(gates, group.group.id, ticked=bool(here), words=bool(words))
    weeks = whole_number(data, "weeks", most=MOST_WEEKS) if data.get("weeks") is not None else None
    if PREGNANCY in ticked and weeks is None:
        # What is safe before the thirteenth week differs from what is safe after it.
        raise field_refusal(_("Please say how many weeks. A guess will do."), where="weeks", code="missing")
    return {
        "gates": answers,
        "conditions": ticked,
        "where": places_of_conditions(data, ticked, catalogue.index.areas),
        "weeks": weeks if PREGNANCY in ticked else None,
        **texts,
    }


def gate_answer(gates: StepData, group: str, *, ticked: bool, words: bool) -> bool:
    """The yes or no of one group. Raises Refusal where it is missing, or not what the ticks behind it say."""
    where, given = f"gate-{group}", gates.get(group)
    if not isinstance(given, bool):
        raise field_refusal(_("Please answer yes or no."), where=where, code="missing")
    if given and not ticked and not words:
        raise field_refusal(
            _("Please tick what fits. If nothing in this list does, answer no."), where=where, code="missing"
        )
    if not given and ticked:
        message = _("You answered no, and something below is ticked. Please answer yes, or take the tick away.")
        raise field_refusal(message, where=where, code="contradiction")
    return given


def check_confirm(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """What was proposed from the client's own words, and what of it they say is so."""
    asked = ticked_slugs(data, "asked", catalogue.index.conditions)
    ticked = ticked_slugs(data, "conditions", asked)
    return {"asked": asked, "conditions": ticked, "where": places_of_conditions(data, ticked, catalogue.index.areas)}


def check_comfort(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """How the session should be; all may stay empty. `positions` is None where it was not asked."""
    positions = data.get("positions")
    lying = dict(options_of(catalogue, "lie"))
    return {
        **{name: one_of(data, name, dict(options_of(catalogue, field))) for name, field in CHOICES.items()},
        **{name: ticked_slugs(data, name, dict(options_of(catalogue, field))) for name, field in TICKS.items()},
        "positions": None if positions is None else ticked_slugs(data, "positions", lying),
        "table": yes_or_no(data, "table"),
    }


def check_goal(data: StepData, _catalogue: Catalogue) -> dict[str, Any]:
    """One thing to do again, and whether tips may come by mail; both may stay open."""
    return {"goals": typed_text(data, "goals"), "tips_by_mail": yes_or_no(data, "tips_by_mail")}


def check_consent(data: StepData, _catalogue: Catalogue) -> dict[str, Any]:
    """The ticks, the typed name, and which text they were given to (`text_hash`)."""
    if data.get("treatment") is not True:
        raise field_refusal(_("We can only treat you with your consent."), where="treatment", code="missing")
    signature = typed_text(data, "signature", longest=LONGEST_TYPED_NAME)
    if not signature:
        raise field_refusal(_("Please type your name as your signature."), where="signature", code="missing")
    ticks = {name: data.get(name) is True for name in ("treatment", "hot_stone", "statistics")}
    return {
        **ticks,
        **guardian_answers(data),
        "signature": signature,
        "text_hash": typed_text(data, "text_hash", longest=64),
    }


def guardian_answers(data: StepData) -> dict[str, Any]:
    """What a parent or guardian typed and ticked; all of it may be empty."""
    return {
        "guardian": typed_text(data, "guardian", longest=LONGEST_TYPED_NAME),
        "guardian_relation": typed_text(data, "guardian_relation", longest=LONGEST_RELATION),
        "guardian_agrees": data.get("guardian_agrees") is True,
    }


CHECKS: dict[str, Callable[[StepData, Catalogue], dict[str, Any]]] = {
    "you": check_you,
    "complaint": check_complaint,
    "where": check_where,
    "since": check_since,
    "signs": check_signs,
    "health": check_health,
    "confirm": check_confirm,
    "more-signs": check_signs,
    "comfort": check_comfort,
    "goal": check_goal,
    "consent": check_consent,
}
INTAKE_STEPS = tuple(CHECKS)


def check_step(step: str, data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """The answers of one step, clean. Raises Refusal whose `field` names the question at fault."""
    if step not in CHECKS:
        raise Refusal(_("We do not know this step."), code="unknown_step")
    return CHECKS[step](data, catalogue)
