"""The 44 facts of the two first articles: each is carried by entries that exist, and each entry reaches a client.

A word counts as reached when a plan quotes it as a reason, an item when some answers have it proposed, a condition when
a plan names it as a reason, a warning sign when it is asked and answered. What ships switched off, the kinds of massage
and the honest wording of claims stand on the public page; words for after the session go by mail.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from django.test import Client as Browser

from clients.care import Answers, Catalogue, Clash, Plan, make_care_plan, red_flags_to_ask, shipped
from clients.care.items import AppliesWhen
from clients.care.reference import SeedFact
from clients.plans.tips import AFTER_SESSION, BEFORE_SESSION, WARNING, ClientKnowledge, tips_for_moment

FACTS = shipped().reference.seed_coverage
INDEX = shipped().index
OFF = {item.slug for item in (*shipped().oils, *shipped().home_care) if item.is_off(None)}


def one(slug: str) -> frozenset[str]:
    return frozenset({slug})


def calling_for(when: AppliesWhen) -> Iterator[Answers]:
    """Answers that call for an item: all that it lists, and each of its words with only what ranks it higher."""
    yield Answers(symptoms=when.symptoms, causes=when.causes, onset=when.onset, areas=when.areas)
    for symptom in when.symptoms:
        yield Answers(symptoms=one(symptom), onset=when.onset, areas=when.areas)
    for cause in when.causes:
        yield Answers(causes=one(cause), onset=when.onset, areas=when.areas)


@cache
def plans() -> tuple[Plan, ...]:
    """The plans of those answers, for every item; and of every condition alone, with something to hold back."""
    catalogue = shipped()
    found = [
        make_care_plan(catalogue, answers)
        for item in (*catalogue.oils, *catalogue.home_care)
        for answers in calling_for(item.applies_when)
    ]
    everything = frozenset(INDEX.symptoms)
    found += [
        make_care_plan(catalogue, Answers(symptoms=everything, conditions=one(condition)))
        for condition in INDEX.conditions
    ]
    return tuple(found)


@cache
def in_plans() -> frozenset[str]:
    """Every slug that one of the plans proposes, quotes or gives as a reason."""
    reached: set[str] = set()
    for found in plans():
        proposals = (*found.oils, *found.home_care)
        reached.update(each.slug for each in proposals)
        reached.update(slug for each in proposals for slug in (*each.because.symptoms, *each.because.causes))
        reached.update(slug for each in proposals for slug in (*each.because.onset, *each.because.areas))
        held = (*found.withheld_oils, *found.withheld_home_care)
        reached.update(why.condition for each in held for why in each.because if not isinstance(why, Clash))
    return frozenset(reached)


@cache
def asked_and_answered() -> frozenset[str]:
    """Every warning sign that some complaint calls for, and whose yes a plan names."""
    catalogue = shipped()
    asked = {
        flag.slug
        for symptom in INDEX.symptoms
        for flag in red_flags_to_ask(catalogue, Answers(symptoms=one(symptom), onset=one("chronic")))
    }
    return frozenset(slug for slug in asked if make_care_plan(catalogue, Answers(red_flags=one(slug))).flags == (slug,))


@cache
def in_mails() -> frozenset[str]:
    """Every word for before and after a session that a mail carries for somebody about whom nothing is known."""
    nobody = ClientKnowledge(shipped())
    return frozenset(
        tip.slug
        for technique in INDEX.techniques
        for when in (BEFORE_SESSION, AFTER_SESSION, WARNING)
        for tip in tips_for_moment(when, technique, nobody)
    )


def sections_of(catalogue: Catalogue, slug: str) -> str:
    """Which section of the catalogue a slug belongs to."""
    names = ("symptoms", "areas", "onsets", "causes", "conditions", "red_flags", "oils", "home_care", "aftercare")
    return next(
        name
        for name in (*names, "techniques", "claims")
        if any(entry.slug == slug for entry in getattr(catalogue, name))
    )


SHOWN_IN = {
    "red_flags": asked_and_answered,
    "aftercare": in_mails,
    **dict.fromkeys(("symptoms", "areas", "onsets", "causes", "conditions", "oils", "home_care"), in_plans),
}


@pytest.fixture
def advice(db: None) -> str:
    """The public page about how we advise."""
    return Browser().get("/how-we-advise/").content.decode()


def test_there_are_forty_four_facts_from_both_articles() -> None:
    assert len(FACTS) == 44
    assert {fact.seed for fact in FACTS} == {"seed-1", "seed-2"}
    assert len({fact.fact for fact in FACTS}) == 44


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.fact)
def test_every_fact_is_carried_by_entries_that_reach_a_client(fact: SeedFact, advice: str) -> None:
    assert fact.represented_by
    for slug in fact.represented_by:
        section = sections_of(shipped(), slug)
        if section in ("techniques", "claims") or slug in OFF:
            assert f'id="{slug}"' in advice, slug
        else:
            assert slug in SHOWN_IN[section](), slug


def test_what_ships_switched_off_is_named_in_public_as_not_offered(advice: str) -> None:
    assert {"inversion-table", "glucosamine", "wintergreen", "clove-bud"} == OFF
    for slug in OFF:
        entry = advice.split(f'id="{slug}"', 1)[1][:1500]
        assert "We do not offer this." in entry


def test_every_item_that_is_offered_is_proposed_for_somebody() -> None:
    carriers = {oil.slug for oil in shipped().oils if oil.kind == "carrier"}
    offered = {item.slug for item in (*shipped().oils, *shipped().home_care)} - OFF - carriers
    assert offered <= in_plans()
