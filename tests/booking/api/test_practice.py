"""What the practice's own programs do with a key: each operation by its scope, and nothing of health by any."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.api.urls import api
from booking.models import Appointment, AppointmentChange, Status
from clients.models import Client
from clinic.models import AccessEvent, ApiKey, Scope
from clinic.programs.keys import make_api_key, revoke_api_key
from tests.booking.api.conftest import assert_problem, wish_for
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast, let_go_by

READ, WRITE = Scope.APPOINTMENTS_READ, Scope.APPOINTMENTS_WRITE


class KeyedProgram:
    """A program with a key."""

    def __init__(self, cast: Cast, *scopes: Scope, name: str = "Website") -> None:
        self.row, self.key = make_api_key(name=name, scopes=scopes, expires_at=None, by=cast.owner, request=None)
        self.browser = Browser()

    def ask(self, verb: str, path: str, body: object = None, **headers: str) -> Any:
        """One request below practice/."""
        sent = {"Authorization": f"Bearer {self.key}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        more = {} if verb == "get" else {"content_type": "application/json", "data": body if body is not None else {}}
        return getattr(self.browser, verb)(f"/api/v1/practice/{path}", headers=sent, **more)

    def get(self, path: str) -> Any:
        """A GET."""
        return self.ask("get", path)

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        """A POST."""
        return self.ask("post", path, body, **headers)


MakeProgram = Callable[..., KeyedProgram]


@pytest.fixture
def everything(cast: Cast) -> KeyedProgram:
    """A program that may do all that a key can."""
    return KeyedProgram(cast, *Scope)


def operations() -> list[tuple[str, str, str]]:
    """Verb, path and scope of every operation with a key, by the API's own description."""
    paths = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    return [
        (verb, path, operation["security"][0]["ProgramKey"][0])
        for path, verbs in paths.items()
        for verb, operation in verbs.items()
        if "ProgramKey" in str(operation.get("security"))
    ]


def test_each_operation_opens_by_its_scope_alone(cast: Cast) -> None:
    """The description names the scope of each; with that it is found or refused for what is asked, without it 403."""
    found = operations()
    assert len(found) == 11
    assert {scope for _verb, _path, scope in found} == {scope.value for scope in Scope}
    for verb, path, scope in found:
        address = path.removeprefix("/api/v1/practice/").replace("{public_id}", str(uuid.uuid4()))
        others = [each for each in Scope if each.value != scope]
        problem = assert_problem(KeyedProgram(cast, *others).ask(verb, address), 403, "missing_scope")
        assert problem["scope"] == scope
        assert KeyedProgram(cast, Scope(scope)).ask(verb, address).status_code in {200, 404, 422}, path


def test_without_a_good_key_nothing_is_told(cast: Cast, everything: KeyedProgram) -> None:
    for verb, path, _scope in operations():
        address = path.replace("{public_id}", str(cast.ana.public_id))
        send = getattr(Browser(), verb)
        assert_problem(send(address, **json_body(verb)), 401, "unauthorized")
        answer = send(address, headers={"Authorization": "Bearer wsk_" + "x" * 43}, **json_body(verb))
        assert_problem(answer, 401, "key_unknown")
        assert answer["WWW-Authenticate"].startswith("Bearer")
    revoke_api_key(everything.row, by=cast.owner, request=None)
    assert_problem(everything.get("clients"), 401, "key_revoked")
    ApiKey.objects.filter(pk=everything.row.pk).update(revoked_at=None, networks=["192.0.2.0/24"])
    assert_problem(everything.get("clients"), 403, "key_network")


def json_body(verb: str) -> dict[str, Any]:
    """An empty body for a verb that has one."""
    return {} if verb == "get" else {"data": {}, "content_type": "application/json"}


def test_a_key_opens_no_page_and_no_public_change(cast: Cast, everything: KeyedProgram) -> None:
    appointment = cast.appointment(cast.at(10))
    headers = {"Authorization": f"Bearer {everything.key}"}
    assert everything.browser.get("/desk/", headers=headers).status_code == 302
    answer = everything.browser.post(
        f"/api/v1/appointments/{appointment.public_id}/cancel", {}, content_type="application/json", headers=headers
    )
    assert_problem(answer, 401, "unauthorized")


