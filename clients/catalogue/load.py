"""The shipped catalogue into the practice's tables: new entries go in, untouched ones follow, edited ones stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import ManyToManyField

from clients.care import Catalogue
from clients.care.checks import check
from clients.catalogue import editing, in_force, read_catalogue_tables, touch
from clients.catalogue.flat import Flat, flatten
from clients.catalogue.tables import SECTIONS, Section, Tables, kinds_of, read_tables, sections_of
from clients.models.catalogue import CatalogueInfo, HealthCondition, Oil, Technique
from clients.models.terms import Entry

PLACE = 10
Ids = dict[tuple[Any, str], int]
Writing = tuple[Section, Entry, Flat]


@dataclass
class Report:
    """What a run did, as "section/slug". `gone` are loaded entries that the file no longer has; they stay."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unchanged: int = 0


def load(catalogue: Catalogue) -> Report:
    """Bring the tables up to `catalogue`, in one transaction.

    Raises CatalogueError, and changes nothing, where the practice's entries and the file's cannot stand together (the
    same slug for two things).
    """
    report = Report()
    with editing() as info:
        before = read_tables()
        kinds = kinds_of(catalogue)
        writing: list[Writing] = []
        moved = False
        for section, found in sections_of(catalogue):
            wanted = {value.slug: flatten(value, kinds) for value in found}
            writing += compare(section, wanted, before, report)
            moved |= put_in_place(section, list(wanted))
            report.gone += [
                f"{section.name}/{slug}"
                for slug, loaded in before.shipped[section.name].items()
                if loaded and slug not in wanted
            ]
        if writing:
            connect(writing)
        settled = settle(info, catalogue)
        if writing or moved or settled:
            touch()
            if fresh := in_force():
                check(read_catalogue_tables(fresh))
    return report


def compare(section: Section, wanted: dict[str, Flat], before: Tables, report: Report) -> list[Writing]:
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


def connect(writing: list[Writing]) -> None:
    """Write lists, rules and inheritance, once every entry they can name is there."""
    ids = read_ids()
    for section in SECTIONS:
        rows = [(row, flat) for written, row, flat in writing if written is section]
        for each in section.lists:
            replace_parts(each.remote_field.through, each.m2m_field_name(), rows, partial(members, each, ids))
        if section.rules:
            replace_parts(section.rules, "owner", rows, partial(rules, ids))
        if section.model is Technique:
            for row, flat in rows:
                parent = ids[Technique, flat.inherits] if flat.inherits else None
                Technique.objects.filter(pk=row.pk).update(inherits=parent)


def members(each: ManyToManyField[Any, Any], ids: Ids, flat: Flat) -> list[dict[str, Any]]:
    """The columns of the rows that make up one list of an entry."""
    target = f"{each.m2m_reverse_field_name()}_id"
    return [{target: ids[each.remote_field.model, slug]} for slug in sorted(flat.links[each.name])]


def rules(ids: Ids, flat: Flat) -> list[dict[str, Any]]:
    """The columns of an entry's rules."""
    return [
        {"level": level, "condition_id": ids[HealthCondition, condition], "reason": reason, "position": place}
        for place, (level, condition, reason) in enumerate(flat.rules, start=1)
    ]


def replace_parts(
    model: Any, owner: str, rows: list[tuple[Entry, Flat]], parts: Callable[[Flat], list[dict[str, Any]]]
) -> None:
    """Write the parts of many entries anew: list members and rules belong to them, and nothing else points at those."""
    model._base_manager.filter(**{f"{owner}__in": [row.pk for row, _ in rows]}).delete()
    model._base_manager.bulk_create(
        model(**{f"{owner}_id": row.pk}, **values) for row, flat in rows for values in parts(flat)
    )


def read_ids() -> Ids:
    return {
        (section.model, slug): id_
        for section in SECTIONS
        for slug, id_ in section.model._base_manager.values_list("slug", "id")
    }


def put_in_place(section: Section, slugs: list[str]) -> bool:
    """Give shipped entries their place in the file, and say whether any moved. The place breaks ties in the ranking."""
    places = {slug: place * PLACE for place, slug in enumerate(slugs, start=1)}
    rows = section.model._base_manager.filter(slug__in=slugs)
    moved = [row for row in rows.only("slug", "position") if row.position != places[row.slug]]
    for row in moved:
        row.position = places[row.slug]
    section.model._base_manager.bulk_update(moved, ["position"])
    return bool(moved)


def settle(info: CatalogueInfo, catalogue: Catalogue) -> bool:
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
