"""A client's answers in words: the catalogue's names in place of slugs, grouped as a therapist reads them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clients.care import Catalogue
from clients.intake import questions
from clients.intake.changes import answers_of_intake
from clients.models import Intake, PainScore
from clients.pain.outcomes import PEG


@dataclass(frozen=True)
class AnswerInWords:
    """One question of an intake and what was answered; `changed` since the intake before."""

    label: str
    words: tuple[str, ...]
    changed: bool = False


def intake_in_words(intake: Intake, catalogue: Catalogue, changed: Iterable[str] = ()) -> list[AnswerInWords]:
    """Every question of an intake that was answered, what matters most first."""
    given = {**answers_of_intake(intake), "denied": tuple(intake.denied)}
    new = frozenset(changed)
    return [
        AnswerInWords(
            str(label), tuple(questions.in_words(field, each, catalogue) for each in given[field]), field in new
        )
        for field, label in questions.LABELS.items()
        if given[field]
    ]


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
    return questions.name_in({**index.symptoms, **index.areas}, score.complaint) if score.complaint else ""


def score_in_words(score: PainScore) -> str:
    """The number without needless zeros."""
    return f"{score.value.normalize():f}"
