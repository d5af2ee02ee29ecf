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

from booking import proof
from booking.actions.erasing import erase_again
from clients.actions.erasing import FILE, note_erased, read_erased
from clinic.archive import tables
from clinic.archive.errors import ArchiveError
from clinic.archive.loading import Loaded, load_archive
from clinic.archive.saving import passphrase
from clinic.mail import channel


@dataclass(frozen=True)
class Restored:
    """What a restore did; `notes` are lines that a person should read."""

    loaded: Loaded
    erased_again: int
    notes: tuple[str, ...]


def restore(path: Path, *, replace: bool = False, erased: Collection[uuid.UUID] = ()) -> Restored:
    """Make the database what the backup at `path` holds, in one transaction, and hold all mail.

    Files that were erased since are erased again: those that the database knew which is being replaced, those on the
    list in DATA_DIR, and those in `erased`. Raises ArchiveError; then nothing was changed.
    """
    secret = passphrase()
    with transaction.atomic(durable=True):
        gone = {*erased, *erased_here()}
        loaded = load_archive(path, secret, replace=replace)
        ContentType.objects.clear_cache()
        must_be_sound()
        again = erase_again(gone)
        channel.hold(_("the practice was restored from the backup of %(day)s") % {"day": loaded.head.day})
        notes = tuple(proof.missing_reminders())
    note_erased()
    cache.clear()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Restored(loaded, again, notes)


def erased_here() -> set[uuid.UUID]:
    """Who was erased, by the list in DATA_DIR and by the database that is there now, whatever its version."""
    path = settings.DATA_DIR / FILE
    found = read_erased(path.read_text() if path.exists() else "")
    if "clients_client" in tables.existing():
        found |= {key for (key,) in tables.ask("SELECT public_id FROM clients_client WHERE erased_at IS NOT NULL")}
    return found


def must_be_sound() -> None:
    """Refuse what could not have been booked. Raises ArchiveError with the first problem."""
    problems = [*proof.missing_constraints(), *(line for each in proof.GUARDED for line in proof.overlaps(each))]
    if problems:
        raise ArchiveError(f"{problems[0]} So nothing was restored.")
