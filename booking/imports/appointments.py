"""The lines of a file of coming appointments: judged, with clashes named, then placed by the booking action itself."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.book import check_request, write_booking
from booking.appointments.booking_request import BookingRequest, RuleOverride, SafetyAnswers
from booking.appointments.locking import run_transaction
from booking.errors import TimeNotOffered
from booking.imports.reading import AppointmentReader, ImportedAppointment
from booking.models import Appointment, Reminder, ReminderState
from booking.reminders.kinds.confirmation import Confirmation
from booking.scheduling.order import Order
from clients.imports.clients import change_of, note_finding, refuse_line
from clients.imports.matching import Finding, KnownFiles, clients_by_key
from clients.imports.people import UnusableLine
from clients.models import Client, ImportLine, ImportRun, LineChoice, Verdict
from clients.record.access_log import note_access
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice
from clinic.models.configuration import one_version
from clinic.templatetags.moments import short_day_clock

JUDGED_COLUMNS = ("verdict", "reason", "candidates", "twin", "client", "appointment")
BOOKED_COLUMNS = ("client", "appointment", "made", "opened", "made_version", "settled_at")
# In the mapping of an import: whether clients are mailed a confirmation.
CONFIRMS = "confirm"


@dataclass
class PlacesAbove:
    """The times that the lines above in the same file take of each therapist."""

    taken: dict[int, list[tuple[dt.datetime, dt.datetime, int]]] = field(default_factory=dict)

    def line_in_the_way(self, wanted: ImportedAppointment) -> int | None:
        """The line above that has some of this time; without one, this line takes it."""
        begin, end = blocked_by(wanted)
        theirs = self.taken.setdefault(wanted.therapist.pk, [])
        for other_begin, other_end, number in theirs:
            if begin < other_end and other_begin < end:
                return number
        return None

    def take(self, wanted: ImportedAppointment, number: int) -> None:
        """Remember that a line takes this time."""
        begin, end = blocked_by(wanted)
        self.taken.setdefault(wanted.therapist.pk, []).append((begin, end, number))


def order_of(wanted: ImportedAppointment) -> Order:
    """What is booked, at today's length and price."""
    return Order.of(wanted.service, wanted.add_ons)


def blocked_by(wanted: ImportedAppointment) -> tuple[dt.datetime, dt.datetime]:
    """From when until when it takes its therapist, buffers included."""
    service, minutes = wanted.service, order_of(wanted).minutes
    begin = wanted.start - dt.timedelta(minutes=service.buffer_before)
    return begin, wanted.start + dt.timedelta(minutes=minutes + service.buffer_after)


def judge_appointments(lines: Sequence[ImportLine], reader: AppointmentReader, above: PlacesAbove) -> None:
    """Find out what each of some lines is, in the order of the file."""
    found: dict[int, ImportedAppointment] = {}
    for line in lines:
        try:
            found[line.number] = reader.read(line)
        except UnusableLine as unusable:
            refuse_line(line, unusable)
    known = KnownFiles([each.person for each in found.values()])
    for line in lines:
        if line.number in found:
            judge_appointment(line, found[line.number], known, above)
    ImportLine.objects.bulk_update(lines, JUDGED_COLUMNS)


def judge_appointment(line: ImportLine, wanted: ImportedAppointment, known: KnownFiles, above: PlacesAbove) -> None:
    """Find out what one line is: here already, in the way of something, of a person to ask for, or new."""
    finding = known.judge(wanted.person)
    if finding.verdict is Verdict.REFUSED:
        note_finding(line, finding)
        return
    client = finding.client
    if client is not None and (there := booked_already(client, wanted)):
        line.appointment = there.public_id
        note_finding(
            line, Finding(verdict=Verdict.MATCHED, client=client, reason=_("It stands in the calendar already."))
        )
        return
    if clash := clash_with(wanted, client):
        refuse_line(line, clash)
        return
    if (number := above.line_in_the_way(wanted)) is not None:
        refuse_line(line, _("Line %(number)d takes this time already.") % {"number": number})
        return
    above.take(wanted, line.number)
    if finding.verdict is Verdict.ASK:
        note_finding(line, finding)
        return
    note_finding(line, Finding(verdict=Verdict.NEW, client=client, reason=remark_on(wanted, client)))


