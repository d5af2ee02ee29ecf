"""The lines of a file of coming appointments: placed by the booking action itself, each once."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.book import check_request, write_booking
from booking.appointments.booking_request import RuleOverride
from booking.appointments.locking import run_transaction
from booking.errors import SlotTaken
from booking.imports.judging import clash_with, differences, imported_request
from booking.imports.reading import AppointmentReader, ImportedAppointment
from booking.models import Appointment, Reminder, ReminderState
from booking.reminders.kinds.confirmation import Confirmation
from clients.imports.clients import change_of, refuse_line
from clients.imports.matching import KnownFiles, clients_by_key
from clients.imports.people import UnusableLine
from clients.models import Client, ImportLine, ImportRun, LineChoice, Verdict
from clients.record.access_log import note_access
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice
from clinic.models.configuration import one_version

BOOKED_COLUMNS = ("client", "appointment", "made", "opened", "made_version", "settled_at")
# In the mapping of an import: whether clients are mailed a confirmation.
CONFIRMS = "confirm"


def take_over_appointments(run: ImportRun, numbers: Sequence[int], reader: AppointmentReader) -> None:
    """Book those of these lines that nobody has booked yet, each in a transaction of its own."""
    waiting = run.lines.waiting().filter(number__in=numbers).exclude(verdict=Verdict.MATCHED)
    for line in waiting.order_by("number"):
        try:
            wanted = reader.read(line)
            with one_version():
                place_line(run, line, wanted, reader.practice)
            continue
        except UnusableLine as why:
            refuse_line(line, why)
        except Refusal as why:
            # What stands in the way by now says more than the refusal.
            refuse_line(line, clash_with(wanted, line.client) or why.for_team)
        line.save(update_fields=["verdict", "reason", "candidates", "twin", "client"])


def place_line(run: ImportRun, line: ImportLine, wanted: ImportedAppointment, practice: Practice) -> None:
    """Book one line, by the practice's rules where they allow the time, else with them set aside: the client was
    promised it. Nothing overlaps in either case. Raises Refusal."""
    try:
        book_line(run, line, wanted, practice, sets_rules_aside=False)
    except SlotTaken as refused:
        if not refused.was_never_offered:
            raise
        book_line(run, line, wanted, practice, sets_rules_aside=True)


def book_line(
    run: ImportRun, line: ImportLine, wanted: ImportedAppointment, practice: Practice, *, sets_rules_aside: bool
) -> None:
    """Book one line and write down that it is done, in one transaction. Raises Refusal."""
    file = _("Taken over as it stood: %(file)s, line %(number)d") % {"file": run.file_name, "number": line.number}
    differs = differences(wanted, practice)
    why = " ".join([*differs, file])
    request = replace(
        imported_request(wanted, practice),
        by=run.by,
        override=RuleOverride(reason=why) if sets_rules_aside else None,
        remark=why if differs else "",
    )
    screened = check_request(request)

    def work() -> None:
        current = ImportLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
        if current.settled_at is not None:
            return
        client = client_of_line(current, wanted)
        if client is None:
            client = wanted.person.unsaved_file()
            client.save(force_insert=True)
            current.opened = client.public_id
            AccessEvent.objects.bulk_create([change_of(client, run)])
        appointment = write_booking(replace(request, client=client), wanted.therapist, screened)
        if not run.mapping.get(CONFIRMS):
            keep_confirmation_back(appointment)
        appointment.refresh_from_db(fields=["row_version"])
        current.client, current.appointment = client, appointment.public_id
        current.made, current.made_version = appointment.public_id, appointment.row_version
        current.settled_at = timezone.now()
        current.save(update_fields=[*BOOKED_COLUMNS])
        note_access(client, noun="appointment", action=AccessEvent.Action.CHANGE, user=run.by, actor="system")

    run_transaction(work, therapists=[wanted.therapist.pk])


def keep_confirmation_back(appointment: Appointment) -> None:
    """Let no confirmation go: the client has known of this appointment since it was booked elsewhere."""
    due = Reminder.objects.filter(appointment=appointment, kind=Confirmation.code, state=ReminderState.DUE)
    why = _("Imported: the client has known of it before.")
    due.update(state=ReminderState.SKIPPED, skip_reason=why, settled_at=timezone.now())


def client_of_line(line: ImportLine, wanted: ImportedAppointment) -> Client | None:
    """The file for which a line is booked, as it was found or as somebody said; None for one to be opened."""
    if line.verdict == Verdict.ASK and line.choice == LineChoice.NEW:
        return None
    key = line.client_id or next(iter(line.candidates), None)
    told = clients_by_key([key]).get(key) if key else None
    if told is not None:
        return told
    certain = KnownFiles([wanted.person]).certain(wanted.person)
    return certain.client if certain else None


def settle_matched(run: ImportRun) -> None:
    """Note that the lines which stand in the calendar already are done."""
    matched = run.lines.filter(verdict=Verdict.MATCHED, settled_at=None)
    matched.update(settled_at=timezone.now())
