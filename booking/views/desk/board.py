"""One day of the practice as the desk shows it: a column per therapist, visits and the gaps between them.

The number of queries is the same for an empty day and a full one.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.utils import timezone

from booking import availability
from booking.availability import Span, TherapistDiary
from booking.availability.instants import WallClock, day_number
from booking.availability.rules import working_ranges
from booking.availability.spans import joined, outside, subtract
from booking.configuration import current_configuration
from booking.fitting import Fit, fits_on
from booking.models import Appointment, Therapist
from booking.models.appointment import BOOKED, AppointmentQuerySet, Status
from booking.opening import opening_of
from booking.order import as_booked
from booking.views.desk.alerts import Alert, alerts
from booking.views.desk.intakes import Given, IntakeState, given_by, shown_to
from clients.catalogue import current
from clinic.models import Practice

# A gap shorter than this is a pause, not a time to offer.
SHORTEST_GAP = 15


@dataclass(frozen=True)
class Visit:
    """One appointment on the board."""

    appointment: Appointment
    first: bool
    intake: IntakeState
    alerts: Sequence[Alert]

    @property
    def starts(self) -> dt.datetime:
        """When it begins."""
        return self.appointment.starts_at

    @property
    def now(self) -> bool:
        """Whether it is under way."""
        return self.appointment.is_active and self.appointment.starts_at <= timezone.now() < self.appointment.ends_at

    @property
    def movable(self) -> bool:
        """Whether it can be dragged to another time; what was offered stands until its client has said yes or no."""
        return self.appointment.is_ahead

    @property
    def over(self) -> bool:
        """Whether nothing is to be done about it any more."""
        return self.appointment.status in (Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW)


@dataclass(frozen=True)
class Gap:
    """A stretch in which a therapist works and nothing is booked; `fit` is the first thing that can be, if any."""

    starts: dt.datetime
    ends: dt.datetime
    away: bool = False
    fit: Fit | None = None

    @property
    def minutes(self) -> int:
        """How long it is."""
        return int((self.ends - self.starts).total_seconds()) // 60


@dataclass(frozen=True)
class Column:
    """One therapist's day, in order of time."""

    therapist: Therapist
    lines: Sequence[Visit | Gap]
    works: bool

    @property
    def visits(self) -> list[Visit]:
        """The visits alone."""
        return [line for line in self.lines if isinstance(line, Visit)]

    @property
    def count(self) -> int:
        """How many visits are booked."""
        return sum(visit.appointment.status in BOOKED for visit in self.visits)

    @property
    def offered(self) -> int:
        """How many times are held for someone on the waitlist."""
        return sum(visit.appointment.status == Status.OFFERED for visit in self.visits)


def with_history(visits: AppointmentQuerySet) -> AppointmentQuerySet:
    """Visits joined with people and offer, each with whether it is the client's first and when they were last here."""
    earlier = Appointment.objects.filter(client=OuterRef("client"), starts_at__lt=OuterRef("starts_at"))
    done = earlier.filter(status=Status.COMPLETED).order_by().values("client").annotate(last=Max("ends_at"))
    return (
        visits.with_people()
        .select_related("offer")
        .annotate(is_first=~Exists(earlier.filter(status__in=BOOKED)), last_visit=Subquery(done.values("last")[:1]))
    )


def bounds(day: dt.date, practice: Practice) -> tuple[dt.datetime, dt.datetime]:
    """A local date as two instants, half-open."""
    begin, end = availability.day_span(practice.zone, day)
    return availability.as_datetime(begin), availability.as_datetime(end)


def intake_state(visit: Appointment, given: Given) -> IntakeState:
    """How the client's intake stands before a visit of `with_history`."""
    return given.state(last_visit=visit.last_visit, asked=visit.service.asks_intake)  # type: ignore[attr-defined] # annotated


