"""What becomes of a line of a file of coming appointments: what the booking action would say, asked without writing.

Asked are its own checks, with the lines above held as booked. What only the moment of booking tells is left to it: who
books in between, and what a line above makes of a client whose file it opens.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.book import check_request
from booking.appointments.booking_request import BookingRequest
from booking.appointments.eligibility import check_eligibility, first_status
from booking.appointments.screening import SafetyAnswers
from booking.imports.reading import AppointmentReader, ImportedAppointment
from booking.models import Appointment, Status
from booking.scheduling.availability import OVERRIDABLE, DayLoad, Span, StartVerdict, span_around
from booking.scheduling.order import Order
from booking.scheduling.refusals import NEVER_OFFERED, reason_for_team
from booking.scheduling.schedule import Schedule, read_schedule
from clients.imports.clients import note_finding, refuse_line
from clients.imports.matching import Finding, KnownFiles
from clients.imports.people import ImportedPerson, UnusableLine
from clients.models import Client, ImportLine, Intake, Verdict
from clinic.errors import Refusal
from clinic.models import Practice
from clinic.models.configuration import one_version
from clinic.templatetags.moments import short_day_clock

JUDGED_COLUMNS = ("verdict", "reason", "candidates", "twin", "client", "appointment")


@dataclass(frozen=True, kw_only=True)
class PlaceAbove:
    """What a line above takes: whose time, which room and kit, and for how long."""

    number: int
    client: Client | ImportedPerson
    therapist: int
    day: dt.date
    minutes: int
    session: Span
    blocked: Span
    room: int | None
    kit: int | None
    kit_blocked: Span


@dataclass
class PlacesAbove:
    """What the lines above in the same file take."""

    taken: list[PlaceAbove] = field(default_factory=list)

    def line_in_the_way(self, wanted: ImportedAppointment, client: Client | None) -> int | None:
        """The line above that has some of this time, of the therapist or of the client."""
        blocked, session, who = blocked_by(wanted), session_of(wanted), client or wanted.person
        for each in self.taken:
            of_therapist = each.therapist == wanted.therapist.pk and overlap(each.blocked, blocked)
            if of_therapist or (each.client == who and overlap(each.session, session)):
                return each.number
        return None

    def take(self, wanted: ImportedAppointment, client: Client | None, number: int, verdict: StartVerdict) -> None:
        """Remember what a line takes."""
        order = order_of(wanted)
        session, blocked = session_of(wanted), blocked_by(wanted)
        place = PlaceAbove(
            number=number,
            client=client or wanted.person,
            therapist=wanted.therapist.pk,
            day=timezone.localdate(wanted.start),
            minutes=order.minutes,
            session=session,
            blocked=blocked,
            room=verdict.room,
            kit=verdict.kit,
            kit_blocked=(blocked[0], session[1] + order.kit_busy_after),
        )
        self.taken.append(place)

    def added_to(self, seen: Schedule, day: dt.date) -> Schedule:
        """A schedule with all this in it, to ask about one day."""
        diaries = []
        for diary in seen.diaries:
            theirs = [each for each in self.taken if each.therapist == diary.key]
            load, today = diary.load_of_day(day), [each.minutes for each in theirs if each.day == day]
            booked = {day: DayLoad(load.appointments + len(today), load.minutes + sum(today))}
            diaries.append(replace(diary, busy=[*diary.busy, *(each.blocked for each in theirs)], booked=booked))
        rooms = [
            replace(room, busy=[*room.busy, *(each.blocked for each in self.taken if each.room == room.key)])
            for room in seen.rooms
        ]
        kits = [
            replace(kit, busy=[*kit.busy, *(each.kit_blocked for each in self.taken if each.kit == kit.key)])
            for kit in seen.kits
        ]
        return replace(seen, diaries=tuple(diaries), rooms=tuple(rooms), kits=tuple(kits))


def overlap(one: Span, other: Span) -> bool:
    """Whether two ranges share a minute."""
    return one[0] < other[1] and other[0] < one[1]


def order_of(wanted: ImportedAppointment) -> Order:
    """What is booked: at the length and price that the file has, else at today's."""
    order = Order.of(wanted.service, wanted.add_ons)
    price = order.price if wanted.price is None else wanted.price
    return replace(order, minutes=wanted.minutes or order.minutes, price=price)


def differences(wanted: ImportedAppointment, practice: Practice) -> list[str]:
    """Where length and price of the file are not those of the service today, in words."""
    here, there, money = Order.of(wanted.service, wanted.add_ons), order_of(wanted), practice.formats.money
    said = []
    if there.minutes != here.minutes:
        said.append(_("%(file)d minutes there, %(here)d here.") % {"file": there.minutes, "here": here.minutes})
    if there.price != here.price:
        prices = {"file": money(there.price, practice.currency), "here": money(here.price, practice.currency)}
        said.append(_("%(file)s there, %(here)s here.") % prices)
    return said


def session_of(wanted: ImportedAppointment) -> Span:
    """From when until when it takes its client."""
    return span_around(wanted.start, wanted.start + dt.timedelta(minutes=order_of(wanted).minutes))


def blocked_by(wanted: ImportedAppointment) -> Span:
    """From when until when it takes its therapist, buffers included."""
    begin, end = session_of(wanted)
    return begin - wanted.service.buffer_before, end + wanted.service.buffer_after


