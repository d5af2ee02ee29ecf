"""GET services and GET slots."""

import datetime as dt
from typing import Any

import pytest
from pytest_django import Settings

from booking.models import Service
from tests.booking.api.conftest import Program, assert_problem
from tests.fixtures.cast import Cast


def test_services_are_the_price_list(cast: Cast, program: Program) -> None:
    services = program.get("services").json()
    assert services[1] == {
        "slug": "regular-60",
        "name": "Regular massage",
        "technique": "regular-massage",
        "minutes": 60,
        "price": "72.00",
        "currency": "EUR",
        "add_ons": [],
    }
    assert len(services) == 4


def test_a_service_that_is_switched_off_is_not_listed_and_has_no_slots(cast: Cast, program: Program) -> None:
    Service.objects.filter(pk=cast.regular.pk).update(active=False)
    assert "regular-60" not in {each["slug"] for each in program.get("services").json()}
    assert_problem(
        program.get("slots", service="regular-60", **{"from": "2026-12-01", "to": "2026-12-01"}), 422, "invalid"
    )


def slots(program: Program, cast: Cast, **query: str) -> Any:
    """The slots of the cast's day."""
    day = cast.day().isoformat()
    return program.get("slots", **{"service": cast.regular.slug, "from": day, "to": day, **query})


def test_slots_carry_the_practices_offset_and_therapists_by_public_id(cast: Cast, program: Program) -> None:
    found = slots(program, cast).json()
    assert (found["service"], found["time_zone"]) == ("regular-60", "Europe/Berlin")
    ten = next(each for each in found["slots"] if "T10:00:00" in each["start"])
    assert dt.datetime.fromisoformat(ten["start"]) == cast.at(10)
    assert dt.datetime.fromisoformat(ten["start"]).utcoffset() == cast.at(10).astimezone(cast.zone).utcoffset()
    assert set(ten["therapists"]) == {str(each.public_id) for each in (cast.mira, cast.jonas, cast.tess)}


def test_slots_of_one_therapist_are_only_theirs(cast: Cast, program: Program) -> None:
    found = slots(program, cast, therapist=str(cast.tess.public_id)).json()["slots"]
    assert {tuple(each["therapists"]) for each in found} == {(str(cast.tess.public_id),)}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"service": "nope"}, "service"),
        ({"service": "\x00"}, "service"),
        ({"service": "x" * 5000}, "service"),
        ({"from": "soon"}, "from"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": "0001-01-01"}, "from"),
        ({"to": "9999-12-31"}, "to"),
        ({"to": "20261201"}, "to"),
        ({"from": "2026-12-02", "to": "2026-12-01"}, "to"),
        ({"from": "2026-12-01", "to": "2027-02-02"}, "to"),
        ({"therapist": "1"}, "therapist"),
        ({"therapist": "\x00"}, "therapist"),
        ({"therapist": "00000000-0000-0000-0000-000000000000"}, "therapist"),
    ],
)
def test_a_query_that_cannot_be_read_names_its_field(
    cast: Cast, program: Program, query: dict[str, str], field: str
) -> None:
    problem = assert_problem(slots(program, cast, **query), 422, "invalid")
    assert list(problem["errors"]) == [field]


@pytest.mark.parametrize("missing", ["service", "from", "to"])
def test_a_query_that_lacks_something_names_it(cast: Cast, program: Program, missing: str) -> None:
    query = {"service": "regular-60", "from": "2026-12-01", "to": "2026-12-01"}
    del query[missing]
    assert missing in assert_problem(program.get("slots", **query), 422, "invalid")["errors"]


def test_sixty_two_days_may_be_asked_for(cast: Cast, program: Program) -> None:
    assert slots(program, cast, **{"from": "2026-12-01", "to": "2027-02-01"}).status_code == 200


@pytest.mark.usefixtures("within_the_hour")
def test_too_many_looks_from_one_address_are_asked_to_wait(cast: Cast, program: Program, settings: Settings) -> None:
    settings.THROTTLE_BOOKING = "2/h"
    assert [slots(program, cast).status_code for _each in range(3)] == [200, 200, 429]
    waited = slots(program, cast)
    problem = assert_problem(waited, 429, "throttled")
    assert int(waited["Retry-After"]) == problem["retry_after"] > 0
    assert program.get("services").status_code == 200
