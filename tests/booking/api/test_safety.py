"""The safety question as data, and its answers in a booking."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from booking.appointments.safety_questions import safety_questions_for
from booking.models import Appointment
from clients.care import shipped
from clients.care.screening import booking_flags
from tests.booking.api.conftest import Program, wish_for
from tests.fixtures.add_ons import Extras
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db


def asked(program: Program, query: str) -> dict[str, Any]:
    """The questions for a service."""
    answer = program.get(f"safety?{query}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def conditions_of(questions: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every condition asked, by slug."""
    return {each["slug"]: each for group in questions["groups"] for each in group["conditions"]}


@pytest.mark.parametrize("service", ["regular-60", "hot-stone-90"])
def test_a_program_asks_what_the_page_asks(cast: Cast, program: Program, service: str) -> None:
    questions = asked(program, f"service={service}")
    technique = {"regular-60": "regular-massage", "hot-stone-90": "hot-stone"}[service]
    page = safety_questions_for(shipped(), technique, region="DE")
    assert [each["slug"] for each in questions["groups"]] == [each.group.id for each in page.groups]
    assert conditions_of(questions).keys() | {each["slug"] for each in questions["red_flags"]} == page.slugs
    assert all(each["gate"] for each in questions["groups"])
    assert "[[" not in program.get(f"safety?service={service}").content.decode()


def test_it_says_what_else_is_wanted(cast: Cast, program: Program) -> None:
    questions = asked(program, "service=hot-stone-90")
    found = conditions_of(questions)
    assert (found["sunburn"]["asks_where"], found["sunburn"]["lasts_days"]) == (True, 10)
    assert (found["pregnancy"]["asks_weeks"], found["pregnancy"]["asks_where"]) == (True, False)
    assert {each["slug"] for each in questions["red_flags"] if each["may_be_checked"]} >= {"dvt-signs"}
    assert "foot-ankle" in {each["slug"] for each in questions["areas"]}


def test_what_is_added_is_asked_about(cast: Cast, program: Program, extras: Extras) -> None:
    assert "heat-intolerance" not in conditions_of(asked(program, "service=regular-60"))
    assert "heat-intolerance" in conditions_of(asked(program, "service=regular-60&add_ons=hot-towel"))


@pytest.mark.parametrize(
    ("query", "field"), [("service=nope", "service"), ("service=regular-60&add_ons=nope", "add_ons")]
)
def test_what_is_not_offered_is_named(cast: Cast, program: Program, query: str, field: str) -> None:
    answer = program.get(f"safety?{query}")
    assert (answer.status_code, set(answer.json()["errors"])) == (422, {field})


def test_the_description_tells_of_it(cast: Cast, program: Program) -> None:
    document = program.get("openapi.json").json()
    fields = document["components"]["schemas"]["SafetyOut"]["properties"]
    assert fields.keys() >= {"groups", "red_flags", "areas"}
    assert "/api/v1/safety" in document["paths"]


def test_a_request_that_names_nothing_says_none_of_these(cast: Cast, program: Program, wish: dict[str, Any]) -> None:
    bare = {name: value for name, value in wish.items() if name not in ("conditions", "red_flags")}
    assert program.book(bare).status_code == 201
    kept = Appointment.objects.get().screening
    assert kept is not None
    assert (kept.conditions, kept.red_flags, kept.with_pain) == ([], [], False)
    assert set(kept.denied) == {each.id for each in booking_flags(shipped())}


def test_places_weeks_and_what_a_doctor_saw_count(cast: Cast, program: Program) -> None:
    day = (timezone.localdate() - dt.timedelta(days=9)).isoformat()
    told = {"conditions": ["sunburn"], "where": {"sunburn": ["foot-ankle"]}, "checked": {"dvt-signs": day}}
    refused = program.book(wish_for(cast, cast.hot_stone, conditions=["sunburn"]))
    assert refused.json()["code"] == "not_suitable"
    assert program.book({**wish_for(cast, cast.hot_stone), **told, "with_pain": True}).status_code == 201
    kept = Appointment.objects.get().screening
    assert kept is not None
    assert (kept.where, kept.checked, kept.with_pain) == ({"sunburn": ["foot-ankle"]}, {"dvt-signs": day}, True)


def test_early_weeks_make_it_a_request(cast: Cast, program: Program) -> None:
    wish = wish_for(cast, cast.regular, conditions=["pregnancy"])
    assert program.book({**wish, "weeks": 9}).json()["status"] == "requested"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"where": {"werewolf": ["neck"]}}, "where"),
        ({"where": {"sunburn": ["the-moon"]}}, "where"),
        ({"checked": {"itchy": "2026-11-01"}}, "checked"),
        ({"checked": {"dvt-signs": "2999-01-01"}}, "checked"),
        ({"checked": {"dvt-signs": "2001-01-01"}}, "checked"),
        ({"checked": {"dvt-signs": "soon"}}, "checked.dvt-signs"),
        ({"weeks": 99}, "weeks"),
    ],
)
def test_what_cannot_be_used_is_named(
    cast: Cast, program: Program, wish: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    answer = program.book({**wish, **change})
    assert (answer.status_code, set(answer.json()["errors"])) == (422, {field})
    assert not Appointment.objects.exists()
