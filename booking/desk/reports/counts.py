"""What happened in a period and in the one before: counted by PostgreSQL in few queries, by therapist and by part."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, TypeAlias

from django.db import connection, transaction
from django.db.models import BooleanField, Case, Count, DecimalField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, TruncDate, TruncMonth

from booking.desk.reports.open_hours import OpenMinutes
from booking.desk.reports.period import DateRange, ReportPeriod, Step
from booking.desk.reports.period_form import instants_of
from booking.models import (
    Appointment,
    AppointmentQuerySet,
    Status,
    booked_again,
    cancelled_late,
    first_appointments,
    kept_time,
    took_place,
)
from clinic.models import Practice

NOTHING = Decimal(0)
# By what the rows are told apart: whether they are of the period before, whose, and when.
PLACE = ("is_former", "therapist_id", "part")
Place: TypeAlias = tuple[bool, int, dt.date]
MONEY = DecimalField(max_digits=14, decimal_places=3)


@dataclass(frozen=True)
class Counts:
    """What happened in some stretch of time. Minutes are of sessions, without buffers; income is as booked."""

    open_minutes: int = 0
    booked_minutes: int = 0
    appointments: int = 0
    """Those that kept their time: booked, whether the client came or not."""
    sessions: int = 0
    no_shows: int = 0
    late_cancellations: int = 0
    completed: int = 0
    rebooked: int = 0
    new_clients: int = 0
    income: Decimal = NOTHING

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)})

    @property
    def booked_share(self) -> float | None:
        """Booked minutes of a hundred open ones; None where nobody had hours."""
        return share_of_whole(self.booked_minutes, self.open_minutes)

    @property
    def missed(self) -> int:
        """No-shows and late cancellations."""
        return self.no_shows + self.late_cancellations

    @property
    def missed_share(self) -> float | None:
        """Of a hundred appointments that kept their time or were given up too late, how many were missed."""
        return share_of_whole(self.missed, self.appointments + self.late_cancellations)

    @property
    def rebooked_share(self) -> float | None:
        """Of a hundred completed sessions, how many were followed by another."""
        return share_of_whole(self.rebooked, self.completed)


def share_of_whole(part: int, whole: int) -> float | None:
    """So many of a hundred; None of nothing."""
    return 100 * part / whole if whole else None


def total(counts: Iterable[Counts]) -> Counts:
    """All of them together."""
    return sum(counts, Counts())


@dataclass(frozen=True)
class PeriodCounts:
    """The counts of a period by therapist (primary key) and the first date of each part, and those of the one before
    by therapist."""

    by_part: Mapping[tuple[int, dt.date], Counts] = field(default_factory=dict)
    former: Mapping[int, Counts] = field(default_factory=dict)

    def of_therapist(self, key: int) -> Counts:
        """One therapist's whole period."""
        return total(counts for (whose, _part), counts in self.by_part.items() if whose == key)

    def of_part(self, first: dt.date) -> Counts:
        """Everybody's, in the part that begins on this date."""
        return total(counts for (_whose, part), counts in self.by_part.items() if part == first)

    @property
    def all(self) -> Counts:
        """The whole period."""
        return total(self.by_part.values())

    @property
    def all_before(self) -> Counts:
        """The whole period before."""
        return total(self.former.values())

    @property
    def therapists(self) -> set[int]:
        """Whoever had anything in either period."""
        return {whose for whose, _part in self.by_part} | set(self.former)


def in_period(period: ReportPeriod, practice: Practice) -> Q:
    """The condition that an appointment begins in a period or in the one before."""
    return in_dates(period.counted, practice) | in_dates(period.before, practice)


def in_dates(dates: DateRange, practice: Practice) -> Q:
    """The condition that an appointment begins on one of these local dates."""
    begin, end = instants_of(dates, practice)
    return Q(starts_at__gte=begin, starts_at__lt=end)


def placed(appointments: AppointmentQuerySet, period: ReportPeriod, practice: Practice) -> QuerySet[Any, Any]:
    """Appointments with what their place among the counts is made of: which of the two periods, whose, and the date
    (the first of the month where charts go by months)."""
    # By weeks the country decides where one begins: then days are added up afterwards.
    part = TruncMonth if period.step is Step.MONTH else TruncDate
    begins = instants_of(period.counted, practice)[0]
    is_former = Case(When(starts_at__lt=begins, then=True), default=Value(False), output_field=BooleanField())
    found = appointments.annotate(is_former=is_former, part=part("starts_at", tzinfo=practice.zone))
    rows: QuerySet[Any, Any] = found.values(*PLACE)
    return rows


