"""Putting a backup in place, and what a practice needs besides its rows: mail on hold, and nobody back who left."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, transaction
from django.utils.translation import gettext as _

from booking.appointments import integrity
from booking.records.erasure import erase_restored
from clients.record.erasure import ERASED_FILE_NAME, read_erased_list, write_erased_list
from clinic.backup import tables
from clinic.backup.layout import ArchiveError
from clinic.backup.loading import LoadedArchive, load_archive
from clinic.backup.saving import passphrase
from clinic.mail import delivery_status


@dataclass(frozen=True)
class Restored:
    """What a restore did; `notes` are lines that a person should read."""

    loaded: LoadedArchive
    erased_again: int
    notes: tuple[str, ...]


def restore_backup(path: Path, *, replace: bool = False, erased: Collection[uuid.UUID] = ()) -> Restored:
    """Make the database what the backup at `path` holds, in one transaction, and hold all mail.

    Files that were erased since are erased again: those that the database knew which is being replaced, those on the
    list in DATA_DIR, and those in `erased`. Raises ArchiveError; then nothing was changed.
    """
    secret = passphrase()
    with transaction.atomic(durable=True):
        gone = {*erased, *known_erasures()}
        loaded = load_archive(path, secret, replace=replace)
        ContentType.objects.clear_cache()
        must_pass_integrity()
        again = erase_restored(gone)
        delivery_status.hold_mail(_("the practice was restored from the backup of %(day)s") % {"day": loaded.head.day})
        notes = tuple(integrity.missing_reminders())
    write_erased_list()
    cache.clear()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Restored(loaded, again, notes)


def known_erasures() -> set[uuid.UUID]:
    """Who was erased, by the list in DATA_DIR and by the database that is there now, whatever its version."""
    path = settings.DATA_DIR / ERASED_FILE_NAME
    found = read_erased_list(path.read_text() if path.exists() else "")
    if "clients_client" in tables.existing_tables():
        found |= {
            key for (key,) in tables.fetch_rows("SELECT public_id FROM clients_client WHERE erased_at IS NOT NULL")
        }
    return found


def must_pass_integrity() -> None:
    """Refuse what could not have been booked. Raises ArchiveError with the first problem."""
    problems = integrity.broken_guarantees()
    if problems:
        raise ArchiveError(f"{problems[0]} So nothing was restored.")
