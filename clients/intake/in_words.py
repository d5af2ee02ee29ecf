"""A client's answers in words: the catalogue's names in place of slugs, grouped as a therapist reads them; and those of
two intakes beside each other, with what is new or gone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clients.care import Catalogue
from clients.intake.changes import answers_of_intake
from clients.intake.questions import LABELS, in_words, name_in
from clients.models import Intake, PainScore
from clients.pain.outcomes import PEG


@dataclass(frozen=True)
class AnswerInWords:
    """One question of an intake and what was answered; `changed` since the intake before."""

    label: str
    words: tuple[str, ...]
    changed: bool = False


@dataclass(frozen=True)
class ComparedWord:
    """One answer in words; `fate` is "new" where only the later intake has it, "gone" where only the earlier has."""

    text: str
    fate: str = ""


@dataclass(frozen=True)
class ComparedAnswer:
    """One question with the answers of both intakes."""

    label: str
    earlier: Sequence[ComparedWord]
    later: Sequence[ComparedWord]

    @property
    def changed(self) -> bool:
        """Whether the two differ."""
        return any(each.fate for each in (*self.earlier, *self.later))


def intake_in_words(intake: Intake, catalogue: Catalogue, changed: Iterable[str] = ()) -> list[AnswerInWords]:
    """Every question of an intake that was answered, what matters most first."""
    given, new = answers_with_denied(intake), frozenset(changed)
    return [
        AnswerInWords(str(label), tuple(in_words(field, each, catalogue) for each in given[field]), field in new)
        for field, label in LABELS.items()
        if given[field]
    ]


def compare_intakes(earlier: Intake, later: Intake, catalogue: Catalogue) -> list[ComparedAnswer]:
    """Every question that one of two intakes answered, what matters most first. The order of ticks says nothing. Reads
    their marks: prefetch them."""
    before, after = answers_with_denied(earlier), answers_with_denied(later)
    return [
        ComparedAnswer(
            str(label),
            compared_words(field, before[field], after[field], "gone", catalogue),
            compared_words(field, after[field], before[field], "new", catalogue),
        )
        for field, label in LABELS.items()
        if before[field] or after[field]
    ]


def answers_with_denied(intake: Intake) -> dict[str, tuple[str, ...]]:
    """The answers of an intake by question, and the signs that were asked and are not so."""
    return {**answers_of_intake(intake), "denied": tuple(intake.denied)}


def compared_words(
    field: str, answers: Sequence[str], others: Sequence[str], fate: str, catalogue: Catalogue
) -> tuple[ComparedWord, ...]:
    """Answers to one question in words, marked where the other intake has none such."""
    return tuple(ComparedWord(in_words(field, each, catalogue), "" if each in others else fate) for each in answers)


def scores_in_words(scores: Iterable[PainScore], catalogue: Catalogue) -> list[tuple[str, str]]:
    """Each pain score as its question and its number out of ten."""
    left_open = _("one question left open")
    parts = (
        (score, [measured_in_words(score, catalogue), score.get_moment_display(), left_open if score.partial else ""])
        for score in scores
    )
    return [(", ".join(filter(None, words)), score_in_words(score)) for score, words in parts]


def measured_in_words(score: PainScore, catalogue: Catalogue) -> str:
    """What a number is about: a place, a complaint, or the measure; empty for the pain as a whole."""
    if score.measure == PEG:
        return _("PEG (pain, enjoyment, activity)")
    index = catalogue.index
    return name_in({**index.symptoms, **index.areas}, score.complaint) if score.complaint else ""


def score_in_words(score: PainScore) -> str:
    """The number without needless zeros."""
    return f"{score.value.normalize():f}"
