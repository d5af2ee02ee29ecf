"""Two intakes beside each other: every question that either answered, and what is new or gone in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from clients.care import Catalogue
from clients.intake.changes import answers_of_intake
from clients.intake.questions import LABELS, in_words
from clients.models import Intake


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


def compare_intakes(earlier: Intake, later: Intake, catalogue: Catalogue) -> list[ComparedAnswer]:
    """Every question that one of two intakes answered, what matters most first. The order of ticks says nothing.

    Reads their marks: prefetch them.
    """
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