def remark_on(wanted: ImportedAppointment, client: Client | None) -> str:
    """What somebody should know of a line that is booked."""
    minutes = order_of(wanted).minutes
    said = []
    if client is None:
        said.append(_("Opens a file: this client has none yet."))
    if wanted.minutes and wanted.minutes != minutes:
        length = _("%(file)d minutes there, %(here)d here.")
        said.append(length % {"file": wanted.minutes, "here": minutes})
    return " ".join(said)


def booked_already(client: Client, wanted: ImportedAppointment) -> Appointment | None:
    """The client's active appointment at this very time."""
    return Appointment.objects.active().filter(client=client, starts_at=wanted.start).order_by("pk").first()


def clash_with(wanted: ImportedAppointment, client: Client | None) -> str:
    """What stands in the way of a line: the therapist's or the client's other appointment; empty for nothing."""
    begin, end = blocked_by(wanted)
    therapist = Appointment.objects.blocking("therapist_id", wanted.therapist.pk, begin, end)
    if there := therapist.select_related("service", "therapist").order_by("starts_at").first():
        said = _("%(therapist)s has %(service)s then, on %(when)s.")
        return said % {"therapist": there.therapist.name, "service": there.service.name, "when": when_of(there)}
    if client is None:
        return ""
    theirs = Appointment.objects.blocking("client_id", client.pk, wanted.start, end)
    if there := theirs.select_related("service", "therapist").order_by("starts_at").first():
        said = _("The client has %(service)s with %(therapist)s then, on %(when)s.")
        return said % {"therapist": there.therapist.name, "service": there.service.name, "when": when_of(there)}
    return ""


def when_of(appointment: Appointment) -> str:
    """When an appointment begins, as the practice's clock has it."""
    return short_day_clock(timezone.localtime(appointment.starts_at))


def take_over_appointments(
    run: ImportRun, numbers: Sequence[int], reader: AppointmentReader, practice: Practice
) -> None:
    """Book those of these lines that nobody has booked yet, each in a transaction of its own."""
    waiting = run.lines.waiting().filter(number__in=numbers).exclude(verdict=Verdict.MATCHED)
    for line in waiting.order_by("number"):
        try:
            wanted = reader.read(line)
            with one_version():
                place_line(run, line, wanted, practice)
        except (Refusal, UnusableLine) as why:
            said = why.for_team if isinstance(why, Refusal) else str(why)
            refuse_line(line, clash_with_line(line, reader) or said)
            line.save(update_fields=["verdict", "reason", "candidates", "twin", "client"])


def clash_with_line(line: ImportLine, reader: AppointmentReader) -> str:
    """What stands in the way of a line by now; empty for nothing."""
    try:
        return clash_with(reader.read(line), line.client)
    except UnusableLine:
        return ""


def place_line(run: ImportRun, line: ImportLine, wanted: ImportedAppointment, practice: Practice) -> None:
    """Book one line, by the practice's rules where they allow the time, else with them set aside: the client was
    promised it. Nothing overlaps in either case. Raises Refusal."""
    try:
        book_line(run, line, wanted, practice, override=None)
    except TimeNotOffered:
        why = _("Taken over as it stood: %(file)s, line %(number)d") % {"file": run.file_name, "number": line.number}
        book_line(run, line, wanted, practice, override=RuleOverride(reason=why))


def book_line(
    run: ImportRun, line: ImportLine, wanted: ImportedAppointment, practice: Practice, *, override: RuleOverride | None
) -> None:
    """Book one line and write down that it is done, in one transaction. Raises Refusal."""
    room = Appointment._meta.get_field("client_note").max_length
    request = BookingRequest(
        order=order_of(wanted),
        start=wanted.start,
        therapist=wanted.therapist,
        client=wanted.person.unsaved_file(),
        answers=SafetyAnswers(),
        policy_accepted=True,
        via=Appointment.Via.IMPORT,
        practice=practice,
        by=run.by,
        note=wanted.note[:room],
        override=override,
        only_requested=wanted.only_requested,
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

    run_transaction(work)


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
