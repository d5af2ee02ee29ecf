"""The steps of an intake: which there are, and what each may hold.

Forms help a person to answer well; these checks are the rule. Nothing reaches an intake without passing them.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.care import Catalogue
from clients.models import Intake
from clinic.errors import Refusal
from clinic.models import Practice

StepData = Mapping[str, Any]
SavedSteps = Mapping[str, StepData]

INTAKE_STEPS = (
    "where",
    "feel",
    "since",
    "life",
    "cause",
    "signs",
    "today",
    "body",
    "long-term",
    "words",
    "wishes",
    "consent",
)
# Asked only where something hurts.
ABOUT_PAIN = ("since", "life", "cause", "signs")
# What a short intake leaves out: outcome questions, causes and goals; never a question about safety.
NOT_SHORT = ("since", "life", "cause", "wishes")
# Health questions by page; the groups are the catalogue's. A group that no page names goes to the last one.
HEALTH_STEPS = {
    "today": ("today", "skin", "allergies"),
    "body": ("heart-and-circulation", "nerves-and-feeling"),
    "long-term": ("bones-joints-and-surgery", "long-term-health", "pregnancy-and-age"),
}
PAIN_STEPS = ("now", "average", "worst")
# Beside the average pain, the questions of the PEG-3 (clients/pain/outcomes.py).
LIFE_STEP = ("enjoyment", "activity")
MINOR = "minor-under-18"
ADULT_YEARS, OLDEST_YEARS = 18, 120
LONGEST_TEXT = 4000
LONGEST_TYPED_NAME = 160
LONGEST_RELATION = 80


def field_refusal(message: str, *, where: str, code: str = "invalid") -> Refusal:
    """A refusal that belongs beside one field."""
    return Refusal(message, code=code, field=where)


def ticked_slugs(data: StepData, name: str, known: Collection[str]) -> list[str]:
    """The ticked slugs of one question, each once, in the order of the catalogue. Raises Refusal for a stranger."""
    given = data.get(name, [])
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise field_refusal(_("Please choose from the list."), where=name)
    strangers = [each for each in given if each not in known]
    if strangers:
        names = ", ".join(f"“{each[:60]}”" for each in strangers[:10])
        raise field_refusal(
            _("We do not know this answer: %(names)s.") % {"names": names}, where=name, code="unknown_slug"
        )
    return [each for each in known if each in given]


def typed_text(data: StepData, name: str, *, longest: int = LONGEST_TEXT) -> str:
    """One text in the client's own words, trimmed. Raises Refusal where it is too long or not text."""
    text = data.get(name, "")
    if not isinstance(text, str) or "\x00" in text:
        raise field_refusal(_("Please write this in plain text."), where=name)
    text = text.strip()
    if len(text) > longest:
        message = ngettext(
            "Please shorten this by %(over)s character; %(longest)s are enough for us.",
            "Please shorten this by %(over)s characters; %(longest)s are enough for us.",
            len(text) - longest,
        )
        raise field_refusal(message % {"over": len(text) - longest, "longest": longest}, where=name, code="too_long")
    return text


def must_tick_or_decline(ticked: Collection[str], none: bool, *, where: str, called: str = "") -> None:
    """Refuse ticks together with the answer that there is nothing, and neither; `called` is its name on the page."""
    called = called or _("None of these")
    if ticked and none:
        raise field_refusal(
            _("You ticked an answer and also “%(none)s”. Please keep only one of the two.") % {"none": called},
            where=where,
            code="contradiction",
        )
    if not ticked and not none:
        raise field_refusal(_("Please tick what fits, or “%(none)s”.") % {"none": called}, where=where, code="missing")


