"""Health answers held against a massage by the practice's catalogue, and kept as they were judged."""

import datetime as dt

import pytest

from clients.care import Answers, Level, Triage, shipped
from clients.intake.screening import ScreeningResult, record_screening, screen_answers, weeks_on
from clients.models import Client
from clinic.errors import Refusal
from clinic.models import Practice

pytestmark = pytest.mark.django_db


def screened(*items: str, **told: object) -> ScreeningResult:
    """What the answers mean for these items."""
    given = {name: frozenset(value) if isinstance(value, list) else value for name, value in told.items()}
    return screen_answers(Answers(**given), items, practice=Practice.current())  # type: ignore[arg-type]


def test_a_level_comes_with_the_condition_by_name_and_the_reason() -> None:
    found = screened("hot-stone", conditions=["diabetes-neuropathy"])
    assert (found.triage, found.level) == (Triage.OK, Level.NEVER)
    assert {"diabetes-neuropathy", "reduced-sensation"} <= {why.condition for why in found.because}
    assert all(why.name and why.reason for why in found.because)
    assert [why.level for why in found.because] == sorted(
        (why.level for why in found.because), key=lambda one: one.rank
    )
    assert found.catalogue_version


def test_what_is_added_is_judged_with_the_massage() -> None:
    alone, warm = (
        screened(*items, conditions=["heat-intolerance"])
        for items in (["regular-massage"], ["regular-massage", "warm-towels"])
    )
    assert (alone.level, warm.level) == (Level.OK, Level.NEVER)


def test_what_only_the_therapist_reads_is_no_reason_for_the_client() -> None:
    index = shipped().index
    quiet = next(
        slug
        for slug, condition in index.conditions.items()
        if any(bar.to == "therapist" and "touch" in bar.tags for bar in condition.bars)
    )
    found = screened("regular-massage", conditions=[quiet])
    assert any(not why.for_client for why in found.because)
    assert all(why.for_client for why in found.in_the_way)


@pytest.mark.invariant("I7")
def test_an_emergency_brings_the_texts_of_its_signs_only() -> None:
    found = screened("regular-massage", red_flags=["dvt-signs", "chest-pain-breathless"])
    assert (found.triage, found.level) == (Triage.EMERGENCY, Level.NEVER)
    assert [sign.condition for sign in found.signs] == ["chest-pain-breathless"]


def test_a_doctor_first_asks_for_a_note_and_speaks_against() -> None:
    found = screened("regular-massage", red_flags=["dvt-signs"])
    assert (found.triage, found.level) == (Triage.DOCTOR, Level.CLEARANCE)
    assert found.asks_for_note
    assert found.speaks_against
    known = screened("regular-massage", checked={"dvt-signs": "2026-11-01"})
    assert known.triage == Triage.CAUTION
    assert not known.speaks_against


def test_the_words_are_those_of_the_country() -> None:
    name = {}
    for country in ("US", "GB"):
        Practice.objects.update(country=country)
        name[country] = screened("regular-massage", red_flags=["ces-saddle-numbness"]).texts[0]
    assert "emergency room" in name["US"]
    assert "emergency department" in name["GB"]
    assert "[[" not in "".join(name.values())


@pytest.mark.parametrize(
    ("told", "stranger"),
    [
        ({"service": "reiki"}, "reiki"),
        ({"conditions": ["werewolf"]}, "werewolf"),
        ({"red_flags": ["itchy"]}, "itchy"),
        ({"conditions": ["x" * 10_000]}, "x" * 60),
    ],
)
def test_an_unknown_slug_is_refused_by_name(told: dict[str, object], stranger: str) -> None:
    with pytest.raises(Refusal, match=stranger) as refused:
        screened("hot-stone", **told)
    assert refused.value.code == "unknown_slug"
    assert len(refused.value.message) < 400


def test_what_was_answered_is_kept_as_it_was_judged(ana: Client) -> None:
    found = screened(
        "hot-stone",
        conditions=["pregnancy", "recent-surgery"],
        red_flags=["dvt-signs"],
        denied=["fever-unwell"],
        checked={"trauma-major": "2026-10-01"},
        where={"recent-surgery": frozenset({"foot-ankle"})},
        weeks=14,
    )
    row = record_screening(ana, technique_slug="hot-stone", screened=found, with_pain=True)
    row.refresh_from_db()
    assert row.conditions == ["pregnancy", "recent-surgery"]
    assert (row.red_flags, row.denied, row.checked) == (["dvt-signs"], ["fever-unwell"], {"trauma-major": "2026-10-01"})
    assert (row.where, row.weeks, row.with_pain) == ({"recent-surgery": ["foot-ankle"]}, 14, True)
    assert (row.triage, row.level) == ("doctor-before-massage", "never")
    assert row.catalogue_version == found.catalogue_version


def test_weeks_go_on_with_the_days() -> None:
    told = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)
    assert weeks_on(11, told_at=told, at=told + dt.timedelta(days=13)) == 12
    assert weeks_on(11, told_at=told, at=told + dt.timedelta(days=14)) == 13
    assert weeks_on(None, told_at=told, at=told) is None
