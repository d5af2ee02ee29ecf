"""Checks of single answers: ticks, texts, numbers, dates. Each raises a Refusal that belongs beside its field."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.errors import Refusal
from clinic.models import Practice

StepData = Mapping[str, Any]

LONGEST_TEXT = 4000
LONGEST_LINE = 200
OLDEST_YEARS = 120


def field_refusal(message: str, *, where: str, code: str = "invalid") -> Refusal:
    """A refusal that belongs beside one field."""
    return Refusal(message, code=code, field=where)


def ticked_slugs(data: StepData, name: str, known: Collection[str], *, most: int = 0) -> list[str]:
    """The ticked slugs of one question, each once, in the order of the catalogue; at most `most` where it is given.
    Raises Refusal for a stranger."""
    given = data.get(name, [])
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise field_refusal(_("Please choose from the list."), where=name)
    strangers = [each for each in given if each not in known]
    if strangers:
        names = ", ".join(f"“{each[:60]}”" for each in strangers[:10])
        raise field_refusal(
            _("We do not know this answer: %(names)s.") % {"names": names}, where=name, code="unknown_slug"
        )
    found = [each for each in known if each in given]
    if most and len(found) > most:
        message = _("Please choose at most %(most)s: those that matter most to you.") % {"most": most}
        raise field_refusal(message, where=name, code="too_many")
    return found


def one_of(data: StepData, name: str, known: Collection[str]) -> str:
    """One choice, or none. Raises Refusal for a stranger."""
    given = data.get(name) or ""
    if not isinstance(given, str) or (given and given not in known):
        raise field_refusal(_("Please choose from the list."), where=name, code="unknown_slug")
    return given


def yes_or_no(data: StepData, name: str) -> bool | None:
    """A yes, a no, or no answer."""
    given = data.get(name)
    if given is not None and not isinstance(given, bool):
        raise field_refusal(_("Please choose from the list."), where=name)
    return given


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


def must_tick_or_decline(ticked: Collection[str], none: bool, *, where: str) -> None:
    """Refuse ticks together with “none of these”, and neither."""
    called = _("None of these")
    if ticked and none:
        raise field_refusal(
            _("You ticked an answer and also “%(none)s”. Please keep only one of the two.") % {"none": called},
            where=where,
            code="contradiction",
        )
    if not ticked and not none:
        raise field_refusal(_("Please tick what fits, or “%(none)s”.") % {"none": called}, where=where, code="missing")


def whole_number(data: StepData, name: str, *, most: int = 10) -> int:
    """A whole number from 0. Raises Refusal for anything else, `true` included."""
    value = data.get(name)
    if type(value) is not int or not 0 <= value <= most:
        message = _("Please choose a number from 0 to %(most)s.") % {"most": most}
        raise field_refusal(message, where=name)
    return value


def places_of_conditions(data: StepData, ticked: Collection[str], places: Collection[str]) -> dict[str, list[str]]:
    """The places named for ticked conditions, by condition; those of others are passed over."""
    given = data.get("where") or {}
    if not isinstance(given, dict):
        raise field_refusal(_("Please choose from the list."), where="where")
    found = {slug: ticked_slugs(given, slug, places) for slug in ticked}
    return {slug: areas for slug, areas in found.items() if areas}


def birth_date_of(data: StepData) -> dt.date | None:
    """The date of birth, or None where it was left out. Raises Refusal for what is none."""
    born_on = date_answer(data.get("born_on", ""), where="born_on")
    if born_on is not None and not 0 <= years_old(born_on, practice_day()) <= OLDEST_YEARS:
        raise field_refusal(_("That does not look like a date of birth."), where="born_on")
    return born_on


def date_answer(text: Any, *, where: str) -> dt.date | None:
    """A date written as 2026-11-30, or None where nothing is written. Raises Refusal for what is none."""
    if text == "":
        return None
    try:
        return dt.date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise field_refusal(_("That does not look like a date."), where=where) from error


def practice_day(at: dt.datetime | None = None) -> dt.date:
    """The date in the practice, now or at another moment."""
    return (at or timezone.now()).astimezone(Practice.current().zone).date()


def years_old(born_on: dt.date, on: dt.date) -> int:
    """The age in whole years on a date; negative before the birth."""
    had_birthday = (on.month, on.day) >= (born_on.month, born_on.day)
    return on.year - born_on.year - (not had_birthday)