def test_appointments_are_read_page_by_page_in_as_many_queries(cast: Cast, everything: KeyedProgram) -> None:
    starts = [cast.at(9 + number, ahead=7 + day) for day in (0, 7, 14) for number in (0, 2, 4)]
    booked = [str(cast.appointment(start).public_id) for start in starts]
    everything.get("appointments")  # notes that the key is in use
    counts = []
    for limit in (2, 4):
        with CaptureQueriesContext(connection) as asked:
            everything.get(f"appointments?limit={limit}")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 9
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = everything.get(f"appointments?limit=4&cursor={cursor}").json()
        seen += [each["id"] for each in page["appointments"]]
        cursor = page["next"]
    assert seen == booked


def test_days_go_by_the_practices_clock(cast: Cast, everything: KeyedProgram) -> None:
    wanted = cast.appointment(cast.at(10))
    cast.appointment(cast.at(10, ahead=14))
    day = cast.day().isoformat()
    page = everything.get(f"appointments?from={day}&to={day}").json()
    assert [each["id"] for each in page["appointments"]] == [str(wanted.public_id)]
    assert page["appointments"][0]["start"] == wanted.starts_at.astimezone(cast.zone).isoformat()


def test_what_changed_since_comes_in_the_order_of_its_changes(cast: Cast, everything: KeyedProgram) -> None:
    first, second = cast.appointment(cast.at(10)), cast.appointment(cast.at(12))
    since = dt.datetime.now(dt.UTC)
    everything.post(f"appointments/{second.public_id}/cancel")
    everything.post(f"appointments/{first.public_id}/cancel")
    page = everything.browser.get(
        "/api/v1/practice/appointments",
        {"changed_since": since.isoformat()},
        headers={"Authorization": f"Bearer {everything.key}"},
    ).json()
    assert [each["id"] for each in page["appointments"]] == [str(second.public_id), str(first.public_id)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=tomorrow", "from"),
        ("to=9999-12-31", "to"),
        ("changed_since=2026-11-27T09:00:00", "changed_since"),
        ("changed_since=yesterday", "changed_since"),
        ("cursor=abc", "cursor"),
        ("cursor=%00", "cursor"),
        ("limit=0", "limit"),
        ("limit=100000", "limit"),
        ("client=me", "client"),
    ],
)
def test_what_cannot_be_read_is_named(cast: Cast, everything: KeyedProgram, query: str, field: str) -> None:
    assert field in assert_problem(everything.get(f"appointments?{query}"), 422, "invalid")["errors"]


def test_what_is_only_offered_and_what_is_erased_is_not_there(cast: Cast, everything: KeyedProgram) -> None:
    offered = cast.appointment(cast.at(10), status=Status.OFFERED)
    erased = cast.appointment(cast.at(12), client=cast.ben)
    Client.objects.filter(pk=cast.ben.pk).update(erased_at=dt.datetime.now(dt.UTC))
    for each in (offered, erased):
        assert_problem(everything.get(f"appointments/{each.public_id}"), 404, "not_found")
        assert_problem(everything.post(f"appointments/{each.public_id}/cancel"), 404, "not_found")
    assert everything.get("appointments").json()["appointments"] == []
    assert_problem(everything.get(f"clients/{cast.ben.public_id}"), 404, "not_found")


def test_a_program_books_for_a_file_and_the_history_names_it(cast: Cast, everything: KeyedProgram) -> None:
    wish = wish_for(cast, cast.regular, client={"id": str(cast.ana.public_id)})
    answer = everything.post("appointments", wish, Idempotency_Key="one")
    assert answer.status_code == 201, answer.content
    booked = Appointment.objects.get()
    assert answer.json()["id"] == str(booked.public_id)
    assert (booked.client, booked.via, booked.changed_by) == (cast.ana, Appointment.Via.PROGRAM, everything.row.actor)
    line = AppointmentChange.objects.get(appointment=booked)
    assert (str(line.by), line.via) == ("Website", "program")
    assert AccessEvent.objects.filter(client=cast.ana.public_id, actor="program", user=everything.row.actor).exists()


