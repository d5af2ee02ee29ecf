"""A file becomes an import: read, its lines kept sealed, its columns matched; nothing is taken over by this."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.imports.columns import DATE_FIELDS, IMPORT_FIELDS, SheetKind
from clients.imports.dates import DateOrder, possible_orders
from clients.imports.recognition import cells_by_field, known_headings, missing_fields, reading_order, recognise_columns
from clients.imports.sheet import read_sheet
from clients.models import ImportLine, ImportRun, ImportState, Verdict
from clinic.errors import Refusal
from clinic.models import AccessEvent, User

LINES_A_WRITE = 1000
# How long the words of a file are kept after the last work on it; what was made of each line stays known.
WORDS_KEPT_FOR = dt.timedelta(days=90)
NOUN = "import"
LONGEST_FILE_NAME = 120


def open_import(content: bytes, *, file_name: str, by: User | None) -> ImportRun:
    """Read a file and keep it as an import whose columns are to be matched. Raises UnreadableSheet."""
    sheet = read_sheet(content, knows=known_headings)
    known = recognise_columns(sheet.header)
    run = ImportRun(
        kind=known.kind,
        file_name=plain_file_name(file_name),
        sha256=hashlib.sha256(content).hexdigest(),
        vendor=known.vendor,
        encoding=sheet.encoding,
        mapping={"fields": list(known.fields)},
        total=len(sheet.rows),
        by=by,
    )
    run.seal(json.dumps(sheet.header).encode())
    with transaction.atomic():
        run.save(force_insert=True)
        for at in range(0, len(sheet.rows), LINES_A_WRITE):
            ImportLine.objects.bulk_create(
                [
                    sealed_line(run, each.number, each.cells, each.problem)
                    for each in sheet.rows[at : at + LINES_A_WRITE]
                ]
            )
        log_import(run, AccessEvent.Action.CHANGE, by)
    return run


def plain_file_name(name: str) -> str:
    """A file's name as it is shown: without a path and what nobody sees."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in last if each.isprintable())[-LONGEST_FILE_NAME:] or "import.csv"


def sealed_line(run: ImportRun, number: int, cells: Sequence[str], problem: str) -> ImportLine:
    """A line, not written yet."""
    line = ImportLine(run=run, number=number)
    line.seal(json.dumps({"cells": cells, "problem": problem}).encode())
    return line


def log_import(run: ImportRun, action: AccessEvent.Action, by: User | None) -> None:
    """Note in the access log that somebody worked on many clients at once."""
    AccessEvent.objects.create(user=by, actor="staff" if by else "system", action=action, noun=NOUN)


def earlier_imports(run: ImportRun) -> list[ImportRun]:
    """The other imports of the very same file that took something over and still stand."""
    same = ImportRun.objects.filter(sha256=run.sha256).exclude(pk=run.pk)
    return list(same.filter(state__in=[ImportState.RUNNING, ImportState.DONE]))


def header_of(run: ImportRun) -> list[str]:
    """The headings of the file; a column without one is named by its place."""
    names: list[str] = json.loads(run.unsealed()) if run.sealed else []
    return [name or _("Column %(number)d") % {"number": place} for place, name in enumerate(names, 1)]


def cells_of(line: ImportLine) -> tuple[list[str], str]:
    """The cells of a line and what is wrong with it as a whole; nothing where its words are no longer kept."""
    if not line.sealed:
        return [], ""
    kept = json.loads(line.unsealed())
    return kept["cells"], kept["problem"]


class LineReader:
    """Reads the lines of an import by its columns."""

    def __init__(self, run: ImportRun) -> None:
        self.fields: list[str] = run.mapping["fields"]
        self.order = reading_order(header_of(run))

    def read(self, line: ImportLine) -> tuple[dict[str, str], str]:
        """What a line says by field, and what is wrong with it as a whole."""
        cells, problem = cells_of(line)
        return cells_by_field(self.fields, self.order, cells), problem


def date_orders(run: ImportRun, fields: Sequence[str]) -> dict[str, list[DateOrder]]:
    """By field with dates: the orders in which its column may be written, over the whole file."""
    order = reading_order(header_of(run))
    wanted = [each for each in DATE_FIELDS[SheetKind(run.kind)] if each in fields]
    values: dict[str, list[str]] = {each: [] for each in wanted}
    if wanted:
        for line in run.lines.order_by("number").iterator(chunk_size=LINES_A_WRITE):
            said = cells_by_field(fields, order, cells_of(line)[0])
            for each in wanted:
                if each in said:
                    values[each].append(said[each])
    return {each: possible_orders(values[each]) for each in wanted}


def match_columns(run: ImportRun, *, kind: str, fields: Sequence[str], dates: Mapping[str, str]) -> None:
    """Say what each column holds, and have the file looked through by that. `dates` answers, by field, how dates are
    written where the file leaves it open.

    Raises Refusal: `missing` for a column that must be there, `dates` (field `dates_<field>`) where the order must be
    said, `state` where the import was taken over already.
    """
    known = IMPORT_FIELDS[SheetKind(kind)]
    fields = [each if each in known else "" for each in fields]
    if lacking := missing_fields(SheetKind(kind), fields):
        said = _("Which column is it: %(names)s?") % {"names": ", ".join(lacking)}
        raise Refusal(said, code="missing")
    run.kind = kind
    chosen: dict[str, str] = {}
    for field, possible in date_orders(run, fields).items():
        told = dates.get(field, "")
        if len(possible) > 1 and told not in possible:
            said = _("%(column)s: how are its dates written? The file leaves it open.")
            raise Refusal(said % {"column": known[field]}, code="dates", field=f"dates_{field}")
        if possible:
            chosen[field] = str(told if told in possible else possible[0])
    mapping = {**run.mapping, "fields": fields, "dates": chosen}
    start_check(run, kind=kind, mapping=mapping)


@transaction.atomic
def start_check(run: ImportRun, *, kind: str, mapping: dict[str, Any]) -> None:
    """Forget what was found by other columns and have every line looked at anew. Raises Refusal (`state`)."""
    current = ImportRun.objects.select_for_update().get(pk=run.pk)
    if current.state not in {ImportState.COLUMNS, ImportState.CHECKING, ImportState.CHECKED}:
        raise Refusal(_("This import was taken over already."), code="state")
    current.lines.update(
        verdict=Verdict.OPEN, reason="", candidates=[], twin=None, choice="", client=None, appointment=None
    )
    current.kind, current.mapping = kind, mapping
    set_state(current, ImportState.CHECKING, "kind", "mapping")
    run.refresh_from_db()


def set_state(run: ImportRun, state: ImportState, *also: str) -> None:
    """Write another state; the work at hand begins with nothing done."""
    run.state, run.worked, run.lease_until = state, 0, None
    run.save(update_fields=["state", "worked", "lease_until", *also])


def forget_old_words() -> int:
    """The night's run: delete the sealed words of lines whose import was last worked on long ago; return how many. An
    import that nobody took over goes as a whole."""
    before = timezone.now() - WORDS_KEPT_FOR
    unfinished = (ImportState.COLUMNS, ImportState.CHECKING, ImportState.CHECKED)
    stale = ImportRun.objects.filter(made_at__lt=before, taken_at=None, state__in=unfinished)
    gone, _by_model = stale.delete()
    old = ImportLine.objects.filter(run__taken_at__lt=before).exclude(sealed=b"")
    return gone + old.update(sealed=b"")
