"""Booking under load: eight clients at once over free times, and fifty for one."""

import datetime as dt
import multiprocessing
import multiprocessing.pool
import multiprocessing.synchronize
import random
import time
import uuid
from typing import Any, TypeAlias

import psycopg
from django.db import connection, connections

from bench import practice, raw_booking, scratch
from bench.contest import contest
from bench.rows import Row, row
from booking.appointments.book import book_appointment
from booking.appointments.booking_request import PersonDetails, SafetyAnswers
from booking.models import Appointment, Service, Therapist
from clinic.models import Practice

CLIENTS, TURNS, EACH = 8, 4, 25
# A practice of several years: what a booking reads must not grow with it.
PAST = 50_000
DAY = dt.timedelta(days=1)

# A free time and the key of a therapist.
Place: TypeAlias = tuple[dt.datetime, int]
Job: TypeAlias = tuple[str, list[Place]]
Gate: TypeAlias = "multiprocessing.synchronize.Barrier"


def measure() -> list[Row]:
    """The rows of this part."""
    with scratch.database("bookings"):
        practice.fill_past(PAST)
        practice.fill_ahead()
        scratch.refresh()
        # Our side chooses rooms by itself, so the two sides keep to days of their own.
        free = {"ours": free_places(0), "raw": free_places(1)}
        return [throughput(free), *contest(free["ours"])]


def free_places(parity: int) -> list[Place]:
    """Starts on the even or odd days of those that `fill_ahead` leaves empty, with a therapist each, well shuffled."""
    zone, today = Practice.current().zone, practice.today()
    days = [today + DAY * number for number in range(practice.AHEAD_DAYS + 2, 89)]
    places = [
        (dt.datetime.combine(day, dt.time.fromisoformat(place), zone).astimezone(dt.UTC), therapist)
        for day in days
        if day.isoweekday() < 7 and day.toordinal() % 2 == parity
        for place in practice.PLACES
        for therapist in Therapist.objects.values_list("pk", flat=True)
    ]
    random.Random(1).shuffle(places)
    return places


def throughput(free: dict[str, list[Place]]) -> Row:
    """Bookings a second of eight processes at once: our action, and psycopg alone with the same rows, in turns."""
    connections.close_all()
    spent: dict[str, float] = {"ours": 0.0, "raw": 0.0}
    context = multiprocessing.get_context("fork")
    start = context.Barrier(CLIENTS)
    with context.Pool(CLIENTS, get_ready, (start,)) as pool:
        run(pool, "ours", free, 2)
        run(pool, "raw", free, 2)
        for turn in range(2 * TURNS):
            side = ("ours", "raw")[turn % 2]
            spent[side] += run(pool, side, free, EACH)
    made = CLIENTS * EACH * TURNS
    assert Appointment.objects.upcoming().filter(via=Appointment.Via.API).count() == 2 * made + 4 * CLIENTS
    ours, raw = made / spent["ours"], made / spent["raw"]
    return row(f"booking, {CLIENTS} clients at once / raw psycopg", ours, raw, "bookings/s", at_least=0.5)


def run(pool: multiprocessing.pool.Pool, side: str, free: dict[str, list[Place]], each: int) -> float:
    """Seconds from the first begin to the last end of clients that book so many times each; takes those off `free`."""
    jobs: list[Job] = [(side, [free[side].pop() for _ in range(each)]) for _ in range(CLIENTS)]
    spans = pool.map(work, jobs, chunksize=1)
    return max(end for _, end in spans) - min(begin for begin, _ in spans)


_gate: Gate
_raw: psycopg.Connection[Any]


def get_ready(gate: Gate) -> None:
    """What each client process keeps: the gate at which they wait for each other, and a connection without Django."""
    global _gate, _raw  # a pool hands its processes nothing but globals
    _gate, _raw = gate, psycopg.connect(scratch.url(), autocommit=True)


def work(job: Job) -> tuple[float, float]:
    """Book the places of one client one after the other; begin and end on the clock that all processes share."""
    side, places = job
    service = Service.objects.select_related("technique").get()
    therapists = Therapist.objects.in_bulk()
    connection.ensure_connection()
    _gate.wait(60)
    begin = time.monotonic()
    for start, key in places:
        name = uuid.uuid4().hex[:12]
        if side == "raw":
            raw_booking.book(_raw, service, therapists[key], start, name)
            continue
        book_appointment(
            service=service,
            start=start,
            therapist=therapists[key],
            client=PersonDetails(
                first_name=name, last_name="Guest", email=f"{name}@example.org", phone="+49 30 5550 300"
            ),
            answers=SafetyAnswers(),
            policy_accepted=True,
            via=Appointment.Via.API,
            key=str(uuid.uuid4()),
        )
    return begin, time.monotonic()
