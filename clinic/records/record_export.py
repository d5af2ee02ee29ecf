"""All that is held about a row, found by the tables themselves: keys for programs, words for people."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import DateTimeField, Field, Model
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clinic.country import locale
from clinic.country.locale import exact_amount
from clinic.templatetags.moments import full_date_clock

# Columns that serve the machine and say nothing of anybody.
INTERNAL_COLUMNS = frozenset(
    {
        *("idempotency_key", "request_hash", "text_hash", "lease", "lease_until", "phase", "dedupe_key", "row_version"),
        *("sealed", "digest"),
        *("candidates", "twin", "made", "opened", "made_version"),
    }
)
# Columns that are part of the record and tell a reader nothing: programs get them, people do not.
PROGRAM_COLUMNS = frozenset(
    {
        *("blocked_from", "blocked_until", "kit_blocked_until", "revision", "moves", "position", "series"),
        *("slug", "score", "catalogue_version", "not_after", "written_at", "settled_at", "mail", "merged_into"),
        "content",
    }
)
# Why a rule was set aside is the team's own word: no copy for the client holds it.
TEAM_COLUMNS = frozenset(
    {
        "clients.CarePlanItem.override_reason",
        "booking.AppointmentChange.reason",
        "booking.Appointment.reason",
        "booking.Receipt.reason",
    }
)
Namer = Callable[[str], str]


@dataclass(frozen=True)
class RecordFact:
    """One column: its name and value for programs, its label and words for people. No words: not worth reading."""

    key: str
    label: str
    value: Any
    words: str


@dataclass(frozen=True)
class RecordEntry:
    """One row with what belongs to it."""

    title: str
    facts: tuple[RecordFact, ...]
    sections: tuple["RecordSection", ...] = ()

    def data(self) -> dict[str, Any]:
        """The row for a program."""
        return {**{fact.key: fact.value for fact in self.facts}, **sections_as_data(self.sections)}


@dataclass(frozen=True)
class RecordSection:
    """Rows of one kind."""

    key: str
    title: str
    entries: tuple[RecordEntry, ...] = field(default=())


def sections_as_data(sections: Iterable[RecordSection]) -> dict[str, Any]:
    """Sections for a program, by key."""
    return {section.key: [entry.data() for entry in section.entries] for section in sections}


def record_sections(row: Model, *, names: Namer) -> RecordEntry:
    """A row, the rows that refer to it, and those that refer to them. One query for each kind of row.

    What refers to the row itself stands directly under it, and not once more under another. `names` puts a slug into
    words.
    """
    under_root = {link.related_model for link in owning_columns(type(row))}
    return record_entries([row], names, frozenset(under_root), root=True)[0]


def record_entries(
    rows: Sequence[Model], names: Namer, under_root: frozenset[Any], *, root: bool = False, parent: str = ""
) -> list[RecordEntry]:
    """Rows of one kind as entries. `parent` is the column that led here, which need not be said again."""
    if not rows:
        return []
    sections: dict[Any, list[RecordSection]] = defaultdict(list)
    for link in owning_columns(type(rows[0])):
        noun, column = link.related_model, link.field.name
        if not root and noun in under_root:
            continue
        theirs_to_read: Any = noun._default_manager.filter(**{f"{column}__in": rows})
        if hasattr(theirs_to_read, "for_copy"):
            theirs_to_read = theirs_to_read.for_copy()
        if named := [each.name for each in noun._meta.concrete_fields if each.is_relation and each.name != column]:
            theirs_to_read = theirs_to_read.select_related(*named)
        found = list(theirs_to_read.order_by("pk"))
        made = record_entries(found, names, under_root, parent=column)
        by_owner: dict[Any, list[RecordEntry]] = defaultdict(list)
        for child, entry in zip(found, made, strict=True):
            by_owner[getattr(child, link.field.attname)].append(entry)
        title = capfirst(str(noun._meta.verbose_name_plural))
        for owner, theirs in by_owner.items():
            sections[owner].append(RecordSection(str(link.get_accessor_name()), title, tuple(theirs)))
    titled = str if root else record_title
    return [
        RecordEntry(titled(row), record_facts(row, names, leave_out={parent}), tuple(sections[row.pk])) for row in rows
    ]


def owning_columns(noun: type[Model]) -> list[Any]:
    """The columns of other tables that belong to a row of this one: not those of sign-ins, nor of a row's own kind."""
    return [
        link
        for link in noun._meta.related_objects
        if not link.hidden and (link.one_to_many or link.one_to_one) and link.related_model is not noun
    ]


