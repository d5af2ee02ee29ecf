"""A month of free times for 20 therapists: against one raw query, and with a million past appointments."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import CaptureQueriesContext

from bench import practice, scratch
from bench.peer import Peer
from bench.rows import Row, interleaved, row
from booking.models import Service
from booking.scheduling import schedule
from booking.scheduling.order import Order
from clinic.models import Practice

SMALL, LARGE = 50_000, 1_000_000
ROUNDS = 40

# The least that PostgreSQL can do for the same answer: open hours less what is taken, per therapist, as multiranges. A
# session of the service fits wherever it lies wholly inside; its own buffers are taken off by widening the
# appointments.
FREE_RANGES = """
WITH therapists AS (
    SELECT who.id
    FROM booking_therapist AS who JOIN booking_therapist_services AS performs ON performs.therapist_id = who.id
    WHERE who.active AND performs.service_id = %(service)s
), open AS (
    SELECT therapist_id, range_agg(tstzrange(
        (day::date + starts) AT TIME ZONE %(zone)s,
        (day::date + ends + CASE WHEN ends <= starts THEN interval '1 day' ELSE '0' END) AT TIME ZONE %(zone)s
    )) AS hours
    FROM booking_workinghours
    JOIN generate_series(%(first)s::timestamp, %(last)s::timestamp, '1 day') AS day
        ON extract(isodow FROM day) = weekday + 1
        AND (valid_from IS NULL OR valid_from <= day) AND (valid_until IS NULL OR valid_until >= day)
    GROUP BY therapist_id
), taken AS (
    SELECT therapist_id, range_agg(tstzrange(blocked_from - %(after)s, blocked_until + %(before)s)) AS busy
    FROM booking_appointment
    WHERE status IN ('offered', 'requested', 'confirmed', 'completed')
        AND kit_blocked_until > %(first)s::date::timestamp AT TIME ZONE %(zone)s - interval '1 day'
        AND blocked_from < %(last)s::date::timestamp AT TIME ZONE %(zone)s + interval '2 days'
    GROUP BY therapist_id
), off AS (
    SELECT therapists.id AS therapist_id, range_agg(tstzrange(starts_at, ends_at)) AS away
    FROM booking_timeoff JOIN therapists ON coalesce(booking_timeoff.therapist_id, therapists.id) = therapists.id
    GROUP BY therapists.id
)
SELECT id, (hours - coalesce(busy, '{}') - coalesce(away, '{}'))::text
FROM therapists JOIN open ON open.therapist_id = id LEFT JOIN taken ON taken.therapist_id = id
LEFT JOIN off ON off.therapist_id = id
"""


@dataclass(frozen=True)
class Question:
    """One service on some local dates, both inclusive."""

    service: Service
    first: dt.date
    last: dt.date
    zone: str

    @classmethod
    def of_a_month(cls) -> "Question":
        """The 31 days from tomorrow."""
        first = practice.today() + dt.timedelta(days=1)
        return cls(Service.objects.get(), first, first + dt.timedelta(days=30), Practice.current().time_zone)

    def month(self) -> schedule.FreeTimes:
        """Our answer: what every page with times asks for."""
        return schedule.month_of(Order.of(self.service), first=self.first, last=self.last)

    def raw(self) -> list[tuple[int, str]]:
        """By therapist, the ranges in which a session of the service may lie: as text, which psycopg need not read."""
        connection.ensure_connection()
        with connection.connection.cursor() as cursor:
            cursor.execute(
                FREE_RANGES,
                {
                    "service": self.service.pk,
                    "zone": self.zone,
                    "first": self.first,
                    "last": self.last,
                    "before": dt.timedelta(minutes=self.service.buffer_before),
                    "after": dt.timedelta(minutes=self.service.buffer_after),
                },
            )
            return list(cursor.fetchall())


def measure(*, peer: Peer | None = None) -> list[Row]:
    """The rows of this part."""
    with scratch.database("times"):
        practice.fill_past(SMALL - practice.fill_ahead())
        scratch.refresh()
        rows = month_rows(Question.of_a_month(), peer or Peer())
        with scratch.database("million", of="bench_times"):
            practice.forgo_constraints()
            practice.fill_past(LARGE, already=SMALL)
            scratch.refresh()
            scratch.use("bench_times")
            return [*rows, with_a_million(Question.of_a_month())]


def month_rows(question: Question, peer: Peer) -> list[Row]:
    """The engine beside PostgreSQL's own answer, the whole call beside the peer's, and the number of queries."""
    book = schedule.read_schedule(Order.of(question.service), first=question.first, last=question.last)
    sides: list[Callable[[], object]] = [
        question.raw,
        lambda: book.offers(question.first, question.last),
        question.month,
    ]
    unread, engine, month = map(median, interleaved(sides, rounds=ROUNDS))
    with CaptureQueriesContext(connection) as captured:
        question.month()
    return [
        row("month of times: engine / raw query, unread", engine, unread, "ms", at_most=3),
        row(f"month of times, 20 therapists / one of {peer.name}", month, peer.month_of_one_ms, "ms", at_most=0.05),
        row("month of times: queries a page / six", len(captured), 6, "queries", at_most=1),
    ]


def with_a_million(question: Question) -> Row:
    """One month's times on both databases, in turns."""
    small, large = (scratch.connection_to(name) for name in ("bench_times", "bench_million"))

    def on(database: BaseDatabaseWrapper) -> Callable[[], object]:
        def ask() -> object:
            with scratch.looking_at(database):
                return question.month()

        return ask

    at_small, at_large = map(median, interleaved([on(small), on(large)], rounds=ROUNDS))
    small.close()
    large.close()
    return row(f"month of times: {LARGE:,} past appointments / {SMALL:,}", at_large, at_small, "ms", at_most=1.2)
