"""The practice's edits: checked with the whole catalogue before they are saved, and compared with what ships."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from clients.care import Catalogue, parse_catalogue, shipped_data
from clients.care.compare import PlanChanges, compare_plans
from clients.catalogue import Data, entries_of, hash_of, shipped_entry, stored_edits, strings_in, with_edits
from clients.models import CatalogueEdit, EntryKind, Intake
from clients.plans.answers import engine_answers
from clinic.models import User
from clinic.models.configuration import ConfigurationVersion


@dataclass(frozen=True)
class ChangedOriginal:
    """An edit whose original has changed since, by an upgrade: the entry as it ships today stands beside it."""

    edit: CatalogueEdit
    original: Data | None


def catalogue_with(kind: str, slug: str, entry: Data | None) -> Catalogue:
    """The catalogue as it would be with this entry (None: without an edit of it). Raises CatalogueError."""
    edits = [each for each in stored_edits() if each[:2] != (kind, slug)]
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


LATEST_INTAKES = 100


def preview_edit(before: Catalogue, after: Catalogue, *, region: str) -> PlanChanges:
    """How the plans of the latest intakes would differ under `after`: counts only, nobody is named. Three queries."""
    intakes = Intake.objects.filter(client__erased_at=None).select_related("client").prefetch_related("marks")
    newest = intakes.order_by("-given_at", "-pk")[:LATEST_INTAKES]
    return compare_plans(
        before, after, [engine_answers(each, before, each.technique, region=region, screenings=()) for each in newest]
    )


@dataclass(frozen=True, slots=True)
class EntryUse:
    """An entry that names the one asked about; `field` says where, such as "when" or "fit"."""

    kind: str
    slug: str
    name: str
    field: str


def uses_of(data: Data, kind: str, slug: str) -> list[EntryUse]:
    """Every use of one entry, in the order of the file. `data`: the catalogue's mapping."""
    return [
        EntryUse(other, key, str(entry.get("name") or entry.get("cite") or key), field)
        for other in EntryKind.values
        for key, entry in entries_of(data, other).items()
        if (other, key) != (kind, slug)
        for field, value in entry.items()
        if field != "id" and slug in strings_in(value)
    ]