def test_the_same_key_of_the_same_program_is_the_same_booking(cast: Cast, everything: KeyedProgram) -> None:
    wish = wish_for(cast, cast.regular)
    first = everything.post("appointments", wish, Idempotency_Key="one").json()
    assert everything.post("appointments", wish, Idempotency_Key="one").json()["id"] == first["id"]
    other = wish_for(cast, cast.regular, start=cast.at(14).isoformat())
    assert_problem(everything.post("appointments", other, Idempotency_Key="one"), 422, "key_reused")
    bookkeeping = KeyedProgram(cast, WRITE, name="Bookkeeping")
    assert bookkeeping.post("appointments", other, Idempotency_Key="one").status_code == 201
    assert Appointment.objects.count() == 2


@pytest.mark.invariant("I7")
def test_a_program_cannot_book_past_what_is_not_safe(cast: Cast, everything: KeyedProgram) -> None:
    emergency = wish_for(cast, cast.regular, red_flags=["ces-saddle-numbness"], with_pain=True)
    assert_problem(everything.post("appointments", emergency), 422, "emergency")
    assert not Appointment.objects.exists()


def test_a_taken_time_comes_with_others(cast: Cast, everything: KeyedProgram) -> None:
    cast.appointment(cast.at(10))
    wish = wish_for(cast, cast.regular, therapist=str(cast.mira.public_id))
    assert assert_problem(everything.post("appointments", wish), 409, "slot_taken")["alternatives"]


def test_a_program_moves_with_another_therapist_and_cancels_once(cast: Cast, everything: KeyedProgram) -> None:
    appointment = cast.appointment(cast.at(10))
    path = f"appointments/{appointment.public_id}"
    to = {"start": cast.at(11).isoformat(), "therapist": str(cast.jonas.public_id)}
    moved = everything.post(f"{path}/move", to).json()
    assert (moved["therapist"]["name"], moved["revision"]) == ("Jonas Weber", 1)
    assert everything.post(f"{path}/move", to).json()["revision"] == 1
    assert (
        "therapist"
        in assert_problem(everything.post(f"{path}/move", {**to, "therapist": str(uuid.uuid4())}), 422, "invalid")[
            "errors"
        ]
    )
    assert everything.post(f"{path}/cancel", {"reason": "ill"}).json()["status"] == "cancelled"
    assert everything.post(f"{path}/cancel").json()["revision"] == 2
    assert_problem(everything.post(f"{path}/complete"), 409, "not_possible")


def test_a_program_closes_what_was(cast: Cast, everything: KeyedProgram) -> None:
    appointment = cast.appointment(cast.at(10))
    path = f"appointments/{appointment.public_id}"
    assert_problem(everything.post(f"{path}/complete"), 409, "not_possible")
    let_go_by(appointment, dt.timedelta(days=30))
    assert everything.post(f"{path}/complete").json()["status"] == "completed"
    assert everything.post(f"{path}/complete").status_code == 200
    assert everything.post(f"{path}/no-show").json()["status"] == "no-show"
    assert {str(line.by) for line in appointment.changes.all()} == {"Website"}


def test_clients_are_found_and_read(cast: Cast, everything: KeyedProgram) -> None:
    found = everything.get("clients?q=lind").json()["clients"]
    assert [(each["first_name"], each["email"]) for each in found] == [("Ana", "ana@example.org")]
    assert everything.get(f"clients/{cast.ana.public_id}").json()["phone"] == "+49305550111"
    everyone = everything.get("clients?limit=1").json()
    after = everything.get(f"clients?cursor={everyone['next']}").json()
    assert len(after["clients"]) == Client.objects.count() - 1


def test_a_client_is_added_once(cast: Cast, everything: KeyedProgram) -> None:
    nora = {"first_name": "Nora", "email": "nora@example.org"}
    added = everything.post("clients", nora)
    assert (added.status_code, added.json()["known"]) == (201, False)
    assert everything.post("clients", nora).json() == {**added.json(), "known": True}
    # Without an address nobody can be told apart by name; the key of the request does.
    without = {"last_name": "Vale"}
    first = everything.post("clients", without, Idempotency_Key="7").json()
    assert everything.post("clients", without, Idempotency_Key="7").json()["id"] == first["id"]
    assert Client.objects.filter(last_name="Vale").count() == 1
    assert (
        "email"
        in assert_problem(everything.post("clients", {"last_name": "V", "email": "x"}), 422, "invalid")["errors"]
    )
    assert "first_name" in assert_problem(everything.post("clients", {}), 422, "invalid")["errors"]


