"""What is done to an import: columns and names matched, answers given, taken over, undone, thrown away."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.appointments.access import owner_only
from booking.desk.imports.run import page_of_run, render_columns, run_for
from booking.imports.appointments import CONFIRMS
from booking.imports.reading import names_to_match
from booking.imports.work import TASK, start_import, start_undo
from clients.imports.columns import SheetKind
from clients.imports.opening import header_of, match_columns, start_check
from clients.models import Client, ImportLine, ImportState, LineChoice, Verdict
from clinic.errors import Refusal
from clinic.operations.worker_signals import wake_worker
from clinic.web.http import StaffRequest, redirect_saying, refusals_said
from clinic.web.links import uuid_or_none
from clinic.web.post_only import post_only

ANSWER = "line-"
MOST_PICKED = 100


@owner_only
@post_only("booking:desk-import-run", "public_id")
def columns_step(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say what each column is, and have the file looked through."""
    run = run_for(request, public_id)
    kind = request.POST.get("kind", "")
    kind = kind if kind in set(SheetKind) else run.kind
    fields = [request.POST.get(f"column-{place}", "") for place in range(len(header_of(run)))]
    dates = {name.removeprefix("dates_"): str(request.POST[name]) for name in request.POST if name.startswith("dates_")}
    try:
        match_columns(run, kind=kind, fields=fields, dates=dates)
    except Refusal as refusal:
        if refusal.code == "state":
            messages.error(request, refusal.for_team)
            return redirect(page_of_run(run))
        run.refresh_from_db()
        dates_of = (refusal.field or "").removeprefix("dates_")
        return render_columns(request, run, (kind, fields), error=refusal.for_team, dates_of=dates_of, status=422)
    wake_worker(TASK)
    return redirect(page_of_run(run))


@owner_only
@post_only("booking:desk-import-run", "public_id")
def set_names(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say which service and therapist each name means, and have the file looked through anew."""
    run = run_for(request, public_id)
    services, therapists = names_to_match(run, request.practice)
    told = {
        "services": {each.name: request.POST.get(f"service-{at}", "") for at, each in enumerate(services)},
        "therapists": {each.name: request.POST.get(f"therapist-{at}", "") for at, each in enumerate(therapists)},
    }
    with refusals_said(request):
        start_check(run, kind=run.kind, mapping={**run.mapping, **told})
        wake_worker(TASK)
    return redirect(page_of_run(run))


@owner_only
@post_only("booking:desk-import-run", "public_id")
def set_answers(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep the answers to the lines that were to ask, as one page of them sends them."""
    run = run_for(request, public_id)
    sent = {name.removeprefix(ANSWER): str(value) for name, value in request.POST.items() if name.startswith(ANSWER)}
    numbers = [int(name) for name in sent if name.isdecimal() and len(name) < 10][:MOST_PICKED]
    lines = list(run.lines.filter(verdict=Verdict.ASK, settled_at=None, number__in=numbers))
    kept = [line for line in lines if take_answer(line, sent[str(line.number)])]
    ImportLine.objects.bulk_update(kept, ["choice", "candidates"])
    said = ngettext("%(number)d answer kept.", "%(number)d answers kept.", len(kept)) % {"number": len(kept)}
    return redirect_saying(request, said, page_of_run(run, show=str(Verdict.ASK)))


def take_answer(line: ImportLine, answer: str) -> bool:
    """Write an answer into a line, the file that is meant first; whether it was one."""
    choice, _colon, key = answer.partition(":")
    if choice not in {str(each) for each in LineChoice}:
        return False
    if key:
        public_id = uuid_or_none(key)
        perhaps = Client.objects.open_files().filter(pk__in=line.candidates)
        meant = perhaps.filter(public_id=public_id).first() if public_id else None
        if meant is None:
            return False
        line.candidates = [meant.pk, *(each for each in line.candidates if each != meant.pk)]
    elif choice == LineChoice.SAME and line.twin is None:
        return False
    line.choice = choice
    return True


@owner_only
@post_only("booking:desk-import-run", "public_id")
def start(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Have it taken over."""
    run = run_for(request, public_id)
    with refusals_said(request):
        start_import(run, by=request.user, mapping={CONFIRMS: request.POST.get("confirm") == "on"})
    return redirect(page_of_run(run))


@owner_only
@post_only("booking:desk-import-run", "public_id")
def undo(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Have it undone."""
    run = run_for(request, public_id)
    with refusals_said(request):
        start_undo(run, by=request.user)
    return redirect(page_of_run(run))


@owner_only
@post_only("booking:desk-import-run", "public_id")
def discard(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Throw away a file of which nothing was taken over."""
    run = run_for(request, public_id)
    if run.taken_at is not None or run.state not in {ImportState.COLUMNS, ImportState.CHECKED}:
        messages.error(request, _("Something of this file was taken over: undo it instead."))
        return redirect(page_of_run(run))
    run.delete()
    return redirect_saying(request, _("The file is thrown away. Nothing of it was taken over."), "booking:desk-import")