def check_where(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """Marks as `area:side`; left and right together are both sides."""
    known = [f"{area.slug}:{side}" for area in catalogue.areas for side in area.sides]
    ticked = ticked_slugs(data, "areas", known)
    must_tick_or_decline(ticked, data.get("none") is True, where="areas", called=_("Nothing hurts"))
    return {"areas": [mark for area in catalogue.areas for mark in joined_sides(area.slug, ticked)], "none": not ticked}


def joined_sides(area: str, ticked: Collection[str]) -> list[str]:
    """The marks of one area, with left and right, or both and either, made one."""
    sides = [mark.partition(":")[2] for mark in ticked if mark.partition(":")[0] == area]
    if "both" in sides or {"left", "right"} <= set(sides):
        sides = ["both", *(side for side in sides if side == "centre")]
    return [f"{area}:{side}" for side in sides]


def check_feel(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """How it feels; “none of these” is an answer."""
    ticked = ticked_slugs(data, "symptoms", catalogue.index.symptoms)
    must_tick_or_decline(ticked, data.get("none") is True, where="symptoms")
    return {"symptoms": ticked, "none": not ticked}


def check_since(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """One time span, with “comes and goes” beside or instead, and three numbers from 0 to 10."""
    onset = ticked_slugs(data, "onset", catalogue.index.onsets)
    spans = [slug for slug in onset if not catalogue.index.onsets[slug].modifier]
    if len(spans) > 1:
        raise field_refusal(_("Please choose one time span."), where="onset", code="contradiction")
    if not onset:
        raise field_refusal(_("Please say how long you have had this."), where="onset", code="missing")
    return {"onset": onset, **{name: whole_number(data, name) for name in PAIN_STEPS}}


def whole_number(data: StepData, name: str) -> int:
    """A whole number from 0 to 10. Raises Refusal for anything else, `true` included."""
    value = data.get(name)
    if type(value) is not int or not 0 <= value <= 10:
        raise field_refusal(_("Please choose a number from 0 to 10."), where=name)
    return value


def check_life(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """How much it gets in the way, and how strong it is at each place; all may stay empty."""
    areas = data.get("areas") or {}
    if not isinstance(areas, dict):
        raise field_refusal(_("Please choose from the list."), where="areas")
    strangers = [f"“{slug[:60]}”" for slug in areas if slug not in catalogue.index.areas]
    if strangers:
        message = _("We do not know this answer: %(names)s.") % {"names": ", ".join(strangers[:10])}
        raise field_refusal(message, where="areas", code="unknown_slug")
    return {
        **{name: whole_number(data, name) for name in LIFE_STEP if data.get(name) is not None},
        "areas": {slug: whole_number(areas, slug) for slug in catalogue.index.areas if areas.get(slug) is not None},
    }


def check_cause(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """What set it off, what makes it worse or better; all may stay empty."""
    return {
        "causes": ticked_slugs(data, "causes", catalogue.index.causes),
        "aggravating": ticked_slugs(data, "aggravating", factor_slugs(catalogue, "aggravating")),
        "relieving": ticked_slugs(data, "relieving", factor_slugs(catalogue, "relieving")),
    }


def factor_slugs(catalogue: Catalogue, kind: str) -> list[str]:
    """The slugs of what makes pain worse (`aggravating`) or better (`relieving`)."""
    return [factor.slug for factor in catalogue.factors if factor.kind == kind]


def check_signs(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """Warning signs, and which were asked, so that later answers can call for more."""
    ticked = ticked_slugs(data, "red_flags", catalogue.index.red_flags)
    must_tick_or_decline(ticked, data.get("none") is True, where="red_flags")
    return {"red_flags": ticked, "none": not ticked, "asked": ticked_slugs(data, "asked", catalogue.index.red_flags)}


def condition_groups(step: str, catalogue: Catalogue) -> list[str]:
    """The groups of conditions that one health page asks, those with nothing to ask left out."""
    named = {group for groups in HEALTH_STEPS.values() for group in groups}
    present = dict.fromkeys(condition.group for condition in catalogue.conditions if not condition.switched_off)
    others = [group for group in present if group not in named] if step == "long-term" else []
    return [group for group in HEALTH_STEPS[step] if group in present] + others


def check_health(step: str) -> Callable[[StepData, Catalogue], dict[str, Any]]:
    """The check of one health page: each group has ticks, or its own “none of these”."""

    def check(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
        groups = condition_groups(step, catalogue)
        on_page = [each.slug for each in catalogue.conditions if each.group in groups]
        ticked = ticked_slugs(data, "conditions", on_page)
        none = ticked_slugs(data, "none", groups)
        for group in groups:
            here = [slug for slug in ticked if catalogue.index.conditions[slug].group == group]
            must_tick_or_decline(here, group in none, where=group)
        return {"conditions": ticked, "none": none}

    return check


def check_words(data: StepData, _catalogue: Catalogue) -> dict[str, Any]:
    return {name: typed_text(data, name) for name in ("medicines", "allergies", "surgery")}


def check_wishes(data: StepData, _catalogue: Catalogue) -> dict[str, Any]:
    pressure = data.get("pressure", "")
    if pressure and pressure not in Intake.Pressure.values:
        raise field_refusal(_("Please choose from the list."), where="pressure", code="unknown_slug")
    return {
        "goals": typed_text(data, "goals"),
        "pressure": pressure,
        "areas_to_avoid": typed_text(data, "areas_to_avoid"),
    }


def check_consent(data: StepData, _catalogue: Catalogue) -> dict[str, Any]:
    """The ticks, the typed name, and which text they were given to (`text_hash`)."""
    if data.get("treatment") is not True:
        raise field_refusal(_("We can only treat you with your consent."), where="treatment", code="missing")
    signature = typed_text(data, "signature", longest=LONGEST_TYPED_NAME)
    if not signature:
        raise field_refusal(_("Please type your name as your signature."), where="signature", code="missing")
    ticks = {name: data.get(name) is True for name in ("treatment", "hot_stone", "personal_tips", "statistics")}
    guardian, born_on = guardian_answers(data), birth_date_of(data)
    if is_under_age(born_on):
        must_have_guardian(guardian)
    return {
        **ticks,
        **guardian,
        "signature": signature,
        "born_on": born_on.isoformat() if born_on else "",
        "text_hash": typed_text(data, "text_hash", longest=64),
    }


def guardian_answers(data: StepData) -> dict[str, Any]:
    """What a parent or guardian typed and ticked; all of it may be empty."""
    return {
        "guardian": typed_text(data, "guardian", longest=LONGEST_TYPED_NAME),
        "guardian_relation": typed_text(data, "guardian_relation", longest=LONGEST_RELATION),
        "guardian_agrees": data.get("guardian_agrees") is True,
    }


def missing_guardian_fields(consent: StepData) -> dict[str, str]:
    """What a parent or guardian has left out, by field, with what to do; empty where they have said all of it."""
    asked = {
        "guardian_agrees": _("Under 18 we can only treat you when a parent or guardian agrees."),
        "guardian_relation": _("Please say who the guardian is, for example mother."),
        "guardian": _("Under 18 a parent or guardian signs as well. Please have them type their name."),
    }
    return {name: message for name, message in asked.items() if not consent[name]}


def must_have_guardian(consent: StepData) -> None:
    """Raise Refusal unless a parent or guardian signed for themselves, said who they are, and agreed."""
    for name, message in missing_guardian_fields(consent).items():
        raise field_refusal(message, where=name, code="missing")


def is_under_age(born_on: dt.date | None) -> bool:
    """Whether somebody born on this date is under 18 today; not where the date was left out."""
    return born_on is not None and years_old(born_on, practice_day()) < ADULT_YEARS


def birth_date_of(data: StepData) -> dt.date | None:
    """The date of birth, or None where it was left out. Raises Refusal for what is none."""
    try:
        born_on = dt.date.fromisoformat(typed_text(data, "born_on") or "0001-01-01")
    except ValueError as error:
        raise field_refusal(_("That does not look like a date of birth."), where="born_on") from error
    if born_on == dt.date.min:
        return None
    if not 0 <= years_old(born_on, practice_day()) <= OLDEST_YEARS:
        raise field_refusal(_("That does not look like a date of birth."), where="born_on")
    return born_on


def practice_day() -> dt.date:
    """The date in the practice."""
    return timezone.now().astimezone(Practice.current().zone).date()


def years_old(born_on: dt.date, on: dt.date) -> int:
    """The age in whole years on a date; negative before the birth."""
    had_birthday = (on.month, on.day) >= (born_on.month, born_on.day)
    return on.year - born_on.year - (not had_birthday)


CHECKS: dict[str, Callable[[StepData, Catalogue], dict[str, Any]]] = {
    "where": check_where,
    "feel": check_feel,
    "since": check_since,
    "life": check_life,
    "cause": check_cause,
    "signs": check_signs,
    **{step: check_health(step) for step in HEALTH_STEPS},
    "words": check_words,
    "wishes": check_wishes,
    "consent": check_consent,
}


def check_step(step: str, data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """The answers of one step, clean. Raises Refusal whose `field` names the question at fault."""
    if step not in CHECKS:
        raise Refusal(_("We do not know this step."), code="unknown_step")
    return CHECKS[step](data, catalogue)
