"""What changed from one intake to the next, answer by answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clients.care import Catalogue
from clients.intake.answers import LIST_COLUMNS, IntakeAnswers
from clients.intake.questions import LABELS, in_words
from clients.models import Intake

AnswersByQuestion = Mapping[str, tuple[str, ...]]

TICK_QUESTIONS = ("focus", "positions", "aids", "communication", "room")
TEXT_QUESTIONS = (
    *("medicines", "allergies", "surgery", "areas_to_avoid", "goals", "other_care", "emergency_contact", "physician"),
    *("occupation", "massage_before", "pressure"),
)


@dataclass(frozen=True)
class AnswerChange:
    """One question whose answer is another now: what was added to it, and what is gone from it."""

    field: str
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True)
class AnswerChangeInWords:
    """A change as a person reads it."""

    label: str
    added: tuple[str, ...]
    gone: tuple[str, ...]


def text_lines(text: str) -> tuple[str, ...]:
    """A text in own words as its lines, so that one more medicine is one line added."""
    return tuple(line for line in (each.strip() for each in text.splitlines()) if line)


def answers_of_intake(intake: Intake) -> AnswersByQuestion:
    """Every answer of an intake by question: slugs, marks as `area:side`, own words line by line."""
    return {**columns_of_intake(intake), "marks": tuple(f"{mark.area}:{mark.side}" for mark in intake.marks.all())}


def columns_of_intake(intake: Intake) -> AnswersByQuestion:
    """Every answer but the marks. Places and a doctor's look are `condition:area` and `sign:date`."""
    return {
        **{name: tuple(getattr(intake, name)) for name in (*LIST_COLUMNS, *TICK_QUESTIONS)},
        "checked": pairs({slug: [day] for slug, day in intake.checked.items()}),
        "where": pairs(intake.where),
        "weeks": weeks_as_text(intake.weeks),
        **{name: text_lines(getattr(intake, name)) for name in TEXT_QUESTIONS},
    }


def answers_so_far(given: IntakeAnswers) -> AnswersByQuestion:
    """Every answer by question, of answers that are not sent yet."""
    return {
        **{name: tuple(getattr(given, name)) for name in LIST_COLUMNS},
        **{name: tuple(given.plain.get(name, ())) for name in TICK_QUESTIONS},
        "checked": pairs({slug: [day] for slug, day in given.checked.items()}),
        "where": pairs(given.where),
        "weeks": weeks_as_text(given.weeks),
        "marks": tuple(f"{area}:{side}" for area, side in given.marks),
        **{name: text_lines(given.plain.get(name, "")) for name in TEXT_QUESTIONS},
    }


def pairs(found: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Keys with each of their values, as `key:value`."""
    return tuple(f"{key}:{value}" for key, values in found.items() for value in values)


def weeks_as_text(weeks: int | None) -> tuple[str, ...]:
    """The weeks of a pregnancy, where they were told."""
    return () if weeks is None else (str(weeks),)


def changes_between(old: AnswersByQuestion, new: AnswersByQuestion) -> list[AnswerChange]:
    """The questions whose answers differ, in the order of `new`. The order of ticks says nothing."""
    found = []
    for name, answers in new.items():
        before = old.get(name, ())
        added = tuple(each for each in answers if each not in before)
        gone = tuple(each for each in before if each not in answers)
        if added or gone:
            found.append(AnswerChange(name, added, gone))
    return found


def changes_in_words(changes: Iterable[AnswerChange], catalogue: Catalogue) -> list[AnswerChangeInWords]:
    """Changes with the catalogue's names; a slug that the catalogue has lost stands as it was given."""
    return [
        AnswerChangeInWords(
            str(LABELS[change.field]),
            tuple(in_words(change.field, each, catalogue) for each in change.added),
            tuple(in_words(change.field, each, catalogue) for each in change.gone),
        )
        for change in changes
    ]
