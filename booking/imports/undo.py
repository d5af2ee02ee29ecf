"""Undoing an import: what it made and nobody has touched since goes; what lives by now stays, and is named with why.

Some lines at a time, in one transaction: their rows are locked, and each table that could refer to them is asked once.
Why an appointment that only an import wrote is removed and not cancelled: docs/decisions/0023-undo-of-an-import.md.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.locking import lock_therapists, run_transaction
from booking.models import Appointment, AppointmentAddOn, AppointmentChange, Reminder, ReminderState, Status
from clients.imports.clients import PeopleReader, change_of
from clients.imports.opening import log_import
from clients.imports.people import UnusableLine
from clients.models import Client, ImportLine, ImportRun, IntakeRequest, Screening
from clients.record.erasure import changing_records
from clients.record.merge import client_relations
from clinic.models import AccessEvent, ClientLink, Practice

LINES_A_STEP = 50
# The version of a row that nobody has changed.
FRESH = 1
# What an appointment brings along by itself; anything else that refers to it is somebody's work.
ITS_OWN = frozenset({AppointmentAddOn, AppointmentChange, Reminder})


def undo_lines(run: ImportRun, practice: Practice, report: Callable[[int], bool]) -> None:
    """Undo every line that made something, the last first; `report` is told how many lines are behind, and says
    whether to go on. Raises TemporarilyBusy where somebody holds a row for long: the next round goes on from there."""
    reader = PeopleReader(run, practice) if run.kind == ImportRun.Kind.CLIENTS else None
    below, worked = None, 0
    while numbers := numbers_to_undo(run, below):
        run_transaction(lambda some=numbers: undo_some(run, some, reader))  # type: ignore[misc]
        below, worked = numbers[-1], worked + len(numbers)
        if not report(worked):
            return
    log_import(run, AccessEvent.Action.ERASE, run.by)


def numbers_to_undo(run: ImportRun, below: int | None) -> list[int]:
    """The next lines that made something, from the end of the file."""
    lines = run.lines.to_undo()
    if below is not None:
        lines = lines.filter(number__lt=below)
    return list(lines.order_by("-number").values_list("number", flat=True)[:LINES_A_STEP])


def undo_some(run: ImportRun, numbers: Sequence[int], reader: PeopleReader | None) -> None:
    """Undo some lines, or write down why what they made stays. Runs inside `run_transaction`."""
    lines = list(run.lines.to_undo().filter(number__in=numbers).select_for_update(of=("self",)).order_by("-number"))
    reasons = undo_people(run, lines, reader) if reader is not None else undo_appointments(run, lines)
    now = timezone.now()
    for line in lines:
        line.reason = reasons.get(line.number, "")[:300]
        line.undone_at = None if line.reason else now
    ImportLine.objects.bulk_update(lines, ["reason", "undone_at", "filled"])


def undo_people(run: ImportRun, lines: Sequence[ImportLine], reader: PeopleReader) -> dict[int, str]:
    """Take back the files that lines opened, and what they filled in; by line, why something stays."""
    keys = [line.client_id for line in lines if line.client_id is not None]
    clients = {
        each.pk: each for each in Client.objects.filter(pk__in=keys).select_for_update(no_key=True).order_by("pk")
    }
    opened = {line.number: clients[line.client_id] for line in lines if line.made and line.client_id in clients}
    made = {line.number: (line.made, line.made_version) for line in lines}
    reasons = {number: why for number, client in opened.items() if (why := why_file_stays(client, *made[number]))}
    going = {number: client for number, client in opened.items() if number not in reasons}
    used = uses_of_import(going.values())
    reasons |= {number: used[client.pk] for number, client in going.items() if client.pk in used}
    remove_files(run, [client for number, client in going.items() if number not in reasons])
    for line in lines:
        if not line.made and line.client_id in clients and (why := empty_again(line, clients[line.client_id], reader)):
            reasons[line.number] = why
    return reasons


def why_file_stays(client: Client, opened: object, version: int | None) -> str:
    """Why a file is not as its line made it; empty where it is."""
    if client.public_id != opened:
        return _("It was merged into another file.")
    if client.erased_at is not None:
        return _("It was erased already.")
    if client.row_version != (version or FRESH):
        return _("Somebody changed the file since.")
    return ""


def uses_of_import(clients: Iterable[Client]) -> dict[int, str]:
    """By primary key: what else stands in some files by now, in words. One query for each table."""
    by_id = {each.public_id: each.pk for each in clients}
    keys = list(by_id.values())
    used: dict[int, str] = {}
    if not keys:
        return used
    for model, name in client_relations():
        if model is not ImportLine:
            note_uses(used, model, name, keys, model._meta.verbose_name_plural)
    note_uses(used, Client, "merged_into", keys, _("another file that was merged into it"))
    for public_id in ClientLink.objects.filter(client__in=by_id).values_list("client", flat=True):
        if public_id is not None:
            used.setdefault(by_id[public_id], _("The client was mailed a link."))
    return used


def note_uses(used: dict[int, str], model: type[Model], name: str, keys: Sequence[int], words: Any) -> None:
    """Note which of some rows another table refers to."""
    column = f"{name}_id"
    for key in (
        model._default_manager.filter(**{f"{name}__in": keys}).order_by().values_list(column, flat=True).distinct()
    ):
        used.setdefault(key, _("There is more to it by now: %(what)s.") % {"what": words})


def remove_files(run: ImportRun, clients: Sequence[Client]) -> None:
    """Delete files that only an import has written, with a line in the access log for each."""
    events = [change_of(each, run) for each in clients]
    for event in events:
        event.action = AccessEvent.Action.ERASE
    AccessEvent.objects.bulk_create(events)
    Client.objects.filter(pk__in=[each.pk for each in clients]).delete()


def empty_again(line: ImportLine, client: Client, reader: PeopleReader) -> str:
    """Empty what a line filled into a file that was here before; why some of it stays, or nothing."""
    try:
        person = reader.read(line)
    except UnusableLine:
        return _("The words of the line are no longer kept.")
    same = [name for name in line.filled if getattr(client, name) == getattr(person, name)]
    for name in same:
        setattr(client, name, None if name == "born_on" else "")
    if same:
        client.save(update_fields=same)
        AccessEvent.objects.bulk_create([change_of(client, line.run)])
    line.filled = [name for name in line.filled if name not in same]
    return _("Changed since: some of what was filled in stays.") if line.filled else ""


def undo_appointments(run: ImportRun, lines: Sequence[ImportLine]) -> dict[int, str]:
    """Take back the appointments that lines booked, with the files opened for them; by line, why something stays."""
    ids = [line.made for line in lines if line.made is not None]
    lock_therapists(Appointment.objects.filter(public_id__in=ids).order_by().values_list("therapist", flat=True))
    rows = Appointment.objects.filter(public_id__in=ids).select_for_update(of=("self",)).order_by("pk")
    booked = {each.public_id: each for each in rows}
    numbers = {line.made: line.number for line in lines}
    versions = {line.made: line.made_version for line in lines}
    reasons: dict[int, str] = {}
    used = uses_of_appointments(booked.values())
    for public_id, appointment in booked.items():
        if why := why_it_stays(appointment, versions[public_id]) or used.get(appointment.pk, ""):
            reasons[numbers[public_id]] = why
    remove_appointments([each for key, each in booked.items() if numbers[key] not in reasons])
    opened = [line.opened for line in lines if line.opened is not None and line.number not in reasons]
    files = Client.objects.filter(public_id__in=opened, row_version=FRESH, erased_at=None, merged_into=None)
    fresh = list(files.select_for_update(no_key=True).order_by("pk"))
    kept = uses_of_import(fresh)
    # A file in which something stands by now is kept, whoever opened it.
    remove_files(run, [each for each in fresh if each.pk not in kept])
    return reasons


def why_it_stays(appointment: Appointment, version: int | None) -> str:
    """Why an appointment is not as its line made it; empty where it is."""
    if appointment.status not in {Status.CONFIRMED, Status.REQUESTED}:
        return _("It is %(status)s by now.") % {"status": appointment.get_status_display()}
    if appointment.starts_at <= timezone.now():
        return _("It has begun.")
    if appointment.row_version != (version or FRESH):
        return _("Somebody changed it since.")
    return ""


def uses_of_appointments(appointments: Iterable[Appointment]) -> dict[int, str]:
    """By primary key: what else there is to some appointments by now, in words. One query for each table."""
    by_id = {each.public_id: each.pk for each in appointments}
    keys = list(by_id.values())
    used: dict[int, str] = {}
    if not keys:
        return used
    mailed = Reminder.objects.filter(~Q(mail=None) | Q(state=ReminderState.DONE), appointment__in=keys)
    for key in mailed.values_list("appointment", flat=True):
        used.setdefault(key, _("The client was mailed about it: please cancel it, so that they hear of that too."))
    answered = IntakeRequest.objects.filter(appointment__in=by_id).exclude(intake=None)
    for public_id in answered.values_list("appointment", flat=True):
        if public_id is not None:
            used.setdefault(by_id[public_id], _("The client has filled in a health form for it."))
    for link in Appointment._meta.related_objects:
        if link.related_model not in ITS_OWN and (link.one_to_many or link.one_to_one):
            words = link.related_model._meta.verbose_name_plural
            note_uses(used, link.related_model, link.field.name, keys, words)
    return used


def remove_appointments(appointments: Sequence[Appointment]) -> None:
    """Remove appointments that only an import has written, with what each brought along by itself."""
    keys = [each.pk for each in appointments]
    screenings = [each.screening_id for each in appointments if each.screening_id is not None]
    people = Client.objects.filter(appointments__in=keys).order_by("pk").values_list("public_id", flat=True)
    erased = AccessEvent.Action.ERASE
    events = [AccessEvent(actor="system", action=erased, noun="appointment", client=each) for each in people]
    with changing_records():
        AppointmentChange.objects.filter(appointment__in=keys).delete()
        Reminder.objects.filter(appointment__in=keys).delete()
        ids = [each.public_id for each in appointments]
        IntakeRequest.objects.filter(appointment__in=ids, intake=None).delete()
        Appointment.objects.filter(pk__in=keys).delete()
        Screening.objects.filter(pk__in=screenings).delete()
        AccessEvent.objects.bulk_create(events)
