"""The pages of moving in: a file, its columns, its lines, taken over, undone; by owners alone."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from booking.imports.work import work_off_imports
from booking.models import Appointment
from clients.models import Client, ImportRun, ImportState
from clinic.models import AccessEvent
from tests.booking.imports.vendor_files import appointment_file
from tests.fixtures.browser import Browser, flat
from tests.fixtures.cast import PASSWORD, Cast

CLIENTS = b"First Name,Last Name,Email,Phone\nMia,Novak,mia@example.org,\nBen,Haas,,\n,,x@example.org,\n"


@pytest.fixture
def owner(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.owner)
    return client


def page(run: ImportRun) -> str:
    return reverse("booking:desk-import-run", args=[run.public_id])


def send(browser: Browser, content: bytes, name: str = "clients.csv") -> Any:
    return browser.post(reverse("booking:desk-import"), {"file": SimpleUploadedFile(name, content)})


def fields_of(run: ImportRun, **more: str) -> dict[str, str]:
    return {"kind": run.kind, **{f"column-{at}": name for at, name in enumerate(run.mapping["fields"])}, **more}


def do(browser: Browser, run: ImportRun, step: str, **data: str) -> Any:
    return browser.post(f"{page(run)}{step}/", data)


def looked_through(browser: Browser, content: bytes, **more: str) -> ImportRun:
    send(browser, content)
    run = ImportRun.objects.first()
    assert run is not None
    assert do(browser, run, "columns", **fields_of(run, **more)).status_code == 302
    work_off_imports()
    run.refresh_from_db()
    return run


def test_a_file_is_looked_at_matched_taken_over_and_undone(owner: Browser) -> None:
    answer = send(owner, CLIENTS)
    run = ImportRun.objects.get()
    assert answer.headers["Location"] == page(run)
    columns = flat(owner.get(page(run)))
    assert "mia@example.org" in columns
    do(owner, run, "columns", **fields_of(run))
    assert "<progress" in flat(owner.get(page(run)))
    work_off_imports()
    assert not Client.objects.filter(first_name="Mia").exists()
    lines = flat(owner.get(page(run), {"show": "new"}))
    assert "Mia" in lines
    do(owner, run, "start")
    work_off_imports()
    assert Client.objects.filter(first_name="Mia").exists()
    do(owner, run, "undo")
    work_off_imports()
    assert not Client.objects.filter(first_name="Mia").exists()
    assert owner.get(page(run)).status_code == 200


def test_a_line_that_is_to_ask_is_answered(cast: Cast, owner: Browser) -> None:
    run = looked_through(owner, CLIENTS)
    asked = owner.get(page(run), {"show": "ask"})
    assert f"same:{cast.ben.public_id}" in flat(asked)
    do(owner, run, "answers", **{"line-3": f"same:{cast.ben.public_id}"})
    assert " selected" in flat(owner.get(page(run), {"show": "ask"}))
    do(owner, run, "start")
    work_off_imports()
    assert run.lines.get(number=3).client == cast.ben


@pytest.mark.parametrize("answer", ["same:nonsense", "same", "maybe", "same:00000000-0000-4000-8000-000000000001"])
def test_an_answer_that_was_not_offered_is_none(owner: Browser, answer: str) -> None:
    run = looked_through(owner, CLIENTS)
    assert (
        do(owner, run, "answers", **{"line-3": answer, "line-x": "new", "line-99999999999999": "new"}).status_code
        == 302
    )
    assert run.lines.get(number=3).choice == ""


def test_open_dates_are_asked_for_and_nothing_chosen_is_lost(owner: Browser) -> None:
    send(owner, b"First Name,Last Name,Birthday,Nick\nMia,Novak,03/04/1980,Mimi\n")
    run = ImportRun.objects.get()
    chosen = fields_of(run, **{"column-3": "desk_note"})
    asked = do(owner, run, "columns", **chosen)
    assert asked.status_code == 422
    assert "dates_born_on" in flat(asked)
    assert '<option value="desk_note" selected' in flat(asked)
    do(owner, run, "columns", **chosen, dates_born_on="dmy")
    work_off_imports()
    do(owner, run, "start")
    work_off_imports()
    assert str(Client.objects.get(first_name="Mia").born_on) == "1980-04-03"


def test_a_column_that_must_be_there_is_asked_for(owner: Browser) -> None:
    send(owner, b"Who,Where\nMia,mia@example.org\n")
    run = ImportRun.objects.get()
    assert do(owner, run, "columns", **fields_of(run)).status_code == 422
    assert run.state == ImportState.COLUMNS


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"\x00\x01\x02\x03", b"Name\nMia\n", b'a,b\n"x,y\nz,z\n'])
def test_a_bad_file_is_refused_beside_its_field(owner: Browser, content: bytes) -> None:
    answer = send(owner, content)
    assert answer.status_code == 422
    assert "error_1_id_file" in flat(answer)
    assert not ImportRun.objects.exists()


def test_a_file_that_is_far_too_large_is_never_read(owner: Browser) -> None:
    assert send(owner, b"a,b\n" * 6_000_000).status_code == 422
    assert send(owner, b"").status_code == 422


def test_names_of_services_and_therapists_are_matched_by_hand(cast: Cast, owner: Browser) -> None:
    start = cast.at(10).astimezone(cast.zone)
    content = appointment_file("Cliniko", start).replace(b"Regular massage", b"Relax").replace(b"Mira Feld", b"M. F.")
    run = looked_through(owner, content)
    assert "names=1" in flat(owner.get(page(run)))
    names = flat(owner.get(page(run), {"names": "1"}))
    assert "Relax" in names
    do(owner, run, "names", **{"service-0": "regular-60", "therapist-0": str(cast.mira.public_id)})
    work_off_imports()
    do(owner, run, "start")
    work_off_imports()
    assert Appointment.objects.get().therapist == cast.mira
    assert owner.get(page(run)).status_code == 200


def test_the_kind_is_told_by_hand(owner: Browser) -> None:
    send(owner, CLIENTS)
    run = ImportRun.objects.get()
    shown = flat(owner.get(page(run), {"columns": "1", "kind": "appointments"}))
    assert 'value="therapist"' in shown


def test_htmx_gets_the_bar_and_then_the_page_anew(owner: Browser) -> None:
    send(owner, CLIENTS)
    run = ImportRun.objects.get()
    do(owner, run, "columns", **fields_of(run))
    bar = owner.get(page(run), headers={"HX-Request": "true"})
    assert "<html" not in flat(bar)
    work_off_imports()
    assert owner.get(page(run), headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_the_same_file_says_that_it_was_here(owner: Browser) -> None:
    first = looked_through(owner, CLIENTS)
    do(owner, first, "start")
    work_off_imports()
    send(owner, CLIENTS)
    second = ImportRun.objects.first()
    assert second is not None
    assert str(first.public_id) in flat(owner.get(page(second)))


def test_a_file_is_thrown_away_unless_something_was_taken_over(owner: Browser) -> None:
    run = looked_through(owner, CLIENTS)
    do(owner, run, "discard")
    assert not ImportRun.objects.exists()
    run = looked_through(owner, CLIENTS)
    do(owner, run, "start")
    work_off_imports()
    do(owner, run, "discard")
    assert ImportRun.objects.exists()


def test_steps_out_of_order_change_nothing(owner: Browser) -> None:
    send(owner, CLIENTS)
    run = ImportRun.objects.get()
    for step in ("start", "undo"):
        assert do(owner, run, step).status_code == 302
    run.refresh_from_db()
    assert run.state == ImportState.COLUMNS


def test_the_team_but_no_owner_does_not_find_it(cast: Cast, client: Browser) -> None:
    assert cast.mira.user
    client.force_login(cast.mira.user)
    assert client.get(reverse("booking:desk-import")).status_code == 404


@pytest.mark.parametrize(("kind", "word"), [("clients", b"Ana"), ("appointments", b"Regular massage")])
def test_our_own_file_is_taken_along_by_whoever_proves_who_they_are(
    cast: Cast, owner: Browser, kind: str, word: bytes
) -> None:
    cast.appointment(cast.at(10))
    address, page = reverse("booking:desk-import-export", args=[kind]), reverse("booking:desk-import")
    asked = owner.post(address)
    assert asked.status_code == 302
    assert not AccessEvent.objects.filter(action="export").exists()
    owner.post(asked.headers["Location"], {"password": PASSWORD, "next": page})
    content = b"".join(owner.post(address))
    assert content.startswith(b"\xef\xbb\xbf")
    assert word in content
    assert AccessEvent.objects.filter(action="export", user=cast.owner).count() == 1


def test_what_was_brought_says_with_which_file_and_line(cast: Cast, owner: Browser) -> None:
    start = cast.at(10).astimezone(cast.zone)
    send(owner, appointment_file("Cliniko", start), "old.csv")
    run = ImportRun.objects.get()
    do(owner, run, "columns", **fields_of(run))
    work_off_imports()
    do(owner, run, "start")
    work_off_imports()
    booked = Appointment.objects.get()
    words, line = "Brought with old.csv, line 2", f"{page(run)}?line=2"
    at_the_desk = (
        reverse("booking:desk-client", args=[booked.client.public_id]),
        reverse("booking:desk-appointment", args=[booked.public_id]),
    )
    in_the_admin = (
        reverse("admin:clients_client_change", args=[booked.client.pk]),
        reverse("admin:booking_appointment_change", args=[booked.pk]),
    )
    for address in (*at_the_desk, *in_the_admin):
        shown = flat(owner.get(address))
        assert words in shown, address
        assert f'href="{line}"' in shown, address
    assert "Rosa Keller" in flat(owner.get(line))
    assert "No line in this list." in flat(owner.get(f"{page(run)}?line=7"))
    assert cast.mira.user is not None
    owner.force_login(cast.mira.user)
    for address in at_the_desk:
        shown = flat(owner.get(address))
        assert words in shown
        assert line not in shown


def test_a_file_that_was_filled_in_says_from_where_and_one_that_is_undone_says_nothing(
    cast: Cast, owner: Browser
) -> None:
    run = looked_through(owner, b"First Name,Last Name,Email,Phone\nBen,Haas,ben@example.org,+49 30 5550 999\n")
    do(owner, run, "start")
    work_off_imports()
    ben = reverse("booking:desk-client", args=[cast.ben.public_id])
    assert "Filled in from clients.csv, line 2" in flat(owner.get(ben))
    do(owner, run, "undo")
    work_off_imports()
    assert "clients.csv" not in flat(owner.get(ben))
