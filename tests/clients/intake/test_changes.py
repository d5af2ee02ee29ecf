"""What changed from one intake to the next."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.care import shipped
from clients.intake.changes import AnswerChange, changes_between, changes_in_words, text_lines

LABELS_OF_CHANGES = [
    *("Health", "Where", "Pressure liked", "Medicines", "Where on the body", "Pregnancy", "After massage before"),
]
ANSWERS = st.dictionaries(st.sampled_from("abc"), st.lists(st.sampled_from("uvwxyz"), unique=True).map(tuple))


def test_equal_answers_in_another_order_are_no_change() -> None:
    assert changes_between({"symptoms": ("a", "b")}, {"symptoms": ("b", "a")}) == []


def test_what_came_and_what_went_are_told_apart() -> None:
    old, new = {"conditions": ("asthma", "smoker")}, {"conditions": ("asthma", "pregnant")}
    assert changes_between(old, new) == [AnswerChange("conditions", added=("pregnant",), gone=("smoker",))]


def test_a_question_that_was_not_answered_before_is_all_new() -> None:
    assert changes_between({}, {"goals": ("sleep",)}) == [AnswerChange("goals", added=("sleep",))]


@settings(max_examples=60)
@given(old=ANSWERS, new=ANSWERS)
def test_the_changes_lead_from_the_old_answers_to_the_new(
    old: dict[str, tuple[str, ...]], new: dict[str, tuple[str, ...]]
) -> None:
    changed = {change.field: change for change in changes_between(old, new)}
    for field, answers in new.items():
        before = set(old.get(field, ()))
        change = changed.get(field, AnswerChange(field))
        assert (before - set(change.gone)) | set(change.added) == set(answers)
        assert (field in changed) == (before != set(answers))


def test_one_more_medicine_is_one_line() -> None:
    assert text_lines(" Ramipril 5 mg \n\n Aspirin\n") == ("Ramipril 5 mg", "Aspirin")


@pytest.mark.django_db
def test_slugs_marks_and_pressure_are_read_in_words() -> None:
    changes = [
        AnswerChange("conditions", added=("pregnancy",)),
        AnswerChange("marks", gone=("neck:left",)),
        AnswerChange("pressure", added=("firm",)),
        AnswerChange("medicines", added=("Aspirin",)),
        AnswerChange("where", added=("bruising:thigh",)),
        AnswerChange("weeks", added=("14",)),
        AnswerChange("massage_before", added=("sore-for-days",)),
    ]
    catalogue = shipped()
    words = changes_in_words(changes, catalogue)
    assert [each.label for each in words] == LABELS_OF_CHANGES
    assert words[0].added == (catalogue.index.conditions["pregnancy"].name,)
    assert words[1].gone == ("Neck (left)",)
    assert (words[2].added, words[3].added) == (("firm",), ("Aspirin",))
    assert words[4].added == (f"{catalogue.index.conditions['bruising'].name}: Thigh",)
    assert (words[5].added, words[6].added) == (("14 weeks",), ("Sore for days",))


@pytest.mark.django_db
def test_what_the_catalogue_lost_stands_as_it_was_given() -> None:
    words = changes_in_words(
        [AnswerChange("symptoms", gone=("old-word",)), AnswerChange("marks", added=("tail:left",))], shipped()
    )
    assert (words[0].gone, words[1].added) == (("old word",), ("tail (left)",))
