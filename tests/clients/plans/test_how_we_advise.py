"""What the public may read of our advice, what we never say, and that no fact of the first articles is lost."""

import html
import re
from collections.abc import Iterable, Iterator

import pytest
from django.test import Client as Browser

from clients.care import shipped
from clients.intake.actions import save_step, submit_intake
from clients.models import IntakeRequest
from clients.plans.wording import citations, phrases_to_avoid, wording_for_clients
from tests.clients.answers import SORE_BACK, conditions, consented, signs
from tests.clients.steps import fill, opened, plan_page

pytestmark = pytest.mark.django_db
STEPS = (
    "where",
    "feel",
    "since",
    "life",
    "cause",
    "signs",
    "today",
    "body",
    "long-term",
    "words",
    "wishes",
    "consent",
    "check",
)


def words_of(page: str) -> str:
    """What a person reads of a page: no tags, no addresses of sources."""
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def advice() -> str:
    answer = Browser().get("/how-we-advise/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def pages(asked: IntakeRequest, advice: str) -> dict[str, str]:
    """Every page of the client's care, with every symptom, cause and area so that all there is to say is said."""
    catalogue = shipped()
    browser = opened(asked)
    everywhere = [f"{area.slug}:{area.sides[0]}" for area in catalogue.areas]
    save_step(asked, step="where", data={"areas": everywhere})
    save_step(asked, step="feel", data={"symptoms": [each.slug for each in catalogue.symptoms]})
    save_step(asked, step="cause", data={"causes": [each.slug for each in catalogue.causes]})
    for step, data in {**SORE_BACK, "consent": consented()}.items():
        if step not in asked.answers:
            save_step(asked, step=step, data=data)
    found = {step: browser.get(f"/intake/{asked.public_id}/{step}/").content.decode() for step in STEPS}
    return {"advice": advice, **found, "plan": plan_page(submit_intake(asked))}


def test_it_is_for_everybody_and_says_how_sure_we_are(advice: str) -> None:
    for words in (
        "Well supported",
        "Fairly well supported",
        "A little support",
        "Tradition, not tested",
        "Evidence against it",
    ):
        assert words in advice


def test_every_claim_says_what_was_found_or_what_we_say(advice: str) -> None:
    read = words_of(advice)
    for claim in shipped().claims:
        assert f'id="{claim.slug}"' in advice
        said = [wording_for_clients(text, shipped().claims) for text in (claim.finding, claim.say)]
        assert any(said)
        assert all(text in read for text in said)
        assert claim.seed_says not in read


def test_no_phrase_to_avoid_stands_on_any_page(pages: dict[str, str]) -> None:
    phrases = phrases_to_avoid(shipped().claims)
    found = {name: hit[0] for name, page in pages.items() if (hit := phrases.search(words_of(page)))}
    assert not found


def test_no_phrase_to_avoid_stands_in_plans_of_the_ill(asked_for_stones: IntakeRequest) -> None:
    everything = [each.slug for each in shipped().conditions]
    health = {step.replace("-", "_"): data for step, data in conditions(everything).items()}
    fill(asked_for_stones, consent=consented(hot_stone=True, guardian="Eva"), signs=signs("weight-loss"), **health)
    assert not phrases_to_avoid(shipped().claims).search(words_of(plan_page(submit_intake(asked_for_stones))))


def test_every_fact_of_the_first_articles_can_be_reached(pages: dict[str, str]) -> None:
    facts = shipped().reference.seed_coverage
    assert len(facts) == 44
    in_mails = {tip.slug for tip in shipped().aftercare if tip.email_ok and not tip.switched_off}
    reached = in_mails | set(slugs_on(pages.values()))
    missing = {fact.fact: fact.represented_by - reached for fact in facts if fact.represented_by - reached}
    assert not missing


def slugs_on(found: Iterable[str]) -> Iterator[str]:
    """The slugs that a person can choose or read about on these pages."""
    for page in found:
        yield from re.findall(r'(?:value|id)="([a-z0-9-]+)"', page)
        yield from re.findall(r'value="([a-z0-9-]+):', page)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Seed says it realigns the spine. WHO advises against it.", "WHO advises against it."),
        ("Seed calls it accepted; a trial found no difference.", "A trial found no difference."),
        ("Drink when you are thirsty; it is not a detox.", ""),
        ("A secure, obscure procedure.", "A secure, obscure procedure."),
        ("It CURES all. Rest well.", "Rest well."),
        ("Patch test with severe seed allergies.", "Patch test with severe seed allergies."),
        ("Both seeds say so; guidelines agree.", "Guidelines agree."),
        ("It works. That is the seed's reason.", "It works."),
        ("", ""),
    ],
)
def test_clients_read_neither_of_our_articles_nor_of_wrong_claims(text: str, left: str) -> None:
    assert wording_for_clients(text, shipped().claims) == left


def test_only_sources_that_can_be_looked_up_are_cited() -> None:
    cited = citations(shipped().sources)
    assert len(cited) == len(shipped().sources) - 2
    assert all(source["url"] == "" or source["url"].startswith("http") for source in cited)
    assert not [source for source in cited if "file 000" in source["title"]]
