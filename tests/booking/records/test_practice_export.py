"""The whole practice as plain tables: complete, one instant, safe to open in a spreadsheet, without a key in it."""

import codecs
import contextlib
import csv
import datetime as dt
import io
import json
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.appointments.feed import create_feed
from booking.records.practice_export import (
    EXPORT_BATCH,
    EXPORT_EXCLUDED,
    csv_cell,
    exported_models,
    practice_zip_stream,
    write_practice,
)
from clients.imports.sheet import FORMULA_STARTS
from clients.models import Client
from clinic.mail import ledger
from clinic.models import AccessEvent, LinkPurpose, Practice
from clinic.web.links import mint_link
from tests.booking.records.people import NOTE, ana_was_here
from tests.fixtures.cast import Cast

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0"]


def packed(cast: Cast) -> zipfile.ZipFile:
    """The ZIP, opened."""
    target = io.BytesIO()
    write_practice(target, by=cast.owner)
    return zipfile.ZipFile(target)


def table(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    """A CSV of the ZIP."""
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline="")))


def test_every_table_is_there_twice_with_every_row(cast: Cast) -> None:
    ana_was_here(cast)
    archive = packed(cast)
    names = set(archive.namelist())
    wanted = 0
    for app in ("booking", "clients", "clinic"):
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            name = model._meta.db_table
            if model._meta.label in EXPORT_EXCLUDED:
                assert f"csv/{name}.csv" not in names
                continue
            rows = model._default_manager.count()
            assert len(table(archive, f"csv/{name}.csv")) == rows, name
            assert len(json.loads(archive.read(f"json/{name}.json"))) == rows, name
            wanted += 1
    assert wanted >= 40
    assert "wall time in Europe/Berlin" in archive.read("README.txt").decode()


@pytest.mark.parametrize("name", ["appointments.csv", "csv/clients_client.csv"])
def test_a_spreadsheet_sees_that_a_table_is_utf_8(cast: Cast, name: str) -> None:
    Client.objects.filter(pk=cast.ana.pk).update(last_name="Muñoz")
    cast.appointment(cast.at(10))
    written = packed(cast).read(name)
    assert written.startswith(codecs.BOM_UTF8)
    assert "Muñoz" in written.decode("utf-8-sig")


def test_appointments_are_readable_without_the_other_tables(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    (row,) = table(packed(cast), "appointments.csv")
    assert row["id"] == str(appointment.public_id)
    assert row["starts"].endswith(" 10:00")
    assert (row["client_first_name"], row["therapist"], row["service"], row["price"], row["room"]) == (
        "Ana",
        "Mira Feld",
        "Regular massage",
        "72.00",
        "Green room",
    )


def test_no_cell_of_text_is_a_formula(cast: Cast) -> None:
    for week, text in enumerate(DANGEROUS, 1):
        her = Client.objects.create(first_name=text.strip(), desk_note=text)
        cast.appointment(cast.at(10, ahead=7 * week), client=her)
    archive = packed(cast)
    for name in ("appointments.csv", "csv/clients_client.csv"):
        rows = table(archive, name)
        assert len(rows) >= len(DANGEROUS)
        for row in rows:
            assert not any(value.startswith(FORMULA_STARTS) for value in row.values()), name
    clients = json.loads(archive.read("json/clients_client.json"))
    assert {row["desk_note"] for row in clients} >= set(DANGEROUS)


def test_a_cell_keeps_what_is_no_text() -> None:
    assert [csv_cell(value) for value in (None, -5, "a", ["=x"], "")] == ["", -5, "a", '["=x"]', ""]


def test_no_secret_is_in_it(cast: Cast) -> None:
    appointment = ana_was_here(cast)
    secret = create_feed(cast.mira)
    token = mint_link(purpose=LinkPurpose.APPOINTMENT, subject=appointment.public_id, lasts=dt.timedelta(days=1))
    ledger.queue_mail(kind="moved", to="ana@example.org", subject="S", text=f"http://localhost/appointment/{token}/")
    ledger.queue_mail(kind="sign-in", to="ana@example.org", subject="Code", text="code 48219375")
    archive = packed(cast)
    everything = b"\n".join(archive.read(name) for name in archive.namelist()).decode()
    cast.mira.refresh_from_db()
    for key in (token, secret, cast.owner.password, str(cast.mira.feed_digest), "48219375"):
        assert key not in everything
    assert NOTE in everything
    assert "http://localhost/appointment/(token)/" in everything


def test_the_command_writes_a_file_for_its_owner_alone(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "out" / "all.zip"
    told = StringIO()
    call_command("export_practice", to=path, stdout=told)
    assert path.stat().st_mode & 0o777 == 0o600
    assert "not encrypted" in told.getvalue()
    event = AccessEvent.objects.get()
    assert (event.user, event.actor, event.action) == (None, "system", "export")
    with pytest.raises(CommandError) as trouble:
        call_command("export_practice", to=path / "below")
    assert trouble.value.returncode == 2


def test_the_number_of_queries_does_not_grow_with_the_rows(cast: Cast, django_assert_max_num_queries: Any) -> None:
    cast.appointment(cast.at(10))
    tables = sum(len(list(apps.get_app_config(app).get_models(True))) for app in ("booking", "clients", "clinic"))
    with django_assert_max_num_queries(2 * tables + 12):
        packed(cast)


def test_the_first_bytes_come_before_the_tables_are_read_and_no_piece_is_large(cast: Cast) -> None:
    """A request that packs ten years at once would hold its browser for a quarter of a minute."""
    many = 3 * EXPORT_BATCH
    Client.objects.bulk_create(Client(first_name=f"Guest {number}", last_name="X" * 50) for number in range(many))
    pieces = practice_zip_stream(by=cast.owner)
    Practice.current()
    with CaptureQueriesContext(connection) as asked:
        first = next(pieces)
    assert first.startswith(b"PK")
    assert len(asked) <= 4
    rest = list(pieces)
    assert len(rest) > len(exported_models()) + 2 * many / EXPORT_BATCH
    assert max(map(len, rest)) < 200_000
    archive = zipfile.ZipFile(io.BytesIO(b"".join([first, *rest])))
    assert archive.testzip() is None
    assert len(table(archive, "csv/clients_client.csv")) == Client.objects.count()


def test_a_download_that_is_broken_off_leaves_no_transaction_open(transactional_db: None, cast: Cast) -> None:
    within = []
    with contextlib.closing(practice_zip_stream(by=cast.owner)) as pieces:  # type: ignore[type-var] # a generator
        next(pieces)
        within.append(connection.in_atomic_block)
    within.append(connection.in_atomic_block)
    assert within == [True, False]
    assert AccessEvent.objects.filter(action=AccessEvent.Action.EXPORT).count() == 1
