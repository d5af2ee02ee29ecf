"""`manage.py import_clients`: a trial writes nothing, a file is brought and undone, bad input is exit 2."""

import io
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clients.models import Client, ImportRun


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("import_clients", *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "clients.csv"
    path.write_text("First Name,Last Name,Email\nMia,Novak,mia@example.org\n,,x@example.org\n")
    return path


def test_a_trial_lists_every_line_and_writes_nothing(db: None, file: Path) -> None:
    said = run(str(file), "--dry-run")
    assert "2\tnew" in said
    assert "3\trefused" in said
    assert not Client.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_file_is_brought_and_undone(db: None, file: Path) -> None:
    said = run(str(file))
    assert Client.objects.get().first_name == "Mia"
    found = re.search(r"--undo (\S+)", said)
    assert found
    assert "undone: 1, left: 0" in run("--undo", found[1])
    assert not Client.objects.exists()


def test_a_column_is_matched_by_hand(db: None, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Who;Where\nMia Novak;mia@example.org\n")
    run(str(path), "--column", "Who=full_name", "--column", "Where=email")
    assert str(Client.objects.get()) == "Mia Novak"


@pytest.mark.parametrize(
    "arguments",
    [(), ("no-such-file.csv",), ("--undo", "7"), ("--undo", "00000000-0000-4000-8000-000000000001")],
    ids=str,
)
def test_bad_input_is_one_line_and_exit_2(db: None, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as failed:
        run(*arguments)
    assert failed.value.returncode == 2
    assert "\n" not in str(failed.value)


def test_open_dates_and_unknown_columns_are_asked_for(db: None, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("First Name,Last Name,Birthday\nMia,Novak,03/04/1980\n")
    with pytest.raises(CommandError) as failed:
        run(str(path))
    assert failed.value.returncode == 2
    assert not ImportRun.objects.exists()
    run(str(path), "--dates", "dmy")
    assert str(Client.objects.get().born_on) == "1980-04-03"
