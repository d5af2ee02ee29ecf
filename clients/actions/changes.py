"""What changed from one intake to the next, answer by answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from clients.actions.answers import Given
from clients.care import Catalogue
from clients.models import BodyMark, Intake

Said = Mapping[str, tuple[str, ...]]

LISTS = ("red_flags", "conditions", "symptoms", "onset", "causes", "aggravating", "relieving")
TEXTS = ("medicines", "allergies", "surgery", "leave_alone", "goals")


@dataclass(frozen=True)
class Change:
    """One question whose answer is another now: what was added to it, and what is gone from it."""

    field: str
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChangeInWords:
    """A change as a person reads it."""

    label: str
    added: tuple[str, ...]
    gone: tuple[str, ...]


def lines(text: str) -> tuple[str, ...]:
    """A text in own words as its lines, so that one more medicine is one line added."""
    return tuple(line for line in (each.strip() for each in text.splitlines()) if line)


def said_in(intake: Intake) -> Said:
    """Every answer of an intake by question: slugs, marks as `area:side`, own words line by line."""
    return {
        **{name: tuple(getattr(intake, name)) for name in LISTS},
        "marks": tuple(f"{mark.area}:{mark.side}" for mark in intake.marks.all()),
        **{name: lines(getattr(intake, name)) for name in TEXTS},
        "pressure": lines(intake.pressure),
    }


def said_so_far(given: Given) -> Said:
    """The same of answers that are not sent yet."""
    return {
        **{name: getattr(given, name) for name in LISTS},
        "marks": tuple(f"{area}:{side}" for area, side in given.marks),
        **{name: lines(given.texts.get(name, "")) for name in (*TEXTS, "pressure")},
    }


def changes_between(old: Said, new: Said) -> list[Change]:
    """The questions whose answers differ, in the order of `new`. The order of ticks says nothing."""
    found = []
    for name, answers in new.items():
        before = old.get(name, ())
        added = tuple(each for each in answers if each not in before)
        gone = tuple(each for each in before if each not in answers)
        if added or gone:
            found.append(Change(name, added, gone))
    return found


def changes_in_words(changes: Iterable[Change], catalogue: Catalogue) -> list[ChangeInWords]:
    """Changes with the catalogue's names; a slug that the catalogue has lost stands as it was given."""
    labels = {
        "red_flags": _("Warning signs"),
        "conditions": _("Health"),
        "symptoms": _("Complaints"),
        "onset": _("Since when"),
        "causes": _("What brought it on"),
        "aggravating": _("Worse with"),
        "relieving": _("Better with"),
        "marks": _("Where"),
        "medicines": _("Medicines"),
        "allergies": _("Allergies"),
        "surgery": _("Operations and injuries"),
        "leave_alone": _("Leave alone"),
        "goals": _("What should be better"),
        "pressure": _("Pressure liked"),
    }
    return [
        ChangeInWords(
            labels[change.field],
            tuple(name_of(change.field, each, catalogue) for each in change.added),
            tuple(name_of(change.field, each, catalogue) for each in change.gone),
        )
        for change in changes
    ]


def name_of(field: str, answer: str, catalogue: Catalogue) -> str:
    """One answer in words."""
    index = catalogue.index
    factors = {factor.slug: factor for factor in catalogue.factors}
    vocabularies: dict[str, Mapping[str, Any]] = {
        "red_flags": index.red_flags,
        "conditions": index.conditions,
        "symptoms": index.symptoms,
        "onset": index.onsets,
        "causes": index.causes,
        "aggravating": factors,
        "relieving": factors,
    }
    if field == "marks":
        area, _colon, side = answer.partition(":")
        name = index.areas[area].name if area in index.areas else area.replace("-", " ")
        return f"{name} ({BodyMark.Side(side).label})"
    if field == "pressure":
        return str(Intake.Pressure(answer).label)
    if field not in vocabularies:
        return answer
    terms = vocabularies[field]
    return terms[answer].name if answer in terms else answer.replace("-", " ")
