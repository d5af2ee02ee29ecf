"""Where an entry of the catalogue is used: every other entry whose fields name it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clients.catalogue import Data, entries_of
from clients.models import EntryKind


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
        if field != "id" and slug in words_in(value)
    ]


def words_in(value: Any) -> Iterator[str]:
    """Every slug in lists and mappings; not the sentences."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from words_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from words_in(each)
