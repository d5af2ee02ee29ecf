"""A client's answers in words: the catalogue's names in place of slugs, grouped as a therapist reads them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from clients.care import Catalogue
from clients.models import Intake, PainScore
from clients.pain.outcomes import PEG


@dataclass(frozen=True)
class AnswerInWords:
    """One question of an intake and what was answered; `changed` since the intake before."""

    label: str
    words: tuple[str, ...]
    changed: bool = False


def names_of_slugs(vocabulary: Mapping[str, Any], slugs: Iterable[str]) -> tuple[str, ...]:
    """The name of each slug; one that the catalogue has lost stands as it was given."""
    return tuple(vocabulary[slug].name if slug in vocabulary else slug.replace("-", " ") for slug in slugs)


def areas_in_words(intake: Intake, catalogue: Catalogue) -> tuple[str, ...]:
    """The marked areas with their sides."""
    known = catalogue.index.areas
    return tuple(f"{names_of_slugs(known, [mark.area])[0]} ({mark.get_side_display()})" for mark in intake.marks.all())


def intake_in_words(intake: Intake, catalogue: Catalogue, changed: Iterable[str] = ()) -> list[AnswerInWords]:
    """Every question of an intake that was answered, what matters most first."""
    index, new = catalogue.index, frozenset(changed)
    factors = {factor.slug: factor for factor in catalogue.factors}
    lists: list[tuple[str, str, Mapping[str, Any]]] = [
        ("red_flags", _("Warning signs"), index.red_flags),
        ("conditions", _("Health"), index.conditions),
        ("symptoms", _("Complaints"), index.symptoms),
        ("onset", _("Since when"), index.onsets),
        ("causes", _("What brought it on"), index.causes),
        ("aggravating", _("Worse with"), factors),
        ("relieving", _("Better with"), factors),
    ]
    texts = {
        "medicines": _("Medicines"),
        "allergies": _("Allergies"),
        "surgery": _("Operations and injuries"),
        "areas_to_avoid": _("Leave alone"),
        "goals": _("What should be better"),
    }
    said = [
        AnswerInWords(label, names_of_slugs(terms, getattr(intake, column)), column in new)
        for column, label, terms in lists
    ]
    said.insert(3, AnswerInWords(_("Where"), areas_in_words(intake, catalogue)))
    said += [
        AnswerInWords(label, tuple(getattr(intake, column).splitlines()), column in new)
        for column, label in texts.items()
    ]
    said.append(AnswerInWords(_("Pressure liked"), (intake.get_pressure_display(),) if intake.pressure else ()))
    return [answer for answer in said if answer.words]


def scores_in_words(scores: Iterable[PainScore], catalogue: Catalogue) -> list[tuple[str, str]]:
    """Each pain score as its question and its number out of ten."""
    return [
        (
            ", ".join(
                filter(None, [measured_in_words(score, catalogue), score.get_moment_display(), unanswered_note(score)])
            ),
            score_in_words(score),
        )
        for score in scores
    ]


def unanswered_note(score: PainScore) -> str:
    """A word where a question of the measure was not answered."""
    return _("one question left open") if score.partial else ""


def measured_in_words(score: PainScore, catalogue: Catalogue) -> str:
    """What a number is about: a place, a complaint, or the measure; empty for the pain as a whole."""
    if score.measure == PEG:
        return _("PEG (pain, enjoyment, activity)")
    index = catalogue.index
    return names_of_slugs({**index.symptoms, **index.areas}, [score.complaint])[0] if score.complaint else ""


def score_in_words(score: PainScore) -> str:
    """The number without needless zeros."""
    return f"{score.value.normalize():f}"
