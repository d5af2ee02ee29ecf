"""Under 18 a parent or guardian signs for themselves: their name, who they are, and that they agree."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from clients.care import shipped
from clients.care.entries import Item
from clients.intake.actions import save_step, submit_intake
from clients.models import Client, Consent, IntakeRequest
from clinic.errors import Refusal
from clinic.models import Practice
from tests.clients.answers import SORE_BACK, consented
from tests.clients.steps import fill, opened

pytestmark = pytest.mark.django_db


def years_ago(years: int, *, days: int = 0) -> dt.date:
    """The date on which somebody was born who has their birthday today, or some days later."""
    today = timezone.now().astimezone(Practice.current().zone).date()
    return today.replace(year=today.year - years, day=min(today.day, 28)) + dt.timedelta(days=days)


@pytest.fixture
def young(ana: Client, asked: IntakeRequest) -> IntakeRequest:
    """The intake of somebody whose file says that they are 17."""
    ana.born_on = years_ago(17)
    ana.save(update_fields=["born_on"])
    return asked


def is_barred_for_minors(item: Item) -> bool:
    """Whether a bar of “under 18” meets a danger of an oil or tip."""
    bars = shipped().index.conditions["minor-under-18"].bars
    return any(bar.level.holds_back and not bar.tags.isdisjoint(item.tags) for bar in bars)


def code(row: IntakeRequest, **consent: Any) -> str:
    """Why an intake with this consent is refused, or an empty text."""
    try:
        submit_intake(fill(row, you={**SORE_BACK["you"], "born_on": ""}, consent=consented(**consent)))
    except Refusal as refused:
        return str(refused.code)
    return ""


@pytest.mark.parametrize("missing", ["guardian", "guardian_relation", "guardian_agrees"])
def test_a_minor_is_not_treated_without_each_part_of_the_guardians_word(young: IntakeRequest, missing: str) -> None:
    whole = {"guardian": "Eva Berg", "guardian_relation": "mother", "guardian_agrees": True}
    assert code(young, **{**whole, missing: False if missing == "guardian_agrees" else ""}) == "incomplete"
    assert not Consent.objects.exists()


def test_the_guardians_own_signature_is_kept_beside_the_clients(young: IntakeRequest) -> None:
    assert code(young, guardian="Eva Berg", guardian_relation="legal guardian") == ""
    consent = Consent.objects.get()
    assert (consent.signature, consent.guardian, consent.guardian_relation) == (
        "Ana Berg",
        "Eva Berg",
        "legal guardian",
    )
    assert consent.guardian_agrees
    assert consent.has_guardian


def test_who_turns_18_today_signs_alone(ana: Client, asked: IntakeRequest) -> None:
    ana.born_on = years_ago(18, days=-1)
    ana.save(update_fields=["born_on"])
    assert code(asked) == ""


def test_the_rules_for_under_18_hold_by_the_date_of_birth_alone(young: IntakeRequest) -> None:
    assert code(young, guardian="Eva Berg") == ""
    intake = young.client.intakes.get()
    assert intake.age == 17
    barred = {each.id for each in (*shipped().oils, *shipped().home_care) if is_barred_for_minors(each)}
    offered = intake.plans.get().items.filter(state__in=["released", "waiting"])
    assert barred
    assert not barred & set(offered.values_list("slug", flat=True))


def test_the_page_asks_a_minors_guardian_for_all_three_and_an_adults_for_nothing(
    young: IntakeRequest, ana: Client
) -> None:
    address = f"/intake/{young.public_id}/consent/"
    page = opened(young).get(address).content.decode()
    for name in ("guardian", "guardian_relation", "guardian_agrees"):
        assert f'name="{name}"' in page
    assert "A parent or guardian" in page
    ana.born_on = years_ago(40)
    ana.save(update_fields=["born_on"])
    assert "guardian" not in opened(young).get(address).content.decode()


def test_a_page_without_the_guardians_tick_comes_back_as_it_was_typed(young: IntakeRequest) -> None:
    sent = {"treatment": "on", "signature": "Ana Berg", "guardian": "Eva Berg", "guardian_relation": "mother"}
    sent["text_hash"] = consented()["text_hash"]
    page = opened(young).post(f"/intake/{young.public_id}/consent/", sent).content.decode()
    assert "Under 18 we can only treat you when a parent or guardian agrees." in page
    assert 'value="Eva Berg"' in page
    assert 'value="mother"' in page


def test_all_that_a_guardian_left_out_is_said_at_once_each_beside_its_field(young: IntakeRequest) -> None:
    sent = {"treatment": "on", "signature": "Ana Berg", "text_hash": consented()["text_hash"]}
    address = f"/intake/{young.public_id}/consent/"
    errors = opened(young).post(address, sent).context["form"].errors
    assert set(errors) == {"guardian", "guardian_relation", "guardian_agrees"}
    assert all(len(said) == 1 for said in errors.values())
    errors = opened(young).post(address, {**sent, "guardian": "Eva Berg"}).context["form"].errors
    assert set(errors) == {"guardian_relation", "guardian_agrees"}


@pytest.mark.parametrize("relation", ["x" * 81, "\x00"])
def test_a_relation_that_cannot_be_kept_is_refused(young: IntakeRequest, relation: str) -> None:
    with pytest.raises(Refusal) as refused:
        save_step(young, step="consent", data=consented(guardian="Eva", guardian_relation=relation))
    assert refused.value.field == "guardian_relation"
