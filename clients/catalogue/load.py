"""The shipped catalogue into the practice's tables: new entries go in, untouched ones follow, edited ones stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import ManyToManyField

from clients.care import Catalogue
from clients.care.checks import check_catalogue
from clients.catalogue import catalogue_edit, catalogue_info, mark_changed, read_catalogue_tables
from clients.catalogue.mapping import EntryMapping, entry_to_mapping
from clients.catalogue.tables import SECTIONS, CatalogueSection, CatalogueTables, kinds_of, read_tables, sections_of
from clients.models import CatalogueEntry, CatalogueInfo, HealthCondition, Oil, Technique

PLACE_COLUMN = 10
IdsBySection = dict[tuple[Any, str], int]
PendingWrites = tuple[CatalogueSection, CatalogueEntry, EntryMapping]


@dataclass
class LoadReport:
    """What a run did, as "section/slug". `gone` are loaded entries that the file no longer has; they stay."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unchanged: int = 0


def load_catalogue(catalogue: Catalogue) -> LoadReport:
    """Bring the tables up to `catalogue`, in one transaction.

    Raises CatalogueError, and changes nothing, where the practice's entries and the file's cannot stand together (the
    same slug for two things).
    """
    report = LoadReport()
    with catalogue_edit() as info:
        before = read_tables()
        kinds = kinds_of(catalogue)
        writing: list[PendingWrites] = []
        moved = False
        for section, found in sections_of(catalogue):
            wanted = {value.slug: entry_to_mapping(value, kinds) for value in found}
            writing += compare_section(section, wanted, before, report)
            moved |= set_positions(section, list(wanted))
            report.gone += [
                f"{section.name}/{slug}"
                for slug, loaded in before.shipped[section.name].items()
                if loaded and slug not in wanted
            ]
        if writing:
            write_links(writing)
        settled = write_catalogue_info(info, catalogue)
        if writing or moved or settled:
            mark_changed()
            if fresh := catalogue_info():
                check_catalogue(read_catalogue_tables(fresh))
    return report


def compare_section(
    section: CatalogueSection, wanted: dict[str, EntryMapping], before: CatalogueTables, report: LoadReport
) -> list[PendingWrites]:
    """Save the columns of what is new or untouched, and return it for its lists and rules to be written."""
    writing = []
    for slug, flat in wanted.items():
        name, print_ = f"{section.name}/{slug}", flat.fingerprint()
        there = before.entries[section.name].get(slug)
        row = section.model(slug=slug, shipped_hash=print_)
        if there is None:
            report.created.append(name)
        elif there.fingerprint() == print_:
            report.unchanged += 1
            if before.shipped[section.name][slug] != print_:
                # The practice had made the same change that now ships: from here on the entry is untouched again.
                section.model._base_manager.filter(slug=slug).update(shipped_hash=print_)
            continue
        elif there.fingerprint() == before.shipped[section.name][slug]:
            row = section.model._base_manager.get(slug=slug)
            row.shipped_hash = print_
            report.updated.append(name)
        else:
            report.kept.append(name)
            continue
        for column, value in flat.columns.items():
            if there is None or not column.startswith("switched_"):
                setattr(row, column, value)
        if there is not None:
            row.save()
        writing.append((section, row, flat))
    section.model._base_manager.bulk_create(row for _, row, _ in writing if row.pk is None)
    return writing


def write_links(writing: list[PendingWrites]) -> None:
    """Write lists, rules and inheritance, once every entry they can name is there."""
    ids = ids_by_section()
    for section in SECTIONS:
        rows = [(row, flat) for written, row, flat in writing if written is section]
        for each in section.lists:
            replace_parts(each.remote_field.through, each.m2m_field_name(), rows, partial(member_rows, each, ids))
        if section.rules:
            replace_parts(section.rules, "owner", rows, partial(rule_rows, ids))
        if section.model is Technique:
            for row, flat in rows:
                parent = ids[Technique, flat.inherits] if flat.inherits else None
                Technique.objects.filter(pk=row.pk).update(inherits=parent)


def member_rows(each: ManyToManyField[Any, Any], ids: IdsBySection, flat: EntryMapping) -> list[dict[str, Any]]:
    """The columns of the rows that make up one list of an entry."""
    target = f"{each.m2m_reverse_field_name()}_id"
    return [{target: ids[each.remote_field.model, slug]} for slug in sorted(flat.links[each.name])]


def rule_rows(ids: IdsBySection, flat: EntryMapping) -> list[dict[str, Any]]:
    """The columns of an entry's rules."""
    return [
        {"level": level, "condition_id": ids[HealthCondition, condition], "reason": reason, "position": place}
        for place, (level, condition, reason) in enumerate(flat.rules, start=1)
    ]


def replace_parts(
    model: Any,
    owner: str,
    rows: list[tuple[CatalogueEntry, EntryMapping]],
    parts: Callable[[EntryMapping], list[dict[str, Any]]],
) -> None:
    """Write the parts of many entries anew: list members and rules belong to them, and nothing else points at those."""
    model._base_manager.filter(**{f"{owner}__in": [row.pk for row, _ in rows]}).delete()
    model._base_manager.bulk_create(
        model(**{f"{owner}_id": row.pk}, **values) for row, flat in rows for values in parts(flat)
    )


def ids_by_section() -> IdsBySection:
    return {
        (section.model, slug): id_
        for section in SECTIONS
        for slug, id_ in section.model._base_manager.values_list("slug", "id")
    }


def set_positions(section: CatalogueSection, slugs: list[str]) -> bool:
    """Give shipped entries their place in the file, and say whether any moved. The place breaks ties in the ranking."""
    places = {slug: place * PLACE_COLUMN for place, slug in enumerate(slugs, start=1)}
    rows = section.model._base_manager.filter(slug__in=slugs)
    moved = [row for row in rows.only("slug", "position") if row.position != places[row.slug]]
    for row in moved:
        row.position = places[row.slug]
    section.model._base_manager.bulk_update(moved, ["position"])
    return bool(moved)


def write_catalogue_info(info: CatalogueInfo, catalogue: Catalogue) -> bool:
    """Note the version, and name the two special oils where the practice has not chosen its own."""
    wanted = {
        "version": catalogue.reference.version,
        "fallback_oil": info.fallback_oil or Oil.objects.filter(slug=catalogue.fallback_oil).first(),
        "default_carrier": info.default_carrier or Oil.objects.filter(slug=catalogue.default_carrier).first(),
    }
    changed = [name for name, value in wanted.items() if getattr(info, name) != value]
    for name in changed:
        setattr(info, name, wanted[name])
    if changed:
        info.save(update_fields=changed)
    return bool(changed)