def imported_request(wanted: ImportedAppointment, practice: Practice) -> BookingRequest:
    """What a line asks of the booking action."""
    room = Appointment._meta.get_field("client_note").max_length
    return BookingRequest(
        order=order_of(wanted),
        start=wanted.start,
        therapist=wanted.therapist,
        client=wanted.person.unsaved_file(),
        answers=SafetyAnswers(),
        policy_accepted=True,
        via=Appointment.Via.IMPORT,
        practice=practice,
        note=wanted.note[:room],
        only_requested=wanted.only_requested,
    )


def judge_appointments(lines: Sequence[ImportLine], reader: AppointmentReader, above: PlacesAbove) -> None:
    """Find out what each of some lines is, in the order of the file."""
    found: dict[int, ImportedAppointment] = {}
    for line in lines:
        try:
            found[line.number] = reader.read(line)
        except UnusableLine as unusable:
            refuse_line(line, unusable)
    known = KnownFiles([each.person for each in found.values()])
    with one_version():
        for line in lines:
            if line.number in found:
                judge_appointment(line, found[line.number], known, above, reader.practice)
    ImportLine.objects.bulk_update(lines, JUDGED_COLUMNS)


def judge_appointment(
    line: ImportLine, wanted: ImportedAppointment, known: KnownFiles, above: PlacesAbove, practice: Practice
) -> None:
    """Find out what one line is: here already, in the way of something, of a person to ask for, or new."""
    finding = known.judge(wanted.person)
    if finding.verdict is Verdict.REFUSED:
        note_finding(line, finding)
        return
    client = finding.client
    if client is not None and (there := booked_already(client, wanted)):
        line.appointment = there.public_id
        said = _("It stands in the calendar already.")
        note_finding(line, Finding(verdict=Verdict.MATCHED, client=client, reason=said))
        return
    try:
        verdict, said = place_on_line(wanted, client, above, practice)
    except Refusal as why:
        refuse_line(line, why.for_team)
        return
    above.take(wanted, client, line.number, verdict)
    if finding.verdict is not Verdict.ASK:
        finding = Finding(verdict=Verdict.NEW, client=client, reason=said)
    note_finding(line, finding)


def place_on_line(
    wanted: ImportedAppointment, client: Client | None, above: PlacesAbove, practice: Practice
) -> tuple[StartVerdict, str]:
    """The room and kit that a line would get, and what somebody should know of it. Raises Refusal with the reason for
    which it cannot be booked."""
    if clash := clash_with(wanted, client):
        raise Refusal(clash)
    if (number := above.line_in_the_way(wanted, client)) is not None:
        raise Refusal(_("Line %(number)d takes this time already.") % {"number": number})
    request = imported_request(wanted, practice)
    screened = check_request(request)
    seen = read_schedule(request.order, first=request.day, last=request.day, therapist=wanted.therapist)
    if not seen.diaries:
        raise Refusal(cannot_give(wanted, request.order))
    seen = above.added_to(seen, request.day)
    verdict, said = seen.check(wanted.therapist, wanted.start), []
    sets_rules_aside = verdict.reason in NEVER_OFFERED
    if sets_rules_aside and verdict.reason is not None:
        outside = reason_for_team(verdict.reason, therapist=wanted.therapist.name)
        said.append(_("%(why)s It is taken over all the same.") % {"why": outside})
        verdict = seen.check(wanted.therapist, wanted.start, ignoring=OVERRIDABLE)
    if verdict.reason is not None:
        raise Refusal(reason_for_team(verdict.reason, therapist=wanted.therapist.name))
    if client is None:
        said.insert(0, _("Opens a file: this client has none yet."))
    else:
        check_eligibility(
            client,
            wanted.service,
            known=True,
            via=request.via,
            practice=practice,
            is_stranger=False,
            ignores_audience=sets_rules_aside,
        )
        asked = replace(request, client=client)
        status = first_status(asked, client, Intake.objects.latest_of(client), screened)
        if status == Status.REQUESTED and not wanted.only_requested:
            said.append(_("It becomes a request: a therapist looks at the answers on file first."))
    return verdict, " ".join([*said, *differences(wanted, practice)])


def cannot_give(wanted: ImportedAppointment, order: Order) -> str:
    """Why a therapist has no diary at all for a service."""
    if order.endless:
        return _("It is longer than an appointment may be.")
    names = {"name": wanted.therapist.name, "service": wanted.service.name}
    return _("%(name)s does not give %(service)s.") % names


def booked_already(client: Client, wanted: ImportedAppointment) -> Appointment | None:
    """The client's active appointment at this very time."""
    return Appointment.objects.active().filter(client=client, starts_at=wanted.start).order_by("pk").first()


def clash_with(wanted: ImportedAppointment, client: Client | None) -> str:
    """What stands in the way of a line: the therapist's or the client's other appointment; empty for nothing."""
    end = wanted.start + dt.timedelta(minutes=order_of(wanted).minutes)
    begin, until = (
        wanted.start - dt.timedelta(minutes=wanted.service.buffer_before),
        end + dt.timedelta(minutes=wanted.service.buffer_after),
    )
    therapist = Appointment.objects.blocking("therapist_id", wanted.therapist.pk, begin, until)
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
