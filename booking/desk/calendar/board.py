"""One day at the desk: a column per therapist, appointments and gaps, in a fixed number of queries."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from booking.appointments.arrival import may_arrive
from booking.appointments.known_health import read_together, with_health_history
from booking.desk.calendar.alerts import Alert, alerts_for, alerts_for_desk
from booking.desk.calendar.dates import wall_time_query
from booking.desk.calendar.intake_state import IntakePair, IntakeState, intake_pairs, state_shown_to
from booking.models import BOOKED, Appointment, AppointmentQuerySet, Service, Status, Therapist, in_time_off
from booking.payments.access import seen_payment_state
from booking.payments.balances import PaymentState
from booking.scheduling import availability
from booking.scheduling.availability import Span
from booking.scheduling.availability.spans import complement, subtract
from booking.scheduling.configuration import Configuration, current_configuration
from booking.scheduling.gaps import FittingStart, day_fits
from booking.scheduling.hours import hours_worked
from clinic.models import Practice

# A gap shorter than this is a pause, not a time to offer.
SHORTEST_GAP = 15
# Of these nothing is to be done any more.
OVER = (Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW)
# From when on a client is awaited, and for how long back a practice that noted an arrival is taken to note them.
EXPECTED_BEFORE = dt.timedelta(hours=1)
NOTED_WITHIN = dt.timedelta(days=14)
# How many alerts of one appointment the board names; it counts the others.
ALERTS_AT_ONCE = 4


@dataclass(frozen=True)
class BookedTime:
    """One appointment on the board."""

    appointment: Appointment
    first: bool
    intake: IntakeState
    alerts: Sequence[Alert]
    in_blocked_time: bool = False
    """Whether its time was blocked, and it waits to be moved, cancelled or kept."""
    arrivals_noted: bool = False
    """Whether the practice says of its clients that they are here: only then does it mean something not to be."""

    @property
    def starts(self) -> dt.datetime:
        """When it begins."""
        return self.appointment.starts_at

    @property
    def now(self) -> bool:
        """Whether it is under way."""
        return self.appointment.is_active and self.appointment.starts_at <= timezone.now() < self.appointment.ends_at

    @property
    def is_expected(self) -> bool:
        """Whether the client may come through the door any moment."""
        soon = self.appointment.starts_at - timezone.now() <= EXPECTED_BEFORE
        return soon and may_arrive(self.appointment) and not self.appointment.has_arrived and not self.has_ended

    @property
    def late(self) -> bool:
        """Whether it should be under way and the client is not here."""
        return self.arrivals_noted and self.is_expected and self.appointment.starts_at <= timezone.now()

    @property
    def has_ended(self) -> bool:
        """Whether its time is over."""
        return self.appointment.ends_at <= timezone.now()

    @property
    def payment(self) -> PaymentState:
        """Whether a session that took place is paid, for whoever sees its money."""
        return seen_payment_state(self.appointment)

    @property
    def movable(self) -> bool:
        """Whether it can be dragged to another time; what was offered stands until its client has said yes or no."""
        return self.appointment.is_ahead

    @property
    def named_alerts(self) -> Sequence[Alert]:
        """The alerts to name; none once nothing is to be done about them."""
        return () if self.over else self.alerts[:ALERTS_AT_ONCE]

    @property
    def more_alerts(self) -> int:
        """How many there are besides those."""
        return len(self.alerts) - ALERTS_AT_ONCE if self.named_alerts and len(self.alerts) > ALERTS_AT_ONCE else 0

    @property
    def over(self) -> bool:
        """Whether nothing is to be done about it any more."""
        return self.appointment.status in OVER


@dataclass(frozen=True)
class BoardGap:
    """A stretch in which a therapist works and nothing is booked; `fit` is the first thing that can be, if any."""

    therapist: Therapist
    starts: dt.datetime
    ends: dt.datetime
    away: bool = False
    private: bool = False
    """Whether a calendar of the therapist's own is busy then."""
    fit: FittingStart | None = None

    @property
    def is_open(self) -> bool:
        """Whether the therapist could be booked then, as far as the diary goes."""
        return not self.away and not self.private

    @property
    def minutes(self) -> int:
        """How long it is."""
        return int((self.ends - self.starts).total_seconds()) // 60

    @property
    def drop_query(self) -> str:
        """What the page that moves an appointment is asked when one is dropped here."""
        until = {"until": wall_time_query(self.ends)["start"], "therapist": str(self.therapist.public_id)}
        return urlencode(wall_time_query(self.starts) | until, safe=":")

    @property
    def free_from(self) -> dt.datetime | None:
        """When what fits can begin, if that is later than the gap."""
        return self.fit.start if self.fit and self.fit.start != self.starts else None

    @property
    def book_url(self) -> str:
        """Where the desk books what fits."""
        if self.fit is None:
            return ""
        asked = {"therapist": str(self.therapist.public_id)} | wall_time_query(self.fit.start)
        return f"{reverse('booking:desk-book')}?{urlencode(asked | {'service': self.fit.service.slug}, safe=':')}"


