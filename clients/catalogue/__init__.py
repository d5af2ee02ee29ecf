"""The care catalogue in force: the shipped file with the practice's edits, one checked value per version."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clients.care import Catalogue, parse_catalogue, shipped, shipped_data
from clients.models.catalogue import CatalogueEdit, EntryKind
from clinic.models.configuration import PerVersion

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Edition:
    """The catalogue in force, and the label that plans and intakes keep of it: "2.0.0", or "2.0.0+5f3a9c01" with the
    practice's edits."""

    catalogue: Catalogue
    label: str


def current_catalogue() -> Catalogue:
    """The catalogue in force, by the version of the configuration; it is made again only after a change."""
    return current_edition().catalogue


def current_edition() -> Edition:
    """The catalogue in force with its label, for whatever keeps a record of the edition it was made under."""
    return EDITION.current()


class Editions:
    """The edition in force. Most changes of the configuration leave the catalogue as it is, and checking it is slow."""

    def __init__(self) -> None:
        self.last: tuple[str, Edition] | None = None

    def read(self) -> Edition:
        """The edition by the edits as they stand; the one read last where they are the same."""
        edits = stored_edits()
        if not edits:
            return Edition(shipped(), shipped().meta.version)
        mark = hash_of(edits)
        if self.last is None or self.last[0] != mark:
            catalogue = parse_catalogue(with_edits(shipped_data(), edits))
            self.last = (mark, Edition(catalogue, f"{catalogue.meta.version}+{mark[:8]}"))
        return self.last[1]


EDITION = PerVersion(Editions().read)


def with_edits(data: Data, edits: Iterable[tuple[str, str, Data]]) -> dict[str, Any]:
    """The catalogue's mapping with each edit (kind, slug, entry) in place of the entry it names, or after the last."""
    found = dict(data)
    for kind, slug, entry in edits:
        if kind == EntryKind.SOURCE:
            found[kind] = {**found[kind], slug: entry}
            continue
        entries = list(found[kind])
        places = [place for place, each in enumerate(entries) if each["id"] == slug]
        if places:
            entries[places[0]] = entry
        else:
            entries.append(entry)
        found[kind] = entries
    return found


def current_data() -> dict[str, Any]:
    """The mapping of the catalogue in force, as the file writes it."""
    return with_edits(shipped_data(), stored_edits())


def stored_edits() -> list[tuple[str, str, Data]]:
    """The practice's edits: kind, slug and entry of each."""
    return list(CatalogueEdit.objects.order_by("kind", "id").values_list("kind", "slug", "data"))


def entries_of(data: Data, kind: str) -> dict[str, Data]:
    """The entries of a section of the mapping, by slug."""
    section = data[kind]
    return dict(section) if isinstance(section, dict) else {each["id"]: each for each in section}


def shipped_entry(kind: str, slug: str) -> dict[str, Any] | None:
    """A copy of an entry as it ships; None for the practice's own."""
    found = entries_of(shipped_data(), kind).get(slug)
    return None if found is None else copy.deepcopy(dict(found))


def strings_in(value: Any) -> Iterator[str]:
    """Every string within lists and mappings, names of fields included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from strings_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from strings_in(each)


def hash_of(value: Any) -> str:
    """A hash of an entry, the same for the same content."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
