"""The practice's edits: checked with the whole catalogue before they are saved, and compared with what ships."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from clients.care import Catalogue, parse_catalogue, shipped_data
from clients.catalogue import Data, hash_of, shipped_entry, with_edits
from clients.models import CatalogueEdit
from clinic.models import User
from clinic.models.configuration import ConfigurationVersion


@dataclass(frozen=True)
class ChangedOriginal:
    """An edit whose original has changed since, by an upgrade: the entry as it ships today stands beside it."""

    edit: CatalogueEdit
    original: Data | None


def catalogue_with(kind: str, slug: str, entry: Data | None) -> Catalogue:
    """The catalogue as it would be with this entry (None: without an edit of it). Raises CatalogueError."""
    edits = [
        each
        for each in CatalogueEdit.objects.order_by("kind", "id").values_list("kind", "slug", "data")
        if each[:2] != (kind, slug)
    ]
    if entry is not None:
        edits.append((kind, slug, entry))
    return parse_catalogue(with_edits(shipped_data(), edits))


def save_edit(kind: str, slug: str, entry: dict[str, Any], *, by: User | None, reason: str = "") -> CatalogueEdit:
    """Keep an entry as the practice wants it. Edits take turns: two that are each fine can together be wrong.

    Raises CatalogueError, and changes nothing, where the catalogue would not be sound.
    """
    with transaction.atomic():
        one_at_a_time()
        catalogue_with(kind, slug, entry)
        original = shipped_entry(kind, slug)
        edit, _created = CatalogueEdit.objects.update_or_create(
            kind=kind,
            slug=slug,
            defaults={
                "data": entry,
                "replaced": hash_of(original) if original else "",
                "reason": reason,
                "edited_by": by,
                "edited_at": timezone.now(),
            },
        )
    return edit


def withdraw_edit(edit: CatalogueEdit) -> None:
    """Go back to the entry that ships; the practice's own entry goes.

    Raises CatalogueError, and changes nothing, where another entry needs it.
    """
    with transaction.atomic():
        one_at_a_time()
        catalogue_with(edit.kind, edit.slug, None)
        edit.delete()


def one_at_a_time() -> None:
    """Wait for the row that every change of the configuration writes."""
    list(ConfigurationVersion.objects.select_for_update(no_key=True).filter(pk=ConfigurationVersion.ONLY))


def changed_originals() -> list[ChangedOriginal]:
    """The edits whose original is no longer the one that they replaced."""
    found = []
    for edit in CatalogueEdit.objects.exclude(replaced=""):
        original = shipped_entry(edit.kind, edit.slug)
        if original is None or hash_of(original) != edit.replaced:
            found.append(ChangedOriginal(edit, original))
    return found