@dataclass(frozen=True)
class BoardColumn:
    """One therapist's day, in order of time."""

    therapist: Therapist
    lines: Sequence[BookedTime | BoardGap]
    works: bool

    @property
    def appointments(self) -> list[BookedTime]:
        """The appointments alone."""
        return [line for line in self.lines if isinstance(line, BookedTime)]

    @property
    def count(self) -> int:
        """How many appointments are booked."""
        return sum(appointment.appointment.status in BOOKED for appointment in self.appointments)

    @property
    def offered(self) -> int:
        """How many times are held for someone on the waitlist."""
        return sum(appointment.appointment.is_offered for appointment in self.appointments)

    @property
    def summary(self) -> str:
        """Both in words."""
        return counts_in_words(self.count, self.offered)


def counts_in_words(booked: int, offered: int) -> str:
    """“3 appointments, one offered”."""
    words = ngettext("one appointment", "%(number)s appointments", booked) % {"number": booked}
    if not offered:
        return words
    return f"{words}, {ngettext('one offered', '%(number)s offered', offered) % {'number': offered}}"


def with_client_history(appointments: AppointmentQuerySet) -> AppointmentQuerySet:
    """Appointments joined with people and offer, whether it is the client's first and when they were last here."""
    earlier = Appointment.objects.filter(client=OuterRef("client"), starts_at__lt=OuterRef("starts_at"))
    now = timezone.now()
    noted = Appointment.objects.filter(starts_at__gte=now - NOTED_WITHIN, starts_at__lt=now, arrived_at__isnull=False)
    done = earlier.filter(status=Status.COMPLETED).order_by().values("client").annotate(last=Max("ends_at"))
    return (
        with_health_history(appointments.with_people())
        .select_related("offer")
        .annotate(
            is_first=~Exists(earlier.filter(status__in=BOOKED)),
            last_appointment=Subquery(done.values("last")[:1]),
            in_time_off=in_time_off(),
            arrivals_noted=Exists(noted),
        )
    )


def intake_state(appointment: Appointment, given: IntakePair) -> IntakeState:
    """How the client's intake stands before an appointment of `with_history`."""
    return given.state(last_appointment=appointment.last_appointment, asked=appointment.service.asks_intake)  # type: ignore[attr-defined] # annotated


def build_board(
    visible: AppointmentQuerySet,
    day: dt.date,
    practice: Practice,
    *,
    only: Therapist | None,
    health: bool,
    service: Service | None = None,
) -> list[BoardColumn]:
    """The columns of one local date; `only` one therapist's where named. What is free is so for `service`, or for any.

    An appointment over midnight stands on both days.

    Without `health` nothing is said of what the clients answered.
    """
    begin, end = availability.dates_as_moments(practice.zone, day, day)
    found = with_client_history(visible.touching(begin, end)).of_therapist(only)
    rows: list[Appointment] = list(found.order_by("starts_at", "id"))
    appointments = booked_times(rows, practice, health=health)
    staff = Therapist.objects.filter(
        Q(pk__in=Therapist.objects.at_work()) | Q(pk__in={each.therapist_id for each in rows})
    )
    therapists = [each for each in staff if only is None or each.pk == only.pk]
    configuration, now = current_configuration(), timezone.now()
    fits = day_fits(day, configuration, now, service=service)
    gaps, soonest = free_gaps(therapists, rows, day, configuration, fits.private), next_grid_start(now, practice)
    return [
        build_column(
            each,
            [appointment for appointment in appointments if appointment.appointment.therapist_id == each.pk],
            [with_first_fit(gap, fits.starts.get(each.pk, [])) for gap in gaps[each.pk]],
            soonest,
        )
        for each in therapists
    ]


