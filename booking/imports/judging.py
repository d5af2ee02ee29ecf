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
from booking.scheduling.availability import OVERRIDABLE, Span, instant, span_around
from booking.scheduling.order import Order
from booking.scheduling.refusals import NEVER_OFFERED, reason_for_team
from booking.scheduling.schedule import Schedule, read_schedule
from booking.scheduling.simulation import PencilLine, with_span
from clients.imports.clients import note_finding, refuse_line
from clients.imports.matching import Finding, KnownFiles
from clients.imports.people import ImportedPerson, UnusableLine
from clients.models import Client, ImportLine, Intake, Verdict
from clinic.errors import Refusal
from clinic.models import Practice
from clinic.models.configuration import one_version
from clinic.templatetags.moments import short_day_clock

JUDGED_COLUMNS = ("verdict", "reason", "candidates", "twin", "client", "appointment")
# Two sessions further apart take nothing from each other, and are never on the same day.
NEAR_MINUTES = 2 * 24 * 60


@dataclass
class PlacesAbove:
    """What the lines above in the same file take: the number of each, who comes, and whose time, room and kit."""

    taken: list[tuple[int, Client | ImportedPerson, PencilLine]] = field(default_factory=list)

    def line_in_the_way(self, wanted: ImportedAppointment, client: Client | None) -> int | None:
        """The line above that has some of this time, of the therapist or of the client."""
        blocked, session, who = blocked_by(wanted), session_of(wanted), client or wanted.person
        for number, whose, line in self.taken:
            of_therapist = line.therapist == wanted.therapist.pk and overlap(line.blocked, blocked)
            if of_therapist or (whose == who and overlap(line.session, session)):
                return number
        return None

    def added_to(self, seen: Schedule, start: dt.datetime) -> Schedule:
        """A schedule with what of this is near enough to matter at a start; who comes is asked beforehand."""
        found, at = seen, instant(start)
        for _number, _whose, line in self.taken:
            if abs(line.session[0] - at) < NEAR_MINUTES:
                found = line.drawn_into(found, with_span)
        return replace(found, client=seen.client)


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
    same = Appointment.objects.active().filter(client=client, starts_at=wanted.start).order_by("pk")
    if client is not None and (there := same.first()):
        line.appointment = there.public_id
        said = _("It stands in the calendar already.")
        note_finding(line, Finding(verdict=Verdict.MATCHED, client=client, reason=said))
        return
    try:
        place, said = place_on_line(wanted, client, above, practice)
    except Refusal as why:
        refuse_line(line, why.for_team)
        return
    above.taken.append((line.number, client or wanted.person, place))
    if finding.verdict is not Verdict.ASK:
        finding = Finding(verdict=Verdict.NEW, client=client, reason=said)
    note_finding(line, finding)


def place_on_line(
    wanted: ImportedAppointment, client: Client | None, above: PlacesAbove, practice: Practice
) -> tuple[PencilLine, str]:
    """What a line would take, room and kit included, and what to know of it. Raises Refusal: why it cannot be."""
    if clash := clash_with(wanted, client):
        raise Refusal(clash)
    if (number := above.line_in_the_way(wanted, client)) is not None:
        raise Refusal(_("Line %(number)d takes this time already.") % {"number": number})
    request = imported_request(wanted, practice)
    screened = check_request(request)
    seen = read_schedule(request.order, first=request.day, last=request.day, therapist=wanted.therapist)
    if not seen.diaries:
        names = {"name": wanted.therapist.name, "service": wanted.service.name}
        raise Refusal(
            _("It is longer than an appointment may be.")
            if request.order.endless
            else _("%(name)s does not give %(service)s.") % names
        )
    seen = above.added_to(seen, wanted.start)
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
    place = PencilLine.at(wanted.start, wanted.therapist, seen.rules, verdict)
    return place, " ".join([*said, *differences(wanted, practice)])


def clash_with(wanted: ImportedAppointment, client: Client | None) -> str:
    """What stands in the way of a line: the therapist's or the client's other appointment; empty for nothing."""
    start, end = wanted.start, wanted.start + dt.timedelta(minutes=order_of(wanted).minutes)
    before, after = (dt.timedelta(minutes=each) for each in (wanted.service.buffer_before, wanted.service.buffer_after))
    blocking = Appointment.objects.select_related("service", "therapist").order_by("starts_at").blocking
    if there := blocking("therapist_id", wanted.therapist.pk, start - before, end + after).first():
        said = _("%(therapist)s has %(service)s then, on %(when)s.")
    elif there := blocking("client_id", client.pk, start, end).first() if client else None:
        said = _("The client has %(service)s with %(therapist)s then, on %(when)s.")
    else:
        return ""
    when = short_day_clock(timezone.localtime(there.starts_at))
    return said % {"therapist": there.therapist.name, "service": there.service.name, "when": when}