def board(
    visible: AppointmentQuerySet, day: dt.date, practice: Practice, *, only: Therapist | None, health: bool
) -> list[Column]:
    """The columns of one local date; `only` one therapist's where named. A visit over midnight stands on both days.

    Without `health` nothing is said of what the clients answered.
    """
    begin, end = bounds(day, practice)
    found = with_history(visible.touching(begin, end)).order_by("starts_at", "id")
    rows: list[Appointment] = list(found.filter(therapist=only) if only else found)
    given = given_by({each.client_id for each in rows})
    catalogue = current()
    visits = [
        Visit(
            appointment=each,
            first=each.is_first,  # type: ignore[attr-defined] # annotated
            intake=shown_to(health, intake_state(each, given[each.client_id])),
            alerts=alerts(
                catalogue,
                as_booked(each).techniques,
                screening=each.screening,
                intake=given[each.client_id].latest,
                note_seen=each.clearance_seen_on is not None,
                at=each.starts_at,
            )
            if health
            else (),
        )
        for each in rows
    ]
    staff = Therapist.objects.filter(
        Q(pk__in=Therapist.objects.at_work()) | Q(pk__in={each.therapist_id for each in rows})
    )
    therapists = [each for each in staff if only is None or each.pk == only.pk]
    gaps, soonest = free_gaps(therapists, rows, day, practice), next_step(timezone.now(), practice)
    fits = fits_on(day, practice)
    return [
        column(
            each,
            [visit for visit in visits if visit.appointment.therapist_id == each.pk],
            [with_fit(gap, fits.get(each.pk, [])) for gap in gaps[each.pk]],
            soonest,
        )
        for each in therapists
    ]


def with_fit(gap: Gap, fits: Sequence[Fit]) -> Gap:
    """A gap with the first of these times that lies in it."""
    inside = (fit for fit in fits if gap.starts <= fit.start < gap.ends)
    return gap if gap.away else replace(gap, fit=next(inside, None))


def column(therapist: Therapist, visits: Sequence[Visit], gaps: Sequence[Gap], soonest: dt.datetime) -> Column:
    """Visits and gaps of one therapist in order of time. Nothing is free any more before `soonest`."""
    left = [each if each.away else replace(each, starts=max(each.starts, begins(each, soonest))) for each in gaps]
    shown = [each for each in left if each.away or each.minutes >= SHORTEST_GAP]
    lines: list[Visit | Gap] = sorted([*visits, *shown], key=lambda line: line.starts)
    return Column(therapist, lines, works=bool(gaps) or any(each.appointment.is_active for each in visits))


def begins(gap: Gap, soonest: dt.datetime) -> dt.datetime:
    """From when on a gap is worth showing: from `soonest`, or before that from the first that can be booked in it."""
    return soonest if gap.fit is None else min(soonest, gap.fit.start)


def next_step(now: dt.datetime, practice: Practice) -> dt.datetime:
    """The first instant from `now` on at which the practice's sessions may begin, on the grid of its wall clock."""
    whole = now.replace(second=0, microsecond=0)
    whole += dt.timedelta(minutes=whole < now)
    local = whole.astimezone(practice.zone)
    return whole + dt.timedelta(minutes=-(local.hour * 60 + local.minute) % practice.slot_step_minutes)


def free_gaps(
    therapists: Iterable[Therapist], booked: Iterable[Appointment], day: dt.date, practice: Practice
) -> dict[int, list[Gap]]:
    """By therapist: when they work on a local date and nothing is booked, and when they are away instead."""
    keys = [each.pk for each in therapists]
    opening = opening_of(current_configuration(), keys, first=day, last=day)
    number = day_number(day)
    clock = WallClock.of(practice.zone, number, number)
    today = clock.hull_of_day(number)
    gaps: dict[int, list[Gap]] = {}
    for key in keys:
        who = TherapistDiary(key=key, hours=opening.hours[key], overrides=opening.overrides[key])
        ranges = working_ranges(who, (number - 1, number))
        works = [part for span in ranges for part in clock.spans(*span)]
        busy = [
            availability.span_around(each.blocked_from, each.blocked_until)
            for each in booked
            if each.therapist_id == key and each.is_active
        ]
        present = within(joined(works), today)
        gone = [*opening.away[key], *opening.closed]
        free = subtract(present, sorted([*busy, *gone]))
        off = subtract(within(present, today), sorted([*busy, *outside(gone)]))
        gaps[key] = [
            *(gap(span) for span in free if span[1] - span[0] >= SHORTEST_GAP),
            *(gap(span, away=True) for span in off),
        ]
    return gaps


def within(spans: Iterable[Span], frame: Span) -> list[Span]:
    """The parts of some ranges that lie inside a frame."""
    cut = ((max(start, frame[0]), min(end, frame[1])) for start, end in spans)
    return [(start, end) for start, end in cut if start < end]


def gap(span: Span, *, away: bool = False) -> Gap:
    """A range of instants as two datetimes."""
    return Gap(availability.as_datetime(span[0]), availability.as_datetime(span[1]), away)