def booked_times(rows: Sequence[Appointment], practice: Practice, *, health: bool) -> list[BookedTime]:
    """Appointments of `with_client_history` as the board shows them, with their alerts where `health` may be seen."""
    given = intake_pairs({each.client_id for each in rows})
    read, now = read_together(rows), timezone.now()
    return [
        BookedTime(
            appointment=each,
            first=each.is_first,  # type: ignore[attr-defined] # annotated
            intake=state_shown_to(health, intake_state(each, given[each.client_id])),
            alerts=()
            if each.status in OVER
            else alerts_for(each, given[each.client_id].latest, practice, read)
            if health
            else alerts_for_desk(each.client),
            arrivals_noted=each.arrivals_noted,  # type: ignore[attr-defined] # annotated
            in_blocked_time=each.in_time_off and each.is_active and each.starts_at > now,  # type: ignore[attr-defined] # annotated
        )
        for each in rows
    ]


def with_first_fit(gap: BoardGap, fits: Sequence[FittingStart]) -> BoardGap:
    """A gap with the first of these times that lies in it."""
    inside = (fit for fit in fits if gap.starts <= fit.start < gap.ends)
    return replace(gap, fit=next(inside, None)) if gap.is_open else gap


def build_column(
    therapist: Therapist, appointments: Sequence[BookedTime], gaps: Sequence[BoardGap], soonest: dt.datetime
) -> BoardColumn:
    """Appointments and gaps of one therapist in order of time. Nothing is free any more before `soonest`."""
    left = [
        replace(each, starts=max(each.starts, gap_visible_from(each, soonest))) if each.is_open else each
        for each in gaps
    ]
    shown = [each for each in left if not each.is_open or each.minutes >= SHORTEST_GAP]
    lines: list[BookedTime | BoardGap] = sorted([*appointments, *shown], key=lambda line: line.starts)
    return BoardColumn(therapist, lines, works=bool(gaps) or any(each.appointment.is_active for each in appointments))


def gap_visible_from(gap: BoardGap, soonest: dt.datetime) -> dt.datetime:
    """From when on a gap is worth showing: from `soonest`, or before that from the first that can be booked in it."""
    return soonest if gap.fit is None else min(soonest, gap.fit.start)


def next_grid_start(now: dt.datetime, practice: Practice) -> dt.datetime:
    """The first instant from `now` on at which the practice's sessions may begin, on the grid of its wall clock."""
    whole = now.replace(second=0, microsecond=0)
    whole += dt.timedelta(minutes=whole < now)
    local = whole.astimezone(practice.zone)
    return whole + dt.timedelta(minutes=-(local.hour * 60 + local.minute) % practice.slot_step_minutes)


def free_gaps(
    therapists: Sequence[Therapist],
    booked: Iterable[Appointment],
    day: dt.date,
    configuration: Configuration,
    private: Mapping[int, Sequence[Span]],
) -> dict[int, list[BoardGap]]:
    """By therapist: when they work on a local date and nothing is booked, and when they are away instead, or busy by
    calendars of their own (`private`)."""
    works = hours_worked(configuration, [each.pk for each in therapists], first=day, last=day)
    gaps: dict[int, list[BoardGap]] = {}
    for therapist in therapists:
        key = therapist.pk
        busy = [
            availability.span_around(each.blocked_from, each.blocked_until)
            for each in booked
            if each.therapist_id == key and each.is_active
        ]
        gone = [*configuration.therapists[key].away, *configuration.closed]
        own = private.get(key, ())
        free = subtract(works[key], sorted([*busy, *gone, *own]))
        off = subtract(works[key], sorted([*busy, *complement(gone)]))
        taken = subtract(works[key], sorted([*busy, *gone, *complement(own)]))
        gaps[key] = [
            *(gap_from_span(therapist, span) for span in free if span[1] - span[0] >= SHORTEST_GAP),
            *(gap_from_span(therapist, span, away=True) for span in off),
            *(gap_from_span(therapist, span, private=True) for span in taken),
        ]
    return gaps


def gap_from_span(therapist: Therapist, span: Span, *, away: bool = False, private: bool = False) -> BoardGap:
    """A range of instants as two datetimes."""
    return BoardGap(therapist, availability.as_datetime(span[0]), availability.as_datetime(span[1]), away, private)
