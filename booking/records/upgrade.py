"""Bringing a practice's database to the version that is installed: whole, or as it was before."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from booking.appointments.integrity import broken_guarantees
from clients.care import CatalogueError
from clients.catalogue import current_edition
from clinic import __version__
from clinic.backup.loading import migrate_to

VERSION_FILE_NAME = "version"
# Longer means that somebody still works in the database.
UPGRADE_LOCK_TIMEOUT = "10s"


class UpgradeError(Exception):
    """The upgrade cannot be done; the message is one line for the person at the terminal."""


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade changed: the migrations that it ran, and the label of the catalogue in force now."""

    migrations: tuple[str, ...]
    catalogue: str


def upgrade_database() -> Upgrade:
    """Migrate and prove everything in one transaction. Raises UpgradeError; then the database is as it was before.

    Proved are: every constraint and trigger in place, no two appointments that overlap, and a care catalogue that still
    holds together with the practice's edits.
    """
    must_be_ours()
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{UPGRADE_LOCK_TIMEOUT}'")
        executor = MigrationExecutor(connection)
        leaves = executor.loader.graph.leaf_nodes()
        plan = tuple(f"{migration.app_label}.{migration.name}" for migration, _back in executor.migration_plan(leaves))
        migrate_to(leaves)
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
        ContentType.objects.clear_cache()
        problems = broken_guarantees()
        if problems:
            raise UpgradeError(problems[0])
        try:
            label = current_edition().label
        except CatalogueError as error:
            raise UpgradeError(str(error)) from error
    return Upgrade(plan, label)


def must_be_ours() -> None:
    """Refuse a database that a newer program has already changed. Raises UpgradeError."""
    loader = MigrationExecutor(connection).loader
    unknown = sorted(key for key in loader.applied_migrations if key not in loader.disk_migrations)
    if unknown:
        raise UpgradeError(f"The database is of a newer Warmstone, which knows {'.'.join(unknown[0])}.")


def is_new_database() -> bool:
    """Whether nothing has been migrated yet, so that there is nothing to back up."""
    return not MigrationExecutor(connection).loader.applied_migrations


def version_before() -> str:
    """The version that was last upgraded to, as DATA_DIR remembers it; empty where it does not."""
    path = Path(settings.DATA_DIR) / VERSION_FILE_NAME
    return path.read_text().strip() if path.exists() else ""


def remember_version() -> None:
    """Keep which version the practice has now, for the notes of the next upgrade."""
    (Path(settings.DATA_DIR) / VERSION_FILE_NAME).write_text(f"{__version__}\n")
