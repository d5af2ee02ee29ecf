"""The questions of the intake, each with one label for everybody who reads the answers, and answers in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext_lazy as _

from clients.care import Catalogue
from clients.models import BodyMark, Intake

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Named(Protocol):
    """An entry of the catalogue."""

    @property
    def name(self) -> str: ...


# By column, what matters most to a therapist first; `marks` stands for the body chart.
LABELS: dict[str, StrOrPromise] = {
    "red_flags": _("Warning signs"),
    "conditions": _("Health"),
    "symptoms": _("What it feels like"),
    "marks": _("Where"),
    "onset": _("Since when"),
    "causes": _("What set it off"),
    "aggravating": _("Worse with"),
    "relieving": _("Better with"),
    "medicines": _("Medicines"),
    "allergies": _("Allergies"),
    "surgery": _("Operations and injuries"),
    "areas_to_avoid": _("Leave alone"),
    "goals": _("What should be better"),
    "pressure": _("Pressure liked"),
}
# The headings over the health questions.
GROUPS: dict[str, StrOrPromise] = {
    "today": _("Today"),
    "skin": _("Skin"),
    "allergies": _("Allergies"),
    "heart-and-circulation": _("Heart and circulation"),
    "nerves-and-feeling": _("Nerves and feeling"),
    "bones-joints-and-surgery": _("Bones, joints and operations"),
    "long-term-health": _("Long-term health"),
    "pregnancy-and-age": _("Pregnancy and age"),
}


def group_name(group: str) -> str:
    """The heading over a group of conditions; a group that a practice added is named by its slug."""
    return str(GROUPS.get(group) or group.replace("-", " ").capitalize())


def vocabularies(catalogue: Catalogue) -> dict[str, Mapping[str, Named]]:
    """By question, what may be ticked, by slug; questions that are answered in own words are absent."""
    index = catalogue.index
    factors = {factor.slug: factor for factor in catalogue.factors}
    return {
        "red_flags": index.red_flags,
        "conditions": index.conditions,
        "symptoms": index.symptoms,
        "marks": index.areas,
        "onset": index.onsets,
        "causes": index.causes,
        "aggravating": factors,
        "relieving": factors,
    }


def name_in(vocabulary: Mapping[str, Named], slug: str) -> str:
    """The name of a slug; one that the catalogue has lost stands as it was given."""
    return vocabulary[slug].name if slug in vocabulary else slug.replace("-", " ")


def in_words(field: str, answer: str, catalogue: Catalogue) -> str:
    """One answer to a question in words: the name of a slug, a mark as “Shoulder (left)”, own words as they are."""
    if field == "pressure":
        return str(Intake.Pressure(answer).label)
    known = vocabularies(catalogue).get(field)
    if known is None:
        return answer
    if field == "marks":
        area, _colon, side = answer.partition(":")
        return f"{name_in(known, area)} ({BodyMark.Side(side).label})"
    return name_in(known, answer)
