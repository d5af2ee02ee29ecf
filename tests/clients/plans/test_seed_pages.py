"""Every fact of the two first articles can be read: on a page of the intake, on the page of advice, or in a mail."""

from __future__ import annotations

from functools import cache
from html import unescape
from typing import Any

import pytest
from django.test import Client as Browser

from clients.care import shipped
from clients.care.reference import SeedFact
from clients.models import IntakeRequest
from clients.plans.tips import AFTER_SESSION, BEFORE_SESSION, WARNING, ClientKnowledge, tips_for_moment
from clients.plans.wording import wording_for_clients
from tests.clients.steps import fill, opened

pytestmark = pytest.mark.django_db
PAGES = ("where", "feel", "since", "cause", "signs", "today", "body", "long-term")


@cache
def mailed() -> str:
    """What mails say before and after a session to somebody about whom nothing is known."""
    known = ClientKnowledge(shipped())
    moments = [(when, kind) for when in (BEFORE_SESSION, AFTER_SESSION, WARNING) for kind in shipped().index.techniques]
    return " ".join(tip.text for when, kind in moments for tip in tips_for_moment(when, kind, known))


def words_of(slug: str) -> tuple[str, ...]:
    """What a person would read of an entry, in any of its places: its text, its question, its name."""
    catalogue, index = shipped(), shipped().index
    for claim in catalogue.claims:
        if claim.slug == slug:
            return tuple(wording_for_clients(text, catalogue.claims) for text in (claim.say, claim.finding))
    said: dict[str, Any] = {
        **index.oils,
        **index.home_care,
        **index.techniques,
        **{tip.slug: tip for tip in catalogue.aftercare},
    }
    if slug in said:
        return (wording_for_clients(said[slug].text, catalogue.claims),)
    asked: dict[str, Any] = {**index.conditions, **index.red_flags}
    if slug in asked:
        return (getattr(asked[slug], "ask", "") or getattr(asked[slug], "question", ""),)
    named: dict[str, Any] = {**index.symptoms, **index.areas, **index.onsets, **index.causes}
    return (named[slug].name,)


def test_each_of_the_forty_four_facts_is_rendered_somewhere(asked: IntakeRequest) -> None:
    fill(asked)
    browser = opened(asked)
    shown = [browser.get(f"/intake/{asked.public_id}/{step}/").content.decode() for step in PAGES]
    shown.append(Browser().get("/how-we-advise/").content.decode())
    everything = unescape(" ".join([*shown, mailed()]))
    facts: tuple[SeedFact, ...] = tuple(shipped().reference.seed_coverage)
    assert len(facts) == 44
    unread = [
        fact.fact
        for fact in facts
        if not any(text and text in everything for slug in fact.represented_by for text in words_of(slug))
    ]
    assert unread == []
