"""One import: its columns, what became of each line, how far the work is, and its undo. A page for each state."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from booking.appointments.access import log_list_access, owner_only
from booking.imports.reading import names_to_match
from booking.models import Service, Therapist
from clients.imports.columns import IMPORT_FIELDS, SheetKind
from clients.imports.dates import DateOrder, example_of
from clients.imports.opening import LineReader, cells_of, earlier_imports, header_of
from clients.imports.recognition import recognise_columns
from clients.models import Client, ImportLine, ImportLineQuerySet, ImportRun, ImportState, LineChoice, Verdict
from clinic.web.http import StaffRequest

LINES_A_PAGE = 50
EXAMPLES, LINES_FOR_EXAMPLES = 3, 50
# Which lists there are, in the order in which they want to be looked at.
LISTS = {
    Verdict.ASK: gettext_lazy("To ask"),
    Verdict.REFUSED: gettext_lazy("Refused"),
    Verdict.NEW: gettext_lazy("New"),
    Verdict.MATCHED: gettext_lazy("Matched"),
}
LEFT = "left"
NAMED_CELLS = 8


@dataclass(frozen=True)
class ShownLine:
    """A line as a list shows it: its words by column, the answers that it can still be given, and what it became."""

    line: ImportLine
    cells: list[tuple[str, str]]
    answers: list[tuple[str, str]]
    answer: str

    @property
    def made(self) -> tuple[str, str] | None:
        """The appointment or the file that it is, by name and address; None once that was undone."""
        if self.line.undone_at is not None:
            return None
        if self.line.appointment is not None:
            return _("The appointment"), reverse("booking:desk-appointment", args=[self.line.appointment])
        client = self.line.client
        return (str(client), reverse("booking:desk-client", args=[client.public_id])) if client else None


def run_for(request: HttpRequest, public_id: uuid.UUID) -> ImportRun:
    """An import, or a 404."""
    return get_object_or_404(ImportRun.objects.select_related("by"), public_id=public_id)


@owner_only
@require_safe
def import_page(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The page of an import, by how far it is. While the worker is at it htmx asks for the bar alone."""
    run = run_for(request, public_id)
    if request.htmx and not request.htmx.history_restore_request:
        if not run.is_working:
            return HttpResponseClientRefresh()
        return render(request, "booking/desk/imports/progress.html", {"run": run})
    if run.is_working:
        return render(request, "booking/desk/imports/working.html", {"run": run})
    is_open = run.state in {ImportState.COLUMNS, ImportState.CHECKED}
    if run.state == ImportState.COLUMNS or (is_open and "columns" in request.GET):
        return render_columns(request, run, columns_asked_for(request, run))
    if is_open and "names" in request.GET and run.kind == ImportRun.Kind.APPOINTMENTS:
        return render_names(request, run)
    return render_lines(request, run)


def columns_asked_for(request: HttpRequest, run: ImportRun) -> tuple[str, list[str]]:
    """The kind of file and what each column is taken for: as kept, or as recognised for another kind."""
    kind = request.GET.get("kind", run.kind)
    if kind == run.kind or kind not in set(SheetKind):
        return run.kind, list(run.mapping["fields"])
    return kind, list(recognise_columns(header_of(run), SheetKind(kind)).fields)


def render_columns(
    request: StaffRequest,
    run: ImportRun,
    asked: tuple[str, list[str]],
    *,
    error: str = "",
    dates_of: str = "",
    status: int = 200,
) -> HttpResponse:
    """The columns with a choice for each. `dates_of`: the field whose dates may be read in several ways."""
    kind, fields = asked
    log_list_access(request.user, "import")
    context = {
        "run": run,
        "kind": kind,
        "other_kind": next(each for each in ImportRun.Kind if each != kind),
        "vendor_words": vendor_words(run.vendor),
        "columns": columns_to_match(run, fields),
        "fields": IMPORT_FIELDS[SheetKind(kind)].items(),
        "error": error,
        "dates_of": dates_of,
        "orders": [(each, example_of(each)) for each in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)],
        "earlier": earlier_imports(run),
    }
    return render(request, "booking/desk/imports/columns.html", context, status=status)


def vendor_words(vendor: str) -> str:
    """What is said of the program that a file seems to be of."""
    if not vendor:
        return _("We do not know these headings as one program’s: please look at each column.")
    return _("This looks like a file of %(vendor)s.") % {"vendor": vendor}


def columns_to_match(run: ImportRun, fields: list[str]) -> list[tuple[str, list[str], str]]:
    """Every column: its heading, three values from the first lines, and what it is taken for."""
    header = header_of(run)
    values: list[list[str]] = [[] for _heading in header]
    for line in run.lines.order_by("number")[:LINES_FOR_EXAMPLES]:
        for place, cell in enumerate(cells_of(line)[0][: len(header)]):
            if cell and len(values[place]) < EXAMPLES and cell not in values[place]:
                values[place].append(cell)
    return [
        (heading, [short_cell(each) for each in values[place]], fields[place]) for place, heading in enumerate(header)
    ]