def plain_rows(rows: Iterable[Model], *, leave_out: Iterable[str]) -> tuple[RecordEntry, ...]:
    """Rows as entries of their own, without what refers to them."""
    return tuple(RecordEntry(record_title(row), record_facts(row, str, leave_out=leave_out)) for row in rows)


def record_title(row: Model) -> str:
    """What a row is called: its kind with its first date, where it has one; else as it calls itself."""
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        if isinstance(column, DateTimeField) and value is not None:
            return f"{capfirst(str(row._meta.verbose_name))}, {value_in_record(value)}"
    return str(row)


def record_facts(row: Model, names: Namer, *, leave_out: Iterable[str]) -> tuple[RecordFact, ...]:
    """The columns of a row, but for its key and what serves only the machine."""
    hidden = INTERNAL_COLUMNS | set(leave_out)
    about = row._meta.label
    columns = [
        column
        for column in row._meta.concrete_fields
        if not (column.primary_key or column.name in hidden or f"{about}.{column.name}" in TEAM_COLUMNS)
    ]
    return tuple(record_fact(row, column, names) for column in columns)


def record_fact(row: Model, column: "Field[Any, Any]", names: Namer) -> RecordFact:
    """One column. Another row is named in words; that it belongs to this person is told by where this stands."""
    value = without_team_words(getattr(row, column.name))
    label = capfirst(str(column.verbose_name))
    if column.name in PROGRAM_COLUMNS:
        return RecordFact(column.name, label, str(value) if isinstance(value, Model) else value, "")
    if isinstance(value, Model):
        return RecordFact(column.name, label, str(value), str(value))
    if isinstance(value, Decimal) and hasattr(row, "currency"):
        value = exact_amount(value, row.currency)
    if column.choices:
        said = str(getattr(row, f"get_{column.name}_display")()) if value not in (None, "") else ""
        return RecordFact(column.name, label, value, capfirst(said))
    return RecordFact(column.name, label, value, value_in_record(value, names))


def without_team_words(value: Any) -> Any:
    """A kept snapshot without the reasons in it that are addressed to the therapist, not to the person."""
    if isinstance(value, Mapping):
        return {key: without_team_words(each) for key, each in value.items()}
    if isinstance(value, list):
        return [without_team_words(each) for each in value if not is_for_team(each)]
    return value


def is_for_team(value: Any) -> bool:
    """Whether this is a reason that only the therapist reads."""
    return isinstance(value, Mapping) and value.get("to") == "therapist"


def value_in_record(value: Any, names: Namer = str) -> str:
    """A value as a person reads it; empty for nothing, and for what only a program needs."""
    if value is None or value == "" or isinstance(value, uuid.UUID):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return full_date_clock(timezone.localtime(value))
    if isinstance(value, dt.date):
        return locale.current_formats().full_date(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value == value.to_integral_value() else str(value)
    if isinstance(value, Mapping):
        return mapping_in_record(value, names)
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, (value_in_record(each, names) for each in value)))
    return names(value) if isinstance(value, str) else str(value)


def mapping_in_record(value: Mapping[str, Any], names: Namer) -> str:
    """A kept snapshot: a name with its reason where it has them, else everything it says."""
    if "title" in value:
        return " ".join(filter(None, (str(value["title"]), str(value.get("url") or ""))))
    if "name" in value:
        reason = value.get("reason") or value.get("text")
        return f"{value['name']}: {reason}" if reason else str(value["name"])
    said = ((names(key), value_in_record(each, names)) for key, each in value.items())
    return "; ".join(f"{key}: {words}" for key, words in said if words)
