"""Add-ons by the API: listed with their service, counted in the times, booked, and refused by name."""

from typing import Any

import pytest

from booking.models import Appointment
from tests.booking.api.conftest import Program, wish_for
from tests.fixtures.add_ons import Extras
from tests.fixtures.cast import Cast


def starts(cast: Cast, program: Program, *add_ons: str) -> list[str]:
    """The times of Mira's Tuesday."""
    day = cast.day().isoformat()
    query = {"service": "regular-60", "from": day, "to": day, "therapist": str(cast.mira.public_id)}
    answer = program.client.get("/api/v1/slots", {**query, "add_ons": list(add_ons)})
    assert answer.status_code == 200, answer.content
    return [each["start"] for each in answer.json()["slots"]]


def test_services_list_what_may_be_added(program: Program, cast: Cast, extras: Extras) -> None:
    extras.towel.active = False
    extras.towel.save()
    listed = {each["slug"]: each["add_ons"] for each in program.get("services").json()}
    assert listed["back-relief"] == []
    assert listed["regular-60"] == [
        {"slug": "foot-massage", "name": "Foot massage", "minutes": 15, "price": "18.00"},
        {"slug": "warm-stones", "name": "Warm stones on the back", "minutes": 15, "price": "20.00"},
    ]


@pytest.mark.invariant("I2")
def test_times_count_the_add_ons(program: Program, cast: Cast, extras: Extras) -> None:
    assert starts(cast, program)[-1].startswith(f"{cast.day()}T16:00")
    assert starts(cast, program, "foot-massage", "warm-stones")[-1].startswith(f"{cast.day()}T15:30")


def test_an_appointment_is_booked_with_them(program: Program, cast: Cast, extras: Extras) -> None:
    answer = program.book(wish_for(cast, cast.regular, add_ons=["foot-massage", "hot-towel"]))
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert body["add_ons"] == ["hot-towel", "foot-massage"]
    assert Appointment.objects.get().minutes == 75


@pytest.mark.parametrize("slug", ["gold-leaf", "foot-massage"])
def test_what_is_not_offered_is_invalid_and_named(program: Program, cast: Cast, extras: Extras, slug: str) -> None:
    extras.feet.services.remove(cast.regular)
    answer = program.book(wish_for(cast, cast.regular, add_ons=["hot-towel", slug]))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert slug in answer.json()["errors"]["add_ons"][0]
    day = cast.day().isoformat()
    times = program.get("slots", service="regular-60", **{"from": day, "to": day}, add_ons=slug)
    assert (times.status_code, list(times.json()["errors"])) == (422, ["add_ons"])


@pytest.mark.parametrize("sent", [["a b"], ["\x00"], "hot-towel", [["hot-towel"]], ["x"] * 21, None])
def test_nonsense_is_invalid_and_no_fault(program: Program, cast: Cast, extras: Extras, sent: Any) -> None:
    answer = program.book(wish_for(cast, cast.regular, add_ons=sent))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


@pytest.mark.invariant("I6")
def test_unsafe_stones_are_refused_and_the_appointment_offered_without(
    program: Program, cast: Cast, extras: Extras
) -> None:
    wish = wish_for(cast, cast.regular, add_ons=["warm-stones", "foot-massage"], conditions=["heat-intolerance"])
    answer = program.book(wish)
    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "not_suitable")
    assert [each["condition"] for each in body["reasons"]] == ["heat-intolerance"]
    instead = body["instead"]
    assert (instead["service"], instead["add_ons"], instead["minutes"]) == ("regular-60", ["foot-massage"], 75)
    taken = program.book({**wish, "service": instead["service"], "add_ons": instead["add_ons"]})
    assert taken.status_code == 201


def test_the_description_tells_of_add_ons(program: Program, cast: Cast) -> None:
    schemas = program.get("openapi.json").json()["components"]["schemas"]
    assert schemas["AppointmentIn"]["properties"]["add_ons"]["maxItems"] == 20
    assert "add_ons" in schemas["ServiceOut"]["properties"]