@pytest.mark.invariant("I8", "I10")
def test_no_key_changes_the_address_that_opens_a_clients_pages(cast: Cast, everything: KeyedProgram) -> None:
    """Whoever reads the mail of a file's address signs in as its client, and reads their health answers there."""
    path = f"clients/{cast.ana.public_id}"
    sent = {"email": "thief@example.org", "phone": "+49 30 5550 222", "first_name": "Anna"}
    assert everything.ask("patch", path, sent).status_code == 200
    cast.ana.refresh_from_db()
    assert (cast.ana.email, cast.ana.first_name, cast.ana.phone) == ("ana@example.org", "Anna", "+49305550222")
    bare = Client.objects.create(first_name="Cleo")
    everything.ask("patch", f"clients/{bare.public_id}", {"email": "thief@example.org"})
    bare.refresh_from_db()
    assert bare.email == ""


def test_a_correction_that_makes_two_files_of_one_person_is_refused(cast: Cast, everything: KeyedProgram) -> None:
    twin = Client.objects.create(first_name="Berta", last_name="Lind", email="ana@example.org")
    answer = everything.ask("patch", f"clients/{twin.public_id}", {"first_name": "Ana"})
    assert_problem(answer, 409, "file_exists")
    assert (
        "phone"
        in assert_problem(everything.ask("patch", f"clients/{twin.public_id}", {"phone": "call me"}), 422, "invalid")[
            "errors"
        ]
    )


@pytest.mark.invariant("I10")
def test_nothing_about_health_is_in_any_answer(cast: Cast, everything: KeyedProgram) -> None:
    canary = "canary-lumbago"
    Client.objects.filter(pk=cast.ana.pk).update(alert=canary, desk_note=canary, physician=canary)
    booked = everything.post("appointments", wish_for(cast, cast.regular, conditions=["pregnancy"], weeks=20)).json()
    appointment = cast.appointment(cast.at(13))
    Appointment.objects.filter(pk=appointment.pk).update(reason=canary, client_note=canary)
    answers = [
        everything.get(path).content.decode()
        for path in (
            "appointments",
            f"appointments/{appointment.public_id}",
            f"appointments/{booked['id']}",
            "clients",
            f"clients/{cast.ana.public_id}",
        )
    ]
    assert all(len(each) > 50 for each in answers)
    assert not any(word in each for each in answers for word in (canary, "pregnan", "condition"))


@pytest.mark.usefixtures("within_the_hour")
def test_a_program_is_told_what_is_left_and_stopped_beyond(
    cast: Cast, everything: KeyedProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking.api.keys.KEY_RATE", "2/m")
    answers = [everything.get("clients?limit=1") for _number in range(4)]
    assert answers[0]["RateLimit-Policy"] == '"key";q=2;w=60'
    assert answers[0]["RateLimit"].startswith('"key";r=1;t=')
    stopped = next(each for each in answers if each.status_code != 200)
    assert_problem(stopped, 429, "throttled")
    assert int(stopped["Retry-After"]) > 0
    assert '"key";r=0' in stopped["RateLimit"]
    assert KeyedProgram(cast, Scope.CLIENTS_READ).get("clients").status_code == 200


@pytest.mark.usefixtures("within_the_hour")
def test_trying_keys_is_throttled_for_the_network(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("booking.api.keys.WRONG_KEY_RATE", "2/m")
    browser, headers = Browser(), {"Authorization": "Bearer wsk_" + "x" * 43}
    codes = [browser.get("/api/v1/practice/clients", headers=headers).status_code for _number in range(4)]
    assert codes[0] == 401
    assert 429 in codes


def test_the_description_tells_of_keys_and_scopes(cast: Cast, everything: KeyedProgram) -> None:
    document = everything.browser.get("/api/v1/openapi.json").json()
    scheme = document["components"]["securitySchemes"]["ProgramKey"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert all(scope.value in scheme["description"] for scope in Scope)
    assert "x-scope" not in str(document)
    assert document["components"]["schemas"]["PracticeAppointmentIn"]["examples"]
