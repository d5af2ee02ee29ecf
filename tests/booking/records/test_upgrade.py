"""An upgrade is whole or did not happen: the tables of the version before, brought to this one and proved."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from booking.records.upgrade import remember_version, version_before
from clients.models import CatalogueEdit
from clinic import __version__
from clinic.operations.release_notes import CHANGELOG, releases, releases_since
from tests.booking.records.conftest import Database

pytestmark = pytest.mark.sql

LOG = """# Changelog

## [Unreleased]

* Something new.

## [0.3.0] - 2026-12-01

* Older.

## [0.2.0] - 2026-11-01

* Oldest.
"""
# A migration, and the one before it.
BEFORE = ("booking", "0001")
MADE_SINCE = ("booking", "0002_guards")


def tables() -> set[str]:
    """The tables of the database that Django works in."""
    return set(connection.introspection.table_names())


def applied() -> set[tuple[str, str]]:
    """The migrations that the database knows."""
    return set(MigrationRecorder(connection).applied_migrations())


@pytest.fixture
def older(installed: Database, settings: Any) -> Iterator[None]:
    """A practice of the version before, with Django at work in it."""
    settings.DATA_DIR.mkdir()
    with installed.inside():
        call_command("migrate", *BEFORE, verbosity=0)
        assert MADE_SINCE not in applied()
        yield


def upgrade(**options: object) -> str:
    """Run the command; what it says."""
    told = StringIO()
    call_command("upgrade", stdout=told, **options)
    return told.getvalue()


ROOMS = "booking_appointment", "never_two_in_one_room"


@pytest.mark.slow
def test_what_does_not_pass_leaves_the_version_before_and_goes_through_once_mended(older: None, settings: Any) -> None:
    """And then the tables are of this version, after a backup."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [ROOMS[1]])
        (constraint,) = cursor.fetchone()
        cursor.execute("ALTER TABLE {} DROP CONSTRAINT {}".format(*ROOMS))
    before = tables(), applied()
    with pytest.raises(CommandError) as trouble:
        upgrade(no_backup=True)
    assert trouble.value.returncode == 2
    assert "\n" not in str(trouble.value)
    assert (tables(), applied()) == before
    assert version_before() == ""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE {} ADD CONSTRAINT {} ".format(*ROOMS) + constraint)
    said = upgrade()
    assert MADE_SINCE in applied()
    assert len(list((settings.DATA_DIR / "backups").iterdir())) == 1
    assert __version__ in said
    assert version_before() == __version__
    # Once more changes nothing and has no news.
    assert "New in" not in upgrade(no_backup=True)


@pytest.mark.slow
def test_a_new_database_gets_its_tables_though_there_is_nothing_to_back_up(elsewhere: Database, settings: Any) -> None:
    settings.DATA_DIR.mkdir()
    with elsewhere.inside():
        assert __version__ in upgrade()
        assert MADE_SINCE in applied()
    assert not (settings.DATA_DIR / "backups").exists()


@pytest.mark.slow
def test_a_catalogue_that_no_longer_holds_together_stops_it(installed: Database, settings: Any) -> None:
    settings.DATA_DIR.mkdir()
    with installed.inside():
        CatalogueEdit.objects.create(kind="home_care", slug="own", data={"id": "own"}, replaced="")
        with pytest.raises(CommandError):
            upgrade(no_backup=True)


@pytest.mark.slow
def test_a_database_of_a_newer_version_is_left_alone(installed: Database) -> None:
    with installed.inside():
        MigrationRecorder(connection).record_applied("booking", "9999_from_the_future")
        with pytest.raises(CommandError, match="newer"):
            upgrade(no_backup=True)


def test_no_backup_no_upgrade(db: None, settings: Any) -> None:
    settings.BACKUP_PASSPHRASE = ""
    with pytest.raises(CommandError) as trouble:
        upgrade()
    assert trouble.value.returncode == 2


@pytest.mark.parametrize(
    ("since", "news"),
    [("0.3.0", ["Unreleased"]), ("0.2.0", ["Unreleased", "0.3.0"]), ("", ["Unreleased", "0.3.0", "0.2.0"])],
)
def test_the_notes_are_of_what_came_since(since: str, news: list[str]) -> None:
    assert [each.name for each in releases_since(since, LOG)] == news


def test_our_own_changelog_is_read() -> None:
    found = list(releases(CHANGELOG.read_text()))
    assert __version__ in [each.name for each in found]
    assert all(each.text for each in found if each.day)


def test_the_version_is_remembered_beside_the_database(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR.mkdir()
    assert version_before() == ""
    remember_version()
    assert version_before() == __version__
