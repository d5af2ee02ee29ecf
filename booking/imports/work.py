"""The work on imports, in batches of lines: looking through, taking over, undoing. A lease keeps two workers apart;
one that is killed is followed by another, and no line is done twice."""

import datetime as dt
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from booking.imports.appointments import settle_matched, take_over_appointments
from booking.imports.judging import PlacesAbove, judge_appointments
from booking.imports.reading import AppointmentReader
from booking.imports.undo import undo_lines
from clients.imports.clients import PeopleReader, judge_clients, take_over_clients
from clients.imports.matching import LinesAbove
from clients.imports.opening import log_import, set_state
from clients.models import WORKING, ImportRun, ImportState
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice, User
from clinic.operations.worker_signals import wake_worker

LEASE = dt.timedelta(minutes=2)
BATCH = {ImportRun.Kind.CLIENTS: 200, ImportRun.Kind.APPOINTMENTS: 25}
TASK = "booking.tasks.work_on_imports"


def work_off_imports() -> int:
    """Work on every import that asks for it; return on how many."""
    count = 0
    while run := claim_run():
        work_on(run)
        count += 1
    return count


def wake_for_imports() -> int:
    """Wake the worker where an import waits and nobody is at it; return how many wait."""
    waiting = free_runs().count()
    if waiting:
        wake_worker(TASK)
    return waiting


def free_runs() -> "QuerySet[ImportRun]":
    """The imports that ask for work and that nobody works on."""
    nobody = Q(lease_until=None) | Q(lease_until__lt=timezone.now())
    return ImportRun.objects.filter(nobody, state__in=WORKING).order_by("pk")


@transaction.atomic
def claim_run() -> ImportRun | None:
    """Take the next import on which nobody works, for as long as the lease lasts."""
    run = free_runs().select_for_update(skip_locked=True, of=("self",)).first()
    if run is not None:
        run.lease_until = timezone.now() + LEASE
        run.save(update_fields=["lease_until"])
    return run


def report_progress(run: ImportRun, worked: int) -> bool:
    """Note how far the work is and hold the lease for longer; whether it is still asked for."""
    mine = ImportRun.objects.filter(pk=run.pk, state=run.state)
    return bool(mine.update(worked=worked, lease_until=timezone.now() + LEASE))


def work_on(run: ImportRun) -> None:
    """Do what an import asks for, to its end."""
    practice = Practice.current()
    # The reasons tell times of day: by the practice's clock, and as its country writes them.
    with translation.override(practice.formats.tag), timezone.override(practice.zone):
        do_work(run, practice)


def do_work(run: ImportRun, practice: Practice) -> None:
    """Look through, take over or undo."""
    if run.state == ImportState.CHECKING:
        look_through(run, practice)
    elif run.state == ImportState.RUNNING:
        take_over(run, practice)
    else:
        undo_lines(run, practice, lambda worked: report_progress(run, worked))
        finish(run, ImportState.UNDONE, "undone_at")


def look_through(run: ImportRun, practice: Practice) -> None:
    """Judge every line, from the first on: a line is held against those above it."""
    if run.kind == ImportRun.Kind.CLIENTS:
        judge = partial(judge_clients, reader=PeopleReader(run, practice), above=LinesAbove())
    else:
        judge = partial(judge_appointments, reader=AppointmentReader(run, practice), above=PlacesAbove())
    last = worked = 0
    while lines := list(run.lines.filter(number__gt=last).order_by("number")[: BATCH[ImportRun.Kind.CLIENTS]]):
        judge(lines)
        last, worked = lines[-1].number, worked + len(lines)
        if not report_progress(run, worked):
            return
    finish(run, ImportState.CHECKED)


def take_over(run: ImportRun, practice: Practice) -> None:
    """Take over every line that waits."""
    if run.kind == ImportRun.Kind.CLIENTS:
        take = partial(take_over_clients, reader=PeopleReader(run, practice))
    else:
        take = partial(take_over_appointments, reader=AppointmentReader(run, practice))
        settle_matched(run)
    last = 0
    while numbers := waiting_numbers(run, last, BATCH[ImportRun.Kind(run.kind)]):
        take(run, numbers)
        last = numbers[-1]
        if not report_progress(run, run.lines.filter(number__lte=last).count()):
            return
    finish(run, ImportState.DONE, "taken_at")


def waiting_numbers(run: ImportRun, last: int, most: int) -> list[int]:
    """The next lines that wait to be taken over, after line `last`."""
    lines = run.lines.waiting().filter(number__gt=last).order_by("number")
    return list(lines.values_list("number", flat=True)[:most])


def finish(run: ImportRun, state: ImportState, moment: str = "") -> None:
    """Note that the work is done, unless somebody asked for something else meanwhile."""
    values = {"state": state, "worked": run.total, "lease_until": None}
    if moment:
        values[moment] = timezone.now()
    ImportRun.objects.filter(pk=run.pk, state=run.state).update(**values)
    run.refresh_from_db()


def start_import(run: ImportRun, *, by: User | None, mapping: dict[str, object] | None = None) -> None:
    """Have the lines that are clear taken over. Again for those that were answered since. Raises Refusal (`state`)."""
    allowed = {ImportState.CHECKED, ImportState.DONE}
    ask_for(run, ImportState.RUNNING, allowed, by=by, mapping=mapping)


def start_undo(run: ImportRun, *, by: User | None) -> None:
    """Have an import undone. Again where something had to stay. Raises Refusal (`state`)."""
    ask_for(run, ImportState.UNDOING, {ImportState.DONE, ImportState.RUNNING, ImportState.UNDONE}, by=by)


@transaction.atomic
def ask_for(
    run: ImportRun,
    state: ImportState,
    allowed: set[ImportState],
    *,
    by: User | None,
    mapping: dict[str, object] | None = None,
) -> None:
    """Ask the worker for something. Raises Refusal (`state`) where the import is not so far, or past it."""
    current = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if current.state not in allowed:
        raise Refusal(_("This import is %(state)s.") % {"state": current.get_state_display()}, code="state")
    if mapping:
        current.mapping = {**current.mapping, **mapping}
    set_state(current, state, "mapping")
    log_import(current, AccessEvent.Action.CHANGE, by)
    transaction.on_commit(lambda: wake_worker(TASK) and None)
    run.refresh_from_db()
