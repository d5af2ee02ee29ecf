"""A backup put in place: every table as it was, or nothing changed and one line that says why."""

import gzip
import io
import json
import tarfile
import threading
import uuid
from io import StringIO
from pathlib import Path

import pyrage
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from booking.appointments.integrity import integrity_problems
from booking.models import Appointment, ReminderRule
from clients.models import Client, Intake
from clinic.backup import saving, tables
from clinic.backup.age import DAMAGED, NOT_OURS, WRONG
from clinic.backup.loading import check_archive
from clinic.mail import delivery_status
from clinic.models import DeliveryStatus, Practice, User
from clinic.setup.code import is_set_up_open
from tests.booking.records.conftest import PASSPHRASE, Database
from tests.booking.records.people import NOTE, ana_comes_again, ana_was_here
from tests.fixtures.cast import Cast
from tests.sweeps.snapshot import snapshot

pytestmark = pytest.mark.sql

# Text that a careless copy would change: what COPY escapes, what CSV quotes, what looks like an end or a NULL.
NASTY = ["\\N", "\\.", "a\tb", "a\nb", "a\r\nb", "\\", "'\"", "é漢字🪨", " ", "{a,b}", "\u2028", "<b>&amp;</b>"]
# The restore itself writes these: it holds the mail, and what it fills has a version of its own. The backup notes its
# moment once it is whole.
OWN = {"clinic_configurationversion", "clinic_heartbeat", "clinic_deliverystatus", "django_migrations"}


def rows_of(database: dict[str, str]) -> dict[str, str]:
    """A snapshot without what a restore changes on purpose."""
    return {table: rows for table, rows in database.items() if table not in OWN}


@pytest.fixture
def lived_in(transactional_db: None, cast: Cast) -> Cast:
    """A practice with a little of everything in it."""
    ana_was_here(cast)
    ana_comes_again(cast)
    for number, text in enumerate(NASTY):
        Client.objects.create(first_name=" ".join(text.split()), last_name=str(number), desk_note=text * 3)
    return cast


@pytest.fixture
def backup(lived_in: Cast, tmp_path: Path) -> Path:
    """Its backup."""
    path = tmp_path / "the.backup"
    call_command("backup", to=path, stdout=StringIO())
    return path


def refused(path: Path, **options: object) -> str:
    """Try a restore that must fail; the line it says."""
    with pytest.raises(CommandError) as trouble:
        call_command("restore", path, **options)
    assert trouble.value.returncode == 2
    assert "\n" not in str(trouble.value)
    return str(trouble.value)