def count_appointments(
    appointments: AppointmentQuerySet, period: ReportPeriod, practice: Practice, *, rebooked_within: dt.timedelta
) -> dict[Place, Counts]:
    """What happened, in two queries however many appointments there are; new clients are counted elsewhere."""
    own_currency = took_place() & Q(currency=practice.currency)
    since, until = both_periods(period, practice)
    rebooked = booked_again(appointments, rebooked_within, since=since, until=until)
    both = in_period(period, practice)
    asked = [
        placed(appointments.filter(both).order_by(), period, practice).annotate(
            booked_minutes=Coalesce(Sum("minutes", filter=kept_time()), 0),
            appointments=Count("pk", filter=kept_time()),
            sessions=Count("pk", filter=took_place()),
            no_shows=Count("pk", filter=Q(status=Status.NO_SHOW)),
            late_cancellations=Count("pk", filter=cancelled_late(practice)),
            completed=Count("pk", filter=Q(status=Status.COMPLETED)),
            income=Coalesce(Sum("price", filter=own_currency), Value(NOTHING), output_field=MONEY),
        ),
        placed(rebooked.filter(both).order_by(), period, practice).annotate(rebooked=Count("pk")),
    ]
    found: defaultdict[Place, Counts] = defaultdict(Counts)
    for rows in asked:
        for row in rows:
            counted = {name: value for name, value in row.items() if name not in PLACE}
            found[counted_at(row)] += Counts(**counted)
    return found


def counted_at(row: Mapping[str, Any]) -> Place:
    """Where a row of `placed` is counted."""
    day = row["part"]
    return row["is_former"], row["therapist_id"], day.date() if isinstance(day, dt.datetime) else day


def both_periods(period: ReportPeriod, practice: Practice) -> tuple[dt.datetime, dt.datetime]:
    """From the beginning of the one before to the end of the period, as instants."""
    return instants_of(DateRange(period.before.first, period.counted.last), practice)


@dataclass(frozen=True)
class Newcomer:
    """A client whose first appointment lies in a period or in the one before."""

    client: int
    place: Place


def newcomers(period: ReportPeriod, practice: Practice) -> list[Newcomer]:
    """The clients of the whole practice who were new, in one query."""
    firsts = placed(first_appointments(*both_periods(period, practice)), period, practice)
    either = (period.counted, period.before)
    found = []
    for row in firsts.values("client_id", "starts_at", *PLACE):
        day = row["starts_at"].astimezone(practice.zone).date()
        # Between the two periods may lie days that are in neither.
        if any(day in dates for dates in either):
            found.append(Newcomer(row["client_id"], counted_at(row)))
    return found


def count_period(
    appointments: AppointmentQuerySet,
    period: ReportPeriod,
    practice: Practice,
    *,
    rebooked_within: dt.timedelta,
    opened: OpenMinutes,
    new: Iterable[Newcomer],
) -> PeriodCounts:
    """Appointments and open minutes together, by the parts of the period."""
    parts = period.parts()
    by_part: defaultdict[tuple[int, dt.date], Counts] = defaultdict(Counts)
    former: defaultdict[int, Counts] = defaultdict(Counts)
    begins = {day: part.first for part in parts for day in days_of(part)}
    for (key, day), minutes in opened.items():
        if day in period.counted:
            by_part[key, begins[day]] += Counts(open_minutes=minutes)
        elif day in period.before:
            former[key] += Counts(open_minutes=minutes)
    found = count_appointments(appointments, period, practice, rebooked_within=rebooked_within)
    for each in new:
        found[each.place] = found.get(each.place, Counts()) + Counts(new_clients=1)
    for (is_former, key, day), counts in found.items():
        if is_former:
            former[key] += counts
        else:
            # The first of a month may lie before the first of the period.
            by_part[key, begins[max(day, period.counted.first)]] += counts
    return PeriodCounts(dict(by_part), dict(former))


def days_of(dates: DateRange) -> list[dt.date]:
    """Each of the dates."""
    return [dates.first + dt.timedelta(days=ahead) for ahead in range(dates.days)]


@contextmanager
def planned_for_the_dates() -> Iterator[None]:
    """Have PostgreSQL plan the queries within for the dates that they ask for.

    From the eleventh time on that a connection asks the same it takes one plan for any dates, made for few rows:
    over 100,000 appointments a year then took a minute instead of 0.7 seconds (`make bench ARGS=reports`).
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL plan_cache_mode = 'force_custom_plan'")
        yield


def reported_appointments() -> AppointmentQuerySet:
    """All that happened, for the books: those of erased files are counted too, without the person."""
    return Appointment.objects.all()
