"""Texts as people read them in a country."""

import pytest

from clients.care import shipped
from clients.care.words import about_them, in_region

TEXT = "Go to an [[emergency room|emergency department]] or call {emergency}."


@pytest.mark.parametrize(
    ("region", "word"), [("US", "room"), ("us", "room"), ("DE", "department"), ("", "department"), (None, "department")]
)
def test_a_text_has_the_words_of_the_place(region: str | None, word: str) -> None:
    said = in_region(TEXT, shipped().meta.regions, region, emergency="112")
    assert said == f"Go to an emergency {word} or call 112."


def test_no_text_is_left_with_brackets() -> None:
    catalogue = shipped()
    texts = [
        *(tip.text + tip.stop_text + tip.dose for tip in catalogue.home_care),
        *(flag.text + flag.question for flag in catalogue.red_flags),
        *(text.text for text in catalogue.aftercare),
        *(bar.reason for condition in catalogue.conditions for bar in condition.bars),
        *(claim.say for claim in catalogue.claims),
    ]
    for text in texts:
        said = in_region(text, catalogue.meta.regions, "GB", emergency="999")
        assert said or not text
        assert not {"[[", "]]", "|", "{"} & set(said.split())
        assert "[[" not in said
        assert "{" not in said


@pytest.mark.parametrize(
    ("said", "of_them"),
    [
        ("Anything with your heart, such as a clot?", "Anything with their heart, such as a clot?"),
        ("Have you hurt yourself, and are you pregnant?", "Have they hurt themselves, and are they pregnant?"),
        ("New for you: has nobody examined you since?", "New for them: has nobody examined them since?"),
        ("Have you been told you have asthma?", "Have they been told they have asthma?"),
        ("Your doctor tells you how much to move.", "Their doctor tells them how much to move."),
        ("What suits you? We book you in.", "What suits them? We book them in."),
        ("Youth and yoga", "Youth and yoga"),
    ],
)
def test_who_books_for_somebody_else_is_asked_about_them(said: str, of_them: str) -> None:
    assert about_them(said) == of_them
