"""The safety question at booking, asked of the practice's catalogue."""

import pytest

from clients.care import Level, Triage, shipped
from clients.intake.screening import record_screening, screen_answers
from clients.models import Client
from clinic.errors import Refusal

pytestmark = pytest.mark.django_db


def test_a_level_comes_with_the_condition_by_name_and_the_reason() -> None:
    screened = screen_answers(technique_slug="hot-stone", conditions=["diabetes-neuropathy"], red_flags=[], region="EU")
    assert (screened.triage, screened.level) == (Triage.OK, Level.NEVER)
    assert {why.condition for why in screened.because} == {"diabetes-neuropathy", "reduced-sensation"}
    assert all(why.name and why.reason for why in screened.because)
    assert screened.catalogue_version


@pytest.mark.invariant("I7")
def test_an_emergency_brings_the_texts_of_its_flags_only() -> None:
    flags = ["weight-loss", "chest-pain-breathless"]
    screened = screen_answers(technique_slug="regular-massage", conditions=[], red_flags=flags, region="EU")
    assert screened.triage == Triage.EMERGENCY
    assert screened.flags == ("chest-pain-breathless",)
    assert screened.texts == (shipped().index.red_flags["chest-pain-breathless"].text,)


@pytest.mark.parametrize(
    ("technique", "conditions", "flags", "stranger"),
    [
        ("reiki", [], [], "reiki"),
        ("hot-stone", ["werewolf"], [], "werewolf"),
        ("hot-stone", [], ["itchy"], "itchy"),
        ("hot-stone", ["x" * 10_000], [], "x" * 60),
    ],
)
def test_an_unknown_slug_is_refused_by_name(
    technique: str, conditions: list[str], flags: list[str], stranger: str
) -> None:
    with pytest.raises(Refusal, match=stranger) as refused:
        screen_answers(technique_slug=technique, conditions=conditions, red_flags=flags, region="EU")
    assert refused.value.code == "unknown_slug"
    assert len(refused.value.message) < 400


def test_what_was_answered_is_kept_as_it_was_judged(ana: Client) -> None:
    screened = screen_answers(
        technique_slug="hot-stone", conditions=["pregnancy", "asthma"], red_flags=["weight-loss"], region="US"
    )
    row = record_screening(ana, technique_slug="hot-stone", screened=screened)
    row.refresh_from_db()
    assert set(row.conditions) == {"pregnancy", "asthma"}
    assert (row.red_flags, row.triage, row.level) == (["weight-loss"], "doctor-before-massage", "never_when")
    assert row.catalogue_version == screened.catalogue_version
