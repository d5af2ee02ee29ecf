"""Clients of a file: every line is new, matched, to ask or refused; what is made is traced, and goes again."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.imports.work import start_import, work_off_imports
from clients.imports.clients import PeopleReader, take_over_clients
from clients.imports.export import clients_csv
from clients.models import Client, Consent, ImportLine, ImportRun, ImportState, Intake, LineChoice, Verdict
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice
from tests.booking.imports.conftest import Mover, verdicts
from tests.booking.imports.vendor_files import CLIENT_FILES, VendorFile
from tests.fixtures.cast import Cast

HEAD = "First Name,Last Name,Email,Phone,Notes\n"
by_vendor = pytest.mark.parametrize("file", CLIENT_FILES, ids=lambda file: file.vendor)


def exported() -> bytes:
    """All clients as our own file."""
    return "".join(clients_csv()).encode()


def without_clients() -> None:
    """A practice without a file."""
    ImportRun.objects.all().delete()
    Client.objects.all().delete()


@by_vendor
def test_each_programs_file_is_known_read_and_undone_without_a_trace_in_the_files(
    mover: Mover, file: VendorFile
) -> None:
    run = mover.bring(file.content, file.name, file.dates)
    assert run.vendor == file.vendor
    assert [verdict for _number, verdict in verdicts(run)] == ["new", "new"]
    rosa, jose = Client.objects.order_by("first_name").filter(last_name__in=["Keller", "Muñoz"]).reverse()
    assert (rosa.first_name, rosa.email, rosa.phone) == ("Rosa", "rosa@example.org", "+49305550120")
    assert (jose.first_name, jose.last_name, jose.phone) == ("José", "Muñoz", "+49305550121")
    assert rosa.born_on in {None, dt.date(1984, 3, 15)}
    assert not Consent.objects.exists()
    assert not Intake.objects.exists()
    mover.undo(run)
    assert not Client.objects.exists()
    assert not run.lines.filter(undone_at=None).exists()


def test_what_is_exported_and_brought_back_is_the_same(mover: Mover) -> None:
    for file in CLIENT_FILES:
        mover.bring(file.content, file.name, file.dates)
    before = exported()
    again = mover.bring(before)
    assert {verdict for _number, verdict in verdicts(again)} == {"matched"}
    assert exported() == before
    without_clients()
    mover.bring(before)
    assert exported() == before


def test_a_round_trip_keeps_two_of_one_name_and_what_looks_like_a_formula(mover: Mover) -> None:
    for note in ("=1+1", "'quoted'", "+", "plain"):
        Client.objects.create(
            first_name="John", last_name="Smith", desk_note=note, alert="a\r\nb", born_on="1980-01-02"
        )
    before = exported()
    without_clients()
    mover.bring(before)
    assert Client.objects.count() == 4
    assert exported() == before


def test_lines_are_told_apart_by_who_they_are_of(cast: Cast, mover: Mover) -> None:
    lines = [
        "Ana,Lind,ana@example.org,,",  # by name and address
        "ANA,LIND,ana@example.org,,",  # the same line once more
        "Ben,Haas,,,",  # his name, and nothing to tell him by
        "Mia,Novak,mia@example.org,,",  # nobody's
        "Leo,Lind,ana@example.org,,",  # a family shares an address
        ",,x@example.org,,",  # no name
    ]
    run = mover.look((HEAD + "\n".join(lines)).encode())
    found = [verdict for _number, verdict in verdicts(run)]
    assert found == ["matched", "matched", "ask", "new", "new", "refused"]
    assert run.lines.get(number=4).candidates == [cast.ben.pk]
    assert Client.objects.count() == 2


def test_lines_of_one_file_that_are_of_one_person_open_one_file(mover: Mover) -> None:
    lines = ["Ana,Lind,,030 5550 111,", "Ana,Lind,,030 5550 111,", "Ána,Lind,,030 5550 111,"]
    run = mover.bring((HEAD + "\n".join(lines)).encode())
    assert [verdict for _number, verdict in verdicts(run)] == ["new", "matched", "ask"]
    assert Client.objects.count() == 1
    asked = run.lines.get(number=4)
    assert asked.twin == 2
    asked.choice = LineChoice.SAME
    asked.save()
    mover.take_over(run)
    assert Client.objects.count() == 1
    asked.refresh_from_db()
    assert asked.client == Client.objects.get()


def test_an_answer_decides_who_it_is(cast: Cast, mover: Mover) -> None:
    run = mover.bring((HEAD + "Ben,Haas,,,side door\nBén,Haas,,,\n").encode())
    assert Client.objects.count() == 2
    first, second = run.lines.order_by("number")
    first.choice, second.choice = LineChoice.SAME, LineChoice.SKIP
    first.save()
    second.save()
    mover.take_over(run)
    cast.ben.refresh_from_db()
    assert (cast.ben.phone, cast.ben.desk_note) == ("", "side door")
    assert Client.objects.count() == 2
    mover.undo(run)
    cast.ben.refresh_from_db()
    assert (cast.ben.phone, cast.ben.desk_note, cast.ben.email) == ("", "", "ben@example.org")


def test_somebody_new_is_known_to_be_somebody_else(cast: Cast, mover: Mover) -> None:
    run = mover.look((HEAD + "Ben,Haas,,,\n").encode())
    run.lines.update(choice=LineChoice.NEW)
    mover.take_over(run)
    other = Client.objects.exclude(pk__in=[cast.ana.pk, cast.ben.pk]).get()
    assert cast.ben in other.not_duplicates.all()


def test_an_erased_client_is_not_opened_again(cast: Cast, mover: Mover) -> None:
    content = exported()
    Client.objects.filter(pk=cast.ana.pk).update(erased_at="2026-01-01T00:00Z")
    run = mover.bring(content)
    assert [verdict for _number, verdict in verdicts(run)].count("refused") == 1


def test_what_somebody_has_changed_since_stays_and_says_why(mover: Mover) -> None:
    run = mover.bring((HEAD + "Ana,Lind,ana@example.org,,\nMia,Novak,mia@example.org,,\n").encode())
    mia = Client.objects.get(first_name="Mia")
    mia.desk_note = "side door"
    mia.save()
    mover.undo(run)
    assert list(Client.objects.all()) == [mia]
    left = run.lines.to_undo().get()
    assert left.client == mia
    assert left.reason


def test_a_client_who_has_something_in_the_file_stays(mover: Mover) -> None:
    run = mover.bring((HEAD + "Ana,Lind,ana@example.org,,\n").encode())
    ana = Client.objects.get()
    Consent.objects.create(client=ana, version=1, text="x", text_hash="x", signature="Ana Lind")
    mover.undo(run)
    assert Client.objects.get() == ana
    Consent.objects.all().delete()
    mover.undo(run)
    assert not Client.objects.exists()


def test_every_line_is_traced_to_its_file_and_who_was_here(cast: Cast) -> None:
    run = Mover(cast.owner).bring((HEAD + "Mia,Novak,mia@example.org,,\n").encode(), "old system.csv")
    mia = Client.objects.get(first_name="Mia")
    line = mia.import_lines.get()
    assert (line.run.file_name, line.number, line.run.by) == ("old system.csv", 2, cast.owner)
    assert len(run.sha256) == 64
    assert AccessEvent.objects.filter(client=mia.public_id, user=cast.owner, noun="client").exists()


def test_the_words_of_a_file_are_in_no_column_in_clear(mover: Mover) -> None:
    mover.bring((HEAD + "Zebulon,Quagga,zq@example.org,,Xylophone\n").encode())
    Client.objects.all().delete()
    with connection.cursor() as cursor:
        for table in ("clients_importrun", "clients_importline"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            for (text,) in cursor.fetchall():
                raw = bytes.fromhex(text.partition("\\x")[2].split(",")[0].strip('"')) if "\\x" in text else b""
                for word in ("Zebulon", "Quagga", "Xylophone"):
                    assert word not in text
                    assert word.encode() not in raw


def test_a_line_is_taken_over_once_however_often_the_work_is_begun(mover: Mover) -> None:
    run = mover.look((HEAD + "".join(f"P{n},Novak,p{n}@example.org,,\n" for n in range(5))).encode())
    start_import(run, by=None)
    # A worker that was killed after its first lines.
    take_over_clients(run, [2, 3], PeopleReader(run, Practice.current()))
    take_over_clients(run, [2, 3], PeopleReader(run, Practice.current()))
    assert Client.objects.count() == 2
    work_off_imports()
    assert Client.objects.count() == 5
    run.refresh_from_db()
    assert run.state == ImportState.DONE


def test_two_files_with_one_person_open_one_file(mover: Mover) -> None:
    content = (HEAD + "Mia,Novak,mia@example.org,,\n").encode()
    first, second = mover.look(content), mover.look(content)
    for run in (first, second):
        mover.take_over(run)
    assert Client.objects.count() == 1
    assert second.lines.get().verdict == Verdict.MATCHED
    mover.undo(second)
    assert Client.objects.count() == 1


def test_an_import_that_was_taken_over_is_not_looked_through_anew(mover: Mover) -> None:
    run = mover.bring((HEAD + "Mia,Novak,mia@example.org,,\n").encode())
    run.state = ImportState.UNDONE
    run.save()
    with pytest.raises(Refusal):
        start_import(run, by=None)


def test_a_batch_asks_the_database_little(mover: Mover) -> None:
    def queries(count: int) -> tuple[int, int]:
        lines = "".join(f"P{n},N{count},p{n}.{count}@example.org,030 5550 {n:03},x\n" for n in range(count))
        run = open_run(lines)
        with CaptureQueriesContext(connection) as looked:
            work_off_imports()
        run.refresh_from_db()
        start_import(run, by=None)
        with CaptureQueriesContext(connection) as taken:
            work_off_imports()
        return len(looked), len(taken)

    def open_run(lines: str) -> ImportRun:
        from clients.imports.opening import match_columns, open_import

        run = open_import((HEAD + lines).encode(), file_name="x.csv", by=None)
        match_columns(run, kind=run.kind, fields=run.mapping["fields"], dates={})
        return run

    few, many = queries(10), queries(60)
    assert many[0] <= few[0]
    # Opening a file is a savepoint and a row.
    assert many[1] - few[1] <= 50 * 3
    assert ImportLine.objects.filter(verdict=Verdict.NEW).count() == 70
