"""Every error of the API is a problem document, and the API describes itself."""

from typing import Any

import pytest

from booking.models import Appointment
from booking.scheduling import schedule
from tests.booking.api.conftest import Program, assert_problem
from tests.booking.website.visitor import database
from tests.fixtures.cast import Cast


@pytest.mark.parametrize("path", ["", "nope", "appointments/1/move", "services/", "docs"])
def test_an_address_that_is_not_there_is_a_problem_document(cast: Cast, program: Program, path: str) -> None:
    assert "errors" not in assert_problem(program.get(path), 404, "not_found")


@pytest.mark.parametrize(("verb", "path"), [("get", "appointments"), ("delete", "services"), ("put", "slots")])
def test_a_wrong_method_is_a_problem_document_that_names_the_right_ones(
    cast: Cast, program: Program, verb: str, path: str
) -> None:
    answer = getattr(program.client, verb)(f"/api/v1/{path}")
    assert_problem(answer, 405, "method_not_allowed")
    assert answer["Allow"]


@pytest.mark.parametrize("body", ["{", "[1, 2", "\x00", '{"service": NaN', "[" * 5000])
def test_broken_json_is_a_problem_document(cast: Cast, program: Program, body: str) -> None:
    answer = program.client.post("/api/v1/appointments", body, content_type="application/json")
    assert_problem(answer, 400, "malformed")
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("body", ["[]", '"text"', "null", "7"])
def test_json_that_is_no_object_is_a_problem_document(cast: Cast, program: Program, body: str) -> None:
    answer = program.client.post("/api/v1/appointments", body, content_type="application/json")
    assert assert_problem(answer, 422, "invalid")["errors"]


def test_a_form_is_not_json(cast: Cast, program: Program) -> None:
    assert_problem(program.client.post("/api/v1/appointments", {"service": "regular-60"}), 415, "wrong_content_type")
    assert not Appointment.objects.exists()


def test_a_body_without_end_is_refused(cast: Cast, program: Program) -> None:
    answer = program.client.post("/api/v1/appointments", '"' + "x" * 3_000_000 + '"', content_type="application/json")
    assert answer.status_code in {400, 413}
    assert answer["Content-Type"] == "application/problem+json"


def test_a_fault_of_ours_tells_no_detail(
    cast: Cast, program: Program, wish: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("Nora Vale, diabetes")

    monkeypatch.setattr(schedule, "month_of", broken)
    query = {"service": "regular-60", "from": "2026-12-01", "to": "2026-12-01"}
    problem = assert_problem(program.get("slots", **query), 500, "fault")
    assert "Nora" not in str(problem)


@pytest.mark.invariant("I9")
def test_reading_changes_nothing(cast: Cast, program: Program) -> None:
    before = database()
    for path in ["services", "openapi.json", "nope"]:
        program.get(path)
        program.client.head(f"/api/v1/{path}")
    query = {"service": "regular-60", "from": "2026-12-01", "to": "2026-12-31"}
    program.get("slots", **query)
    after = database()
    # A look at the slots counts against the address's share of requests, and writes nothing else.
    assert {table for table in after if after[table] != before[table]} <= {"clinic_tally"}
    assert not Appointment.objects.exists()


def test_the_api_describes_itself(cast: Cast, program: Program) -> None:
    document = program.get("openapi.json").json()
    assert document["openapi"].startswith("3.")
    paths = document["paths"]
    assert {path for path in paths if "/practice/" not in path} == {
        "/api/v1/services",
        "/api/v1/safety",
        "/api/v1/slots",
        "/api/v1/appointments",
        "/api/v1/appointments/{public_id}/move",
        "/api/v1/appointments/{public_id}/cancel",
    }
    assert set(paths["/api/v1/appointments"]["post"]["responses"]) == {"201", "409", "415", "422", "429", "503"}
    refused = paths["/api/v1/appointments"]["post"]["responses"]["409"]["content"]
    assert list(refused) == ["application/problem+json"]
    names = {each["name"] for each in paths["/api/v1/slots"]["get"]["parameters"]}
    assert names == {"service", "from", "to", "therapist", "add_ons"}
    assert [each["name"] for each in paths["/api/v1/appointments"]["post"]["parameters"]] == ["Idempotency-Key"]


def test_every_reference_in_the_description_resolves(cast: Cast, program: Program) -> None:
    document = program.get("openapi.json").json()

    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if "$ref" in node else []
            return own + [each for value in node.values() for each in references(value)]
        return [each for value in node for each in references(value)] if isinstance(node, list) else []

    found = references(document)
    assert found
    for reference in found:
        assert reference.rpartition("/")[2] in document["components"]["schemas"]
