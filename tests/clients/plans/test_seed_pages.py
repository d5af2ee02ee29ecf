"""Every fact of the two first articles is brought up for somebody: on the page of their plan or in a mail."""

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from clients.care import Catalogue, make_care_plan, shipped
from clients.care.sections import SeedFact
from clients.models import CarePlan, CarePlanItem, Client, Consent
from clients.plans.answers import engine_answers
from clients.plans.review import approve_plan
from clients.plans.wording import ClientWords
from clinic.models import Practice, User
from tests.clients.plans.people import page_of, plan_of

pytestmark = pytest.mark.django_db
FACTS = shipped().seed_coverage


def texts_of(catalogue: Catalogue, slug: str, words: ClientWords) -> list[str]:
    """What a client reads where an entry is brought up; any of these."""
    index = catalogue.index
    for claim in catalogue.claims:
        if claim.id == slug:
            return [words.say(claim.say)]
    for entries in (index.home_care, index.oils, index.conditions, index.techniques):
        if slug in entries:
            return [words.say(entries[slug].name)]
    if slug in index.recommendations:
        return [words.say(index.recommendations[slug].because)]
    if slug in index.red_flags:
        return [words.say(index.red_flags[slug].question), words.say(index.red_flags[slug].text)]
    return []


def released_by(plan: CarePlan, owner: User) -> CarePlan:
    """The plan with all that its therapist may simply release."""
    free = [item.pk for item in plan.items.all() if item.state != CarePlanItem.State.WITHHELD]
    return approve_plan(plan, by=owner, keep=free, practice=Practice.current())


def everything_read(client: Client, answers: dict[str, Any], owner: User) -> Iterator[tuple[set[str], str]]:
    """The slugs of what a client's mails say, the page of their plan once their questions are answered and it is
    released, and the page with the open questions: one after the other, for whoever has found what they look for."""
    catalogue = shipped()
    denied = sorted({flag.id for flag in catalogue.red_flags} - set(answers.get("red_flags", ())))
    plan = released_by(plan_of(client, {**answers, "denied": denied}), owner)
    mails = make_care_plan(
        catalogue, engine_answers(plan.intake, catalogue, plan.technique, region=Practice.current().country)
    ).mails
    yield {slug for slugs in mails.values() for slug in slugs}, ""
    yield set(), unescape(page_of(plan))
    yield set(), unescape(page_of(plan_of(client, answers)))


@pytest.mark.parametrize("fact", FACTS, ids=[fact.fact[:40] for fact in FACTS])
def test_a_fact_is_read_by_who_it_concerns(ana: Client, practice: Practice, fact: SeedFact) -> None:
    Practice.objects.update(country="US")
    owner = User.objects.create_user("owner@example.org", name="Mira")
    Consent.objects.create(client=ana, version=practice.consent_version, text="x", treatment=True, signature="Ana")
    catalogue, words = shipped(), ClientWords(shipped(), Practice.current())
    for shows, answers in [(fact.shows, fact.answers), *((more["shows"], more["answers"]) for more in fact.more)]:
        unread = {slug: texts_of(catalogue, slug, words) for slug in shows}
        for mailed, page in everything_read(ana, {"region": "US", **answers}, owner):
            unread = {
                slug: texts
                for slug, texts in unread.items()
                if slug not in mailed and not any(text in page for text in texts)
            }
            if not unread:
                break
        assert not unread


def test_there_are_forty_four_facts() -> None:
    assert len(FACTS) == 44
