"""The questions of the intake, each with one label for everybody who reads the answers, and answers in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.care import Catalogue
from clients.catalogue.texts import client_text
from clients.intake.fields import option_in_words
from clients.models import BodyMark, Intake
from clinic.country import locale
from clinic.models import Practice

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Named(Protocol):
    """An entry of the catalogue."""

    @property
    def name(self) -> str: ...


# By column, what matters most to a therapist first; `marks` stands for the body chart.
LABELS: dict[str, StrOrPromise] = {
    "red_flags": gettext_lazy("Warning signs"),
    "checked": gettext_lazy("Known signs that a doctor looked at"),
    "allergies": gettext_lazy("Other allergies"),
    "conditions": gettext_lazy("Health"),
    "where": gettext_lazy("Where on the body"),
    "weeks": gettext_lazy("Pregnancy"),
    "communication": gettext_lazy("How to talk"),
    "symptoms": gettext_lazy("What it feels like"),
    "marks": gettext_lazy("Where"),
    "onset": gettext_lazy("Since when"),
    "causes": gettext_lazy("What set it off"),
    "aggravating": gettext_lazy("Worse with"),
    "relieving": gettext_lazy("Better with"),
    "medicines": gettext_lazy("Medicines"),
    "surgery": gettext_lazy("Operations and injuries"),
    "other_care": gettext_lazy("Other care, names and scans"),
    "focus": gettext_lazy("Work most on"),
    "areas_to_avoid": gettext_lazy("Leave alone"),
    "goals": gettext_lazy("To do again"),
    "positions": gettext_lazy("Can lie on"),
    "pressure": gettext_lazy("Pressure liked"),
    "massage_before": gettext_lazy("After massage before"),
    "aids": gettext_lazy("Lenses and aids"),
    "room": gettext_lazy("The room"),
    "occupation": gettext_lazy("Work"),
    "emergency_contact": gettext_lazy("In an emergency, call"),
    "physician": gettext_lazy("Doctor or midwife"),
    "denied": gettext_lazy("Warning signs asked, and not so"),
}
# Answers that are choices of a question of the catalogue's form, by column.
OPTIONS = {
    "occupation": "occupation",
    "massage_before": "massage-before",
    "positions": "lie",
    "aids": "lenses-aids",
    "communication": "communication",
    "room": "room",
}


def vocabularies(catalogue: Catalogue) -> dict[str, Mapping[str, Named]]:
    """By question, what may be ticked, by slug; questions that are answered in own words are absent."""
    index = catalogue.index
    return {
        "red_flags": index.red_flags,
        "denied": index.red_flags,
        "checked": index.red_flags,
        "conditions": index.conditions,
        "where": index.conditions,
        "symptoms": index.symptoms,
        "marks": index.areas,
        "focus": index.areas,
        "onset": index.onsets,
        "causes": index.causes,
        "aggravating": index.aggravating,
        "relieving": index.relieving,
    }


def name_in(vocabulary: Mapping[str, Named], slug: str) -> str:
    """The name of a slug; one that the catalogue has lost stands as it was given."""
    return vocabulary[slug].name if slug in vocabulary else slug.replace("-", " ")


def in_words(field: str, answer: str, catalogue: Catalogue) -> str:
    """One answer to a question in words: the name of a slug, a mark as “Shoulder (left)”, own words as they are."""
    if field in OPTIONS:
        return option_in_words(catalogue, OPTIONS[field], answer)
    if field in SPECIAL:
        return SPECIAL[field](answer, catalogue)
    known = vocabularies(catalogue).get(field)
    return answer if known is None else client_text(name_in(known, answer), Practice.current())


def weeks_in_words(answer: str, _catalogue: Catalogue) -> str:
    """The weeks of a pregnancy."""
    return ngettext("%(weeks)s week", "%(weeks)s weeks", int(answer)) % {"weeks": answer}


def mark_in_words(answer: str, catalogue: Catalogue) -> str:
    """A mark such as `shoulder:left`."""
    area, _colon, side = answer.partition(":")
    return f"{name_in(catalogue.index.areas, area)} ({BodyMark.Side(side).label})"


def place_in_words(answer: str, catalogue: Catalogue) -> str:
    """A condition with its place, such as `bruising:thigh`."""
    condition, _colon, area = answer.partition(":")
    return f"{in_words('conditions', condition, catalogue)}: {name_in(catalogue.index.areas, area)}"


def look_in_words(answer: str, catalogue: Catalogue) -> str:
    """A known sign with the day on which a doctor looked at it, such as `weight-loss:2026-11-02`."""
    flag, _colon, day = answer.partition(":")
    day = locale.current_formats().full_date(dt.date.fromisoformat(day))
    return _("%(sign)s (looked at on %(day)s)") % {"sign": name_in(catalogue.index.red_flags, flag), "day": day}


SPECIAL: dict[str, Callable[[str, Catalogue], str]] = {
    "pressure": lambda answer, _catalogue: str(Intake.Pressure(answer).label),
    "weeks": weeks_in_words,
    "marks": mark_in_words,
    "where": place_in_words,
    "checked": look_in_words,
}
