"""`manage.py backup`: dated files, how many are kept, and the moment of the last one where people look."""

import datetime as dt
import os
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from clinic.backup.age import DAMAGED, NOT_OURS
from clinic.backup.dated import backup_name, delete_old_backups
from clinic.backup.loading import check_archive
from clinic.models import Heartbeat
from clinic.operations import health
from tests.booking.records.conftest import PASSPHRASE
from tests.fixtures.cast import Cast


def backup(**options: object) -> str:
    """Run the command; what it said."""
    said = StringIO()
    call_command("backup", stdout=said, **options)
    return said.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with five backups of earlier nights, and files that are nobody's business."""
    for night in range(5):
        (tmp_path / backup_name(timezone.now() - dt.timedelta(days=night + 1))).write_bytes(b"old")
    for other in ("before-upgrade.backup", "notes.txt", "warmstone-2020-01-01.backup"):
        (tmp_path / other).write_bytes(b"kept")
    return tmp_path


def test_the_newest_are_kept_other_files_stay_and_the_moment_is_told(
    transactional_db: None, cast: Cast, folder: Path, settings: Settings
) -> None:
    settings.SITE_URL = "https://massage.example.org"
    began = timezone.now()
    assert "Deleted 3" in backup(folder=folder, keep=3)
    assert Heartbeat.objects.get(name=Heartbeat.BACKUP).at >= began
    assert health.backup_part() == {"ok": True, "detail": "made 0 h ago"}
    left = sorted(folder.glob("warmstone-????-??-??-*.tar.gz.age"))
    assert len(left) == 3
    assert check_archive(left[-1], PASSPHRASE).rows > 0
    assert [each.read_bytes() for each in left[:-1]] == [b"old", b"old"]
    assert {each.name for each in folder.iterdir()} >= {
        "before-upgrade.backup",
        "notes.txt",
        "warmstone-2020-01-01.backup",
    }


def test_a_backup_that_fails_deletes_none(cast: Cast, folder: Path, settings: Settings) -> None:
    settings.BACKUP_PASSPHRASE = ""
    before = sorted(folder.iterdir())
    with pytest.raises(CommandError):
        backup(folder=folder, keep=1)
    assert sorted(folder.iterdir()) == before
    assert not Heartbeat.objects.filter(name=Heartbeat.BACKUP).exists()


@pytest.mark.parametrize("options", [{"keep": 0}, {"to": Path("x"), "keep": 2}, {"to": Path("x"), "folder": Path()}])
def test_what_does_not_go_together_is_one_line(db: None, options: dict[str, object]) -> None:
    with pytest.raises(CommandError) as refused:
        backup(**options)
    assert refused.value.returncode == 2


def test_what_a_killed_backup_left_goes_once_nobody_can_be_writing_it(tmp_path: Path) -> None:
    now = time.time()
    for pid, age in ((100, 2 * 86400), (200, 60)):
        path = tmp_path / f".{backup_name(timezone.now())}.{pid}"
        path.write_bytes(b"half")
        os.utime(path, (now - age, now - age))
    assert delete_old_backups(tmp_path, 3) == 0
    assert [each.suffix for each in tmp_path.iterdir()] == [".200"]


def header(work_factor: str) -> bytes:
    """The head of a file in the age format whose passphrase nobody knows."""
    lines = ("age-encryption.org/v1", f"-> scrypt {'A' * 22} {work_factor}", "B" * 43, f"--- {'C' * 43}", "x" * 100)
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("work_factor", "said"), [("19", DAMAGED), ("63", DAMAGED), ("0", NOT_OURS), ("016", NOT_OURS), ("255", NOT_OURS)]
)
def test_a_header_that_asks_for_much_memory_is_one_line(tmp_path: Path, work_factor: str, said: str) -> None:
    path = tmp_path / "hostile.age"
    path.write_bytes(header(work_factor))
    with pytest.raises(CommandError) as refused:
        call_command("restore", path, check=True)
    assert refused.value.returncode == 2
    assert str(refused.value) == said


@pytest.mark.parametrize("length", [0, 5, 21, 22, 90, 150, 151, 200, 250])
def test_a_file_of_any_length_is_one_line(tmp_path: Path, length: int) -> None:
    path = tmp_path / "short.age"
    path.write_bytes(header("16")[:length])
    with pytest.raises(CommandError) as refused:
        call_command("restore", path, check=True)
    assert refused.value.returncode == 2