@pytest.mark.slow
def test_every_table_comes_back_as_it_was_one_in_parts_too(
    lived_in: Cast, elsewhere: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that is larger than memory should hold is written in parts."""
    path, told = tmp_path / "parts.backup", StringIO()
    monkeypatch.setattr(saving, "PART_BYTES", 100)
    call_command("backup", to=path, stdout=StringIO())
    plain = pyrage.passphrase.decrypt(path.read_bytes(), PASSPHRASE)
    with tarfile.open(fileobj=io.BytesIO(plain), mode="r:gz") as archive:
        assert sum(name.startswith("tables/clients_client/") for name in archive.getnames()) > 3
    before = snapshot()
    with elsewhere.inside():
        call_command("restore", path, stdout=told)
        after = snapshot()
        assert not list(integrity_problems())
        applied = set(MigrationRecorder(connection).applied_migrations())
    assert rows_of(after) == rows_of(before)
    assert applied == set(MigrationRecorder(connection).applied_migrations())
    assert "Restored" in told.getvalue()
    assert snapshot() == before


@pytest.mark.slow
def test_a_new_installation_with_its_catalogue_counts_as_empty(backup: Path, installed: Database) -> None:
    """And in what was restored, numbering goes on, every guard stands, mail is held, and no set-up is open."""
    newest = Client.objects.order_by("-pk")[0].pk
    assert delivery_status.held_status() is None
    with installed.inside():
        assert is_set_up_open(Practice.read()), "a new installation asks for its owner"
        call_command("load_catalogue", verbosity=0, stdout=StringIO())
        call_command("restore", backup, stdout=StringIO())
        assert not is_set_up_open(Practice.read())
        assert delivery_status.is_paused()
        assert "backup of" in DeliveryStatus.objects.get().held_reason
        assert Client.objects.create(first_name="New", last_name="Here").pk > newest
        with pytest.raises(IntegrityError), transaction.atomic():
            Intake.objects.update(goals="changed")
        appointment = Appointment.objects.filter(status="confirmed").earliest("starts_at")
        appointment.pk, appointment.public_id, appointment.idempotency_key = None, uuid.uuid4(), None
        with pytest.raises(IntegrityError), transaction.atomic():
            appointment.save(force_insert=True)
        User.objects.filter(is_superuser=True).update(is_superuser=False)
        assert not is_set_up_open(Practice.read()), "the guards came back as well"


@pytest.mark.slow
def test_what_is_there_is_replaced_only_when_asked_for(backup: Path, installed: Database) -> None:
    before = snapshot()
    with installed.inside():
        User.objects.create_superuser("other@example.org", "another long password")
        mine = snapshot()
        assert "--replace" in refused(backup)
        assert snapshot() == mine
        call_command("restore", backup, replace=True, stdout=StringIO())
        assert rows_of(snapshot()) == rows_of(before)
        assert not User.objects.filter(email="other@example.org").exists()


@pytest.mark.slow
def test_a_backup_of_an_earlier_version_is_brought_up_to_today(elsewhere: Database, tmp_path: Path) -> None:
    path = tmp_path / "old.backup"
    with elsewhere.inside():
        call_command("migrate", "booking", "0001", verbosity=0, interactive=False)
        columns = "email, name, password, is_staff, is_active, is_superuser, date_joined"
        values = "'old@example.org', 'Old', '!', true, true, true, now()"
        tables.run_statements(f"INSERT INTO clinic_user ({columns}) VALUES ({values})")
        assert not ReminderRule.objects.exists()
        call_command("backup", to=path, stdout=StringIO())
        call_command("restore", path, replace=True, stdout=StringIO())
        assert User.objects.get().email == "old@example.org"
        assert ReminderRule.objects.exists()  # which a later step makes


def test_a_backup_of_a_later_version_is_refused(lived_in: Cast, elsewhere: Database, tmp_path: Path) -> None:
    path = tmp_path / "new.backup"
    recorder = MigrationRecorder(connection)
    recorder.record_applied("booking", "9999_from_the_future")
    try:
        call_command("backup", to=path, stdout=StringIO())
    finally:
        recorder.record_unapplied("booking", "9999_from_the_future")
    with elsewhere.inside():
        assert "newer Warmstone" in refused(path)
        assert not tables.existing_tables()


def damage(path: Path, at: float) -> bytes:
    """The file with one bit turned over, so far along it."""
    data = bytearray(path.read_bytes())
    data[min(int(len(data) * at), len(data) - 1)] ^= 1
    return bytes(data)


def test_a_file_that_is_not_whole_changes_nothing(backup: Path, installed: Database, tmp_path: Path) -> None:
    whole = backup.read_bytes()
    broken = tmp_path / "broken.backup"
    cuts = [0, 10, 60, 70, len(whole) // 2, len(whole) - 1]
    files = [whole[:cut] for cut in cuts] + [damage(backup, at) for at in (0.0, 0.001, 0.3, 0.6, 1.0)]
    files += [whole + b"x", whole[:-20] + whole[-10:], b"PGDMP" + whole]
    with installed.inside():
        before = snapshot()
        for number, data in enumerate(files):
            broken.write_bytes(data)
            assert refused(broken, check=number % 2 == 1) in {NOT_OURS, DAMAGED, WRONG}, number
        assert snapshot() == before
        assert "cannot be read" in refused(tmp_path / "nowhere")


def test_a_wrong_passphrase_opens_nothing(backup: Path, elsewhere: Database, settings: object) -> None:
    for wrong in ("another passphrase altogether", PASSPHRASE + " "):
        settings.BACKUP_PASSPHRASE = wrong  # type: ignore[attr-defined] # pytest-django's own object
        with elsewhere.inside():
            assert refused(backup) == WRONG
            assert not tables.existing_tables()


def test_nothing_is_saved_or_read_without_a_passphrase(lived_in: Cast, tmp_path: Path, settings: object) -> None:
    path = tmp_path / "none.backup"
    for short in ("", "too short"):
        settings.BACKUP_PASSPHRASE = short  # type: ignore[attr-defined]
        with pytest.raises(CommandError) as trouble:
            call_command("backup", to=path)
        assert trouble.value.returncode == 2
        assert "BACKUP_PASSPHRASE" in str(trouble.value)
        assert "BACKUP_PASSPHRASE" in refused(path)
        assert not path.exists()


def test_a_check_reads_everything_and_touches_nothing(backup: Path, elsewhere: Database) -> None:
    told = StringIO()
    with elsewhere.inside():
        call_command("restore", backup, check=True, stdout=told)
        assert not tables.existing_tables()
    assert "is whole" in told.getvalue()


def test_the_file_holds_every_table_but_no_key_and_is_for_its_owner_alone(backup: Path, cast: Cast) -> None:
    raw = backup.read_bytes()
    plain = gzip.decompress(pyrage.passphrase.decrypt(raw, PASSPHRASE))
    assert NOTE.encode() in plain
    assert NOTE.encode() not in raw
    assert cast.ana.email.encode() not in raw
    for secret in (settings.SECRET_KEY, PASSPHRASE):
        assert secret.encode() not in plain + raw
    assert backup.stat().st_mode & 0o777 == 0o600
    counts = check_archive(backup, PASSPHRASE).counts
    assert counts["clients_client"] == Client.objects.count()
    assert {"booking_appointment", "clinic_practice", "auth_permission"} <= counts.keys()
    assert not {"django_session", "clinic_cache"} & counts.keys()


def test_other_programs_open_a_backup(backup: Path, cast: Cast) -> None:
    """pyrage decrypts it, and tar, gzip and JSON are all that it takes to read what is in it."""
    plain = pyrage.passphrase.decrypt(backup.read_bytes(), PASSPHRASE)
    with tarfile.open(fileobj=io.BytesIO(plain), mode="r:gz") as archive:
        content = {entry.name: archive.extractfile(entry).read().decode() for entry in archive}  # type: ignore[union-attr]
    names = list(content)
    assert (names[0], names[-1]) == ("manifest.json", "totals.json")
    manifest, totals = json.loads(content["manifest.json"]), json.loads(content["totals.json"])
    assert names[1:-1] == [f"tables/{table}/0001.tsv" for table in manifest["tables"]]
    headings, *rows = content["tables/clients_client/0001.tsv"].rstrip("\n").split("\n")
    assert headings.split("\t") == manifest["tables"]["clients_client"]
    assert len(rows) == totals["rows"]["clients_client"] == Client.objects.count()
    (ana,) = [row.split("\t") for row in rows if cast.ana.email in row]
    assert ana[headings.split("\t").index("last_name")] == cast.ana.last_name


def test_a_backup_that_fails_leaves_the_one_before(lived_in: Cast, backup: Path, settings: object) -> None:
    before = backup.read_bytes()
    with pytest.raises(CommandError) as trouble:
        call_command("backup", to=backup / "below-a-file")
    assert trouble.value.returncode == 2
    assert backup.read_bytes() == before
    assert list(backup.parent.glob(".*")) == []


def test_a_backup_sees_one_instant(lived_in: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody books while it is written: the appointment is in no table of it."""
    path, appointments, real = tmp_path / "live.backup", Appointment.objects.count(), saving.save_table

    def book() -> None:
        lived_in.appointment(lived_in.at(16), client=lived_in.ben)
        connections.close_all()

    def save_table(archive: tarfile.TarFile, table: str, columns: list[str]) -> int:
        if table == "auth_permission":
            other = threading.Thread(target=book)
            other.start()
            other.join()
        return real(archive, table, columns)

    monkeypatch.setattr(saving, "save_table", save_table)
    call_command("backup", to=path, stdout=StringIO())
    assert Appointment.objects.count() == appointments + 1
    assert check_archive(path, PASSPHRASE).counts["booking_appointment"] == appointments
