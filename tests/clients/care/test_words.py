"""Every text of the catalogue that a client can read: no claim that the evidence does not bear, and nothing cut out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from clients.care import Level, shipped
from clients.care.items import AftercareTip, Item, Technique
from clients.plans.wording import OWN_SITE, phrases_to_avoid, wording_for_clients

CATALOGUE = shipped()
AVOID = phrases_to_avoid(CATALOGUE.claims)
# "We avoid the area while it heals": a wound after surgery, and no promise of ours.
ABOUT_A_WOUND = ("conditions", "recent-surgery", "text")
Text = tuple[str, str, str, str]


def vocabulary() -> Iterator[Text]:
    """Section, slug, field and text of every question and answer, which are shown as they stand."""
    for section in ("symptoms", "areas", "onsets", "causes", "conditions", "red_flags"):
        for term in getattr(CATALOGUE, section):
            for name in ("name", "text", "ask", "question"):
                if hasattr(term, name):
                    yield section, term.slug, name, getattr(term, name)
    for factor in CATALOGUE.factors:
        yield "factors", factor.slug, "name", factor.name


def advice() -> Iterator[tuple[str, Item | AftercareTip | Technique]]:
    for section in ("oils", "home_care", "techniques", "aftercare"):
        for entry in getattr(CATALOGUE, section):
            yield section, entry


def instructions() -> Iterator[Text]:
    """Names, texts, doses and the reasons of every rule."""
    for section, entry in advice():
        yield section, entry.slug, "name", entry.name
        yield section, entry.slug, "text", entry.text
        yield section, entry.slug, "dose", entry.dose
        for level in Level:
            for rule in getattr(entry, level, ()):
                yield section, entry.slug, f"{level} {rule.condition}", rule.reason


def notes() -> Iterator[Text]:
    """How sure we are, and what we say instead of a wrong claim: these speak of the articles and of wrong claims."""
    for section, entry in advice():
        yield section, entry.slug, "evidence", entry.evidence.note
    for claim in CATALOGUE.claims:
        yield "claims", claim.slug, "finding", claim.finding
        yield "claims", claim.slug, "say", claim.say


def test_there_is_something_to_read() -> None:
    assert len(list(vocabulary())) > 300
    assert len(list(instructions())) > 900
    assert len(list(notes())) > 120


def test_no_text_of_a_client_makes_a_claim_to_avoid() -> None:
    said = [each for each in (*vocabulary(), *instructions()) if AVOID.search(each[3])]
    assert [each[:3] for each in said] == [ABOUT_A_WOUND]


def test_no_text_of_a_client_speaks_of_our_first_articles() -> None:
    assert not [each for each in (*vocabulary(), *instructions()) if OWN_SITE.search(each[3])]


def test_nothing_is_cut_out_of_what_to_do_and_why_not() -> None:
    # A caution that came out shorter, or empty, would be a danger.
    for section, slug, field, text in instructions():
        assert wording_for_clients(text, CATALOGUE.claims) == re.sub(r"\s+", " ", text).strip(), (section, slug, field)


def test_notes_lose_the_articles_and_the_claims_and_no_oil_or_tip_loses_all_of_its_note() -> None:
    for section, slug, field, text in notes():
        read = wording_for_clients(text, CATALOGUE.claims)
        assert not AVOID.search(read), (slug, field)
        assert not re.search(r"\bseeds?\b", read, re.IGNORECASE), (slug, field)
        if section in ("oils", "home_care", "techniques"):
            assert read, (slug, field)


@pytest.mark.parametrize("claim", CATALOGUE.claims, ids=lambda claim: claim.slug)
def test_each_phrase_to_avoid_would_be_found_in_any_case_and_only_as_whole_words(claim: object) -> None:
    known = next(each for each in CATALOGUE.claims if each is claim)
    assert known.avoid
    for phrase in known.avoid:
        assert AVOID.search(f"It {phrase.upper()}, they say.")
        assert not AVOID.search(f"x{phrase}x")
        assert wording_for_clients(f"Rest well. It {phrase}! Drink.", CATALOGUE.claims) == "Rest well. Drink."
