"""How the columns of a file are recognised by their headings, and what a line then says of each field."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clients.imports.columns import ANYWHERE, IMPORT_FIELDS, JOINED_FIELDS, VENDOR_HEADINGS, SheetKind


@dataclass(frozen=True)
class RecognisedColumns:
    """What a heading tells: the program it is of, what its lines are, and what each column holds (empty: nothing)."""

    vendor: str
    kind: SheetKind
    fields: tuple[str, ...]


def plain_heading(text: str) -> str:
    """A heading as it is compared: small letters and figures alone."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def recognise_columns(header: Sequence[str], kind: SheetKind | None = None) -> RecognisedColumns:
    """The program and kind of which the most headings are known, and each column by its headings, else by those that
    mean the same anywhere."""
    plain = [plain_heading(each) for each in header]
    best: tuple[int, int] = (-1, 0)
    found = RecognisedColumns("", kind or SheetKind.CLIENTS, ("",) * len(plain))
    for vendor, kinds in VENDOR_HEADINGS.items():
        for each, headings in kinds.items():
            if kind is not None and each is not kind:
                continue
            fields = fields_by(headings, plain)
            # Of two that know as much, the one of which less is missing.
            score = (sum(map(bool, fields)), -sum(map(len, headings.values())))
            if score > best:
                best, found = score, RecognisedColumns(vendor, each, fields)
    extra = fields_by(ANYWHERE[found.kind], plain)
    taken = set(found.fields)
    fields = tuple(
        known or (other if other not in taken or other in JOINED_FIELDS else "")
        for known, other in zip(found.fields, extra, strict=True)
    )
    # Two or three common headings prove no program.
    return RecognisedColumns(found.vendor if best[0] >= 3 else "", found.kind, without_whole_name(fields))


def without_whole_name(fields: tuple[str, ...]) -> tuple[str, ...]:
    """A whole name beside its parts says nothing more."""
    if {"first_name", "last_name"} <= set(fields):
        return tuple("" if each == "full_name" else each for each in fields)
    return fields


def fields_by(headings: dict[str, tuple[str, ...]], plain: Sequence[str]) -> tuple[str, ...]:
    """What each column holds by some headings; a heading that stands twice counts once."""
    wanted = {plain_heading(name): field for field, names in headings.items() for name in names}
    seen: set[str] = set()
    found = []
    for each in plain:
        found.append(wanted.get(each, "") if each and each not in seen else "")
        seen.add(each)
    return tuple(found)


def known_headings(header: tuple[str, ...]) -> int:
    """How many headings of a row are known, of whichever program."""
    return sum(map(bool, recognise_columns(header).fields))


def missing_fields(kind: SheetKind, fields: Sequence[str]) -> list[str]:
    """What a file must have and these columns do not: each as the words for a person."""
    there = set(fields)
    names = IMPORT_FIELDS[kind]
    lacking = []
    if not there & {"full_name", "first_name", "last_name"}:
        lacking.append(str(names["full_name"]))
    if kind is SheetKind.APPOINTMENTS:
        if "starts" not in there and not {"day", "time"} <= there:
            lacking.append(str(names["starts"]))
        if "service" not in there:
            lacking.append(str(names["service"]))
    return lacking


def heading_order() -> dict[str, int]:
    """The place of every heading that we know in the tables above: a mobile number comes before the one at home."""
    tables = [*(headings for kinds in VENDOR_HEADINGS.values() for headings in kinds.values()), *ANYWHERE.values()]
    known = (plain_heading(name) for headings in tables for some in headings.values() for name in some)
    # What somebody is called goes before what stands on their papers.
    names = dict.fromkeys(["preferred first name", *known])
    return {name: place for place, name in enumerate(names)}


PREFERENCE = heading_order()


def reading_order(header: Sequence[str]) -> list[int]:
    """The columns of a file, those first that are believed first."""
    return sorted(range(len(header)), key=lambda at: PREFERENCE.get(plain_heading(header[at]), len(PREFERENCE) + at))


def cells_by_field(fields: Sequence[str], order: Sequence[int], cells: Sequence[str]) -> dict[str, str]:
    """What a line says of each field: the first cell that is filled in the `reading_order`, or several together."""
    found: dict[str, str] = {}
    for at in order:
        field, cell = fields[at], cells[at] if at < len(cells) else ""
        if not field or not cell:
            continue
        if field in JOINED_FIELDS and field in found:
            between = ", " if field == "emergency_contact" else "\n"
            found[field] = f"{found[field]}{between}{cell}"
        else:
            found.setdefault(field, cell)
    return found