def short_cell(text: str, most: int = 60) -> str:
    """A text in one line that is not longer than so many letters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def render_names(request: StaffRequest, run: ImportRun) -> HttpResponse:
    """The names of services and therapists in the file, with what of ours each means."""
    services, therapists = names_to_match(run, request.practice)
    context = {
        "run": run,
        "services": list(enumerate(services)),
        "therapists": list(enumerate(therapists)),
        "our_services": [(each.slug, each) for each in Service.objects.filter(active=True)],
        "our_therapists": [(str(each.public_id), each.name) for each in Therapist.objects.at_work()],
    }
    return render(request, "booking/desk/imports/names.html", context)


def render_lines(request: StaffRequest, run: ImportRun) -> HttpResponse:
    """The counts on top, then the lines of one verdict, some on a page."""
    log_list_access(request.user, "import")
    counts = counts_of(run)
    shown, lines = lines_asked_for(request, run, counts)
    page = Paginator(lines.select_related("client").order_by("number"), LINES_A_PAGE).get_page(request.GET.get("page"))
    asks, unanswered = shown == Verdict.ASK and run.state != ImportState.UNDONE, run.lines.unanswered().count()
    unmatched = False
    if run.kind == ImportRun.Kind.APPOINTMENTS and run.state == ImportState.CHECKED:
        unmatched = any(not each.meant for some in names_to_match(run, request.practice) for each in some)
    context = {
        "run": run,
        "counts": counts,
        "shown": shown,
        "page": page,
        "lines": shown_lines(run, list(page.object_list), asks=asks),
        "waiting": run.lines.waiting().count(),
        "unanswered": unanswered,
        "keeps_answers": shown == Verdict.ASK and bool(unanswered or run.state == ImportState.CHECKED),
        "made": run.lines.filter(made__isnull=False, undone_at=None).count(),
        "to_undo": run.lines.to_undo().count(),
        "unmatched": unmatched,
        "earlier": earlier_imports(run),
        "is_checked": run.state == ImportState.CHECKED,
        "is_done": run.state == ImportState.DONE,
        "is_undone": run.state == ImportState.UNDONE,
    }
    return render(request, "booking/desk/imports/lines.html", context)


def lines_asked_for(
    request: HttpRequest, run: ImportRun, counts: list[tuple[str, str, int]]
) -> tuple[str, ImportLineQuerySet]:
    """The one line that an address names, else a list with its name."""
    number = request.GET.get("line", "")
    if number.isascii() and number.isdigit() and len(number) < 10:
        return "", run.lines.filter(number=number)
    shown = list_to_show(request.GET.get("show", ""), counts)
    return shown, run.lines.to_undo().exclude(reason="") if shown == LEFT else run.lines.filter(verdict=shown)


def counts_of(run: ImportRun) -> list[tuple[str, str, int]]:
    """Each list with its name and how many lines it has."""
    numbers = run.lines.aggregate(**{str(each): Count("pk", filter=Q(verdict=each)) for each in LISTS})
    counts = [(str(each), str(name), numbers[str(each)]) for each, name in LISTS.items()]
    if run.state == ImportState.UNDONE:
        counts.insert(0, (LEFT, _("Left"), run.lines.to_undo().exclude(reason="").count()))
    return counts


def list_to_show(wanted: str, counts: list[tuple[str, str, int]]) -> str:
    """The list that is asked for, else the first that has a line."""
    if wanted in {name for name, _label, _count in counts}:
        return wanted
    return next((name for name, _label, count in counts if count), str(Verdict.NEW))


def shown_lines(run: ImportRun, lines: list[ImportLine], *, asks: bool) -> list[ShownLine]:
    """Some lines with their words; in one query for all whom they may be of. `asks`: who they are is still asked."""
    reader, names = LineReader(run), IMPORT_FIELDS[SheetKind(run.kind)]
    keys = {key for line in lines for key in line.candidates}
    people = {each.pk: each for each in Client.objects.open_files().filter(pk__in=keys)}
    found = []
    for line in lines:
        cells, _problem = reader.read(line)
        said = [(str(label), short_cell(cells[field])) for field, label in names.items() if field in cells][
            :NAMED_CELLS
        ]
        candidates = [people[key] for key in line.candidates if key in people]
        answers = answers_to(line, candidates) if asks and line.settled_at is None else []
        found.append(ShownLine(line, said, answers, answer_of(line, candidates)))
    return found


def answers_to(line: ImportLine, candidates: list[Client]) -> list[tuple[str, str]]:
    """What can be said of a line that is to ask, as its form sends it and as people read it."""
    same = [
        (f"{LineChoice.SAME}:{each.public_id}", ", ".join(filter(None, [str(each), each.email, each.phone])))
        for each in candidates
    ]
    if line.twin is not None:
        same.append((str(LineChoice.SAME), _("The person of line %(number)d") % {"number": line.twin}))
    return [
        (str(LineChoice.OPEN), _("Not decided")),
        *same,
        (str(LineChoice.NEW), _("Somebody new")),
        (str(LineChoice.SKIP), _("Leave out")),
    ]


def answer_of(line: ImportLine, candidates: list[Client]) -> str:
    """The answer given to a line, as its form sends it."""
    if line.choice != LineChoice.SAME:
        return line.choice
    return f"{LineChoice.SAME}:{candidates[0].public_id}" if candidates else str(LineChoice.SAME)


def page_of_run(run: ImportRun, **query: Any) -> str:
    """The address of an import's page."""
    return reverse("booking:desk-import-run", args=[run.public_id], query=query or None)
