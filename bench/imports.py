"""Moving in: 2,000 clients and 500 coming appointments, looked through and taken over by the worker's own code."""

import datetime as dt
import time
from collections.abc import Callable

from bench import practice, scratch
from bench.rows import Row, row
from booking.imports.work import start_import, start_undo, work_off_imports
from booking.models import Appointment
from clients.imports.opening import match_columns, open_import
from clients.models import Client, ImportRun
from clinic.models import Practice

CLIENTS, APPOINTMENTS = 2_000, 500
# How long whoever moves in waits at most, in seconds.
PATIENCE = 120


def measure() -> list[Row]:
    """The rows of this part."""
    with scratch.database("imports"):
        scratch.refresh()
        before = Client.objects.count()
        people, took_people = timed(lambda: bring(client_file()))
        bookings, took_bookings = timed(lambda: bring(appointment_file()))
        if Client.objects.count() - before != CLIENTS or Appointment.objects.count() != APPOINTMENTS:
            raise SystemExit("Not every line was taken over.")
        _none, took_undo = timed(lambda: undo(bookings, people))
        if Client.objects.count() != before or Appointment.objects.exists():
            raise SystemExit("Not every line was undone.")
    name = f"import of {CLIENTS:,} clients and {APPOINTMENTS} appointments"
    return [
        row(f"{name}: looked through and taken over / 2 min", took_people + took_bookings, PATIENCE, "s", at_most=1),
        row(f"{name}: undone / 2 min", took_undo, PATIENCE, "s", at_most=1),
    ]


def timed(work: Callable[[], ImportRun | None]) -> tuple[ImportRun, float]:
    """What some work gives, and how many seconds it took."""
    began = time.perf_counter()
    run = work() or ImportRun()
    return run, time.perf_counter() - began


def bring(content: bytes) -> ImportRun:
    """A file from its bytes to the end."""
    run = open_import(content, file_name="bench.csv", by=None)
    match_columns(run, kind=run.kind, fields=run.mapping["fields"], dates={})
    work_off_imports()
    run.refresh_from_db()
    start_import(run, by=None)
    work_off_imports()
    return run


def undo(*runs: ImportRun) -> None:
    """Undo imports, the last first."""
    for run in runs:
        run.refresh_from_db()
        start_undo(run, by=None)
        work_off_imports()


def client_file() -> bytes:
    """Two thousand people whom nobody knows yet."""
    lines = ["First Name,Last Name,Email,Phone,Birthday,Notes"]
    lines += [
        f"Given{number},Family{number},mover{number}@example.org,030 5551 {number:04},"
        f"{1950 + number % 50}-{1 + number % 12:02}-{1 + number % 28:02},Side door {number}"
        for number in range(CLIENTS)
    ]
    return "\n".join(lines).encode()


def appointment_file() -> bytes:
    """Five hundred appointments of theirs, one therapist after the other, in the coming weeks."""
    zone = Practice.current().zone
    lines = ["Starts,Minutes,Service,Therapist,First name,Last name,E-mail"]
    for number in range(APPOINTMENTS):
        place, rest = divmod(number, practice.THERAPISTS)
        days, hour = divmod(place, len(practice.PLACES))
        day = practice.today() + dt.timedelta(days=8 + days)
        start = dt.datetime.combine(day, dt.time.fromisoformat(practice.PLACES[hour]), zone)
        lines.append(
            f"{start:%Y-%m-%d %H:%M%z},60,Regular massage,Therapist {rest},"
            f"Given{number},Family{number},mover{number}@example.org"
        )
    return "\n".join(lines).encode()
