"""The desk's week: five therapists and three hundred appointments, each of another client with a health form."""

import datetime as dt
import gc
import time

from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from bench import practice, scratch
from bench.rows import Row, p95, row
from booking.models import Appointment, Room, Service, Therapist
from clients.models import Client, Intake
from clinic.models import Practice, User

THERAPISTS, APPOINTMENTS, ROUNDS, WARM_UP = 5, 300, 60, 3
# How long nineteen of twenty wait at most, in milliseconds, and the most that the database is asked.
PATIENCE, QUERIES = 200, 8
# Six days of ten half hours, with a buffer between them.
PLACES = tuple(dt.time(9 + number // 2, 30 * (number % 2)) for number in range(10))
SESSION = dt.timedelta(minutes=25)


def measure() -> list[Row]:
    """The rows of this part."""
    with scratch.database("desk"):
        monday = fill_week()
        scratch.refresh()
        settings.ALLOWED_HOSTS = ["*"]
        owner = User.objects.create_superuser("owner@example.org", "a password of the benchmark")
        Practice.objects.update(second_factor_required=False)
        browser = Browser()
        browser.force_login(owner)
        address = f"/desk/calendar/events/?view=week&who=all&day={monday}"
        gc.freeze()  # as each web process does (clinic/gunicorn.py)
        times = [ask(browser, address) for _ in range(WARM_UP + ROUNDS)][WARM_UP:]
        with CaptureQueriesContext(connection) as asked:
            ask(browser, address)
    name = f"desk week of {APPOINTMENTS} appointments"
    return [
        row(f"{name}: p95 / 200 ms", p95(times), PATIENCE, "ms", at_most=1),
        row(f"{name}: queries / eight", len(asked), QUERIES, "queries", at_most=1),
    ]


def ask(browser: Browser, address: str) -> float:
    """Milliseconds until the week is there. Raises SystemExit for another answer."""
    began = time.perf_counter()
    answer = browser.get(address, secure=True)
    took = (time.perf_counter() - began) * 1_000
    if answer.status_code != 200 or len(answer.json()["cards"]) != APPOINTMENTS:
        raise SystemExit(f"{address} answered {answer.status_code}.")
    return took


def fill_week() -> dt.date:
    """Fill the week after this one; returns its Monday."""
    ahead = practice.today() + dt.timedelta(days=7)
    monday = ahead - dt.timedelta(days=ahead.weekday())
    Therapist.objects.exclude(pk__in=Therapist.objects.values("pk")[:THERAPISTS]).update(active=False)
    people, rooms = list(Therapist.objects.filter(active=True)), list(Room.objects.all()[:THERAPISTS])
    service, clients = Service.objects.get(), list(Client.objects.all()[:APPOINTMENTS])
    zone = Practice.current().zone
    rows = []
    for number, client in enumerate(clients):
        time_of, place = divmod(number, THERAPISTS)
        day, start_of = divmod(time_of, len(PLACES))
        start = dt.datetime.combine(monday + dt.timedelta(days=day), PLACES[start_of], zone)
        rows.append(
            Appointment(
                client=client,
                service=service,
                therapist=people[place],
                room=rooms[place],
                starts_at=start,
                ends_at=start + SESSION,
                blocked_from=start,
                blocked_until=start + SESSION,
                kit_blocked_until=start + SESSION,
                minutes=25,
                price=service.price,
                currency="EUR",
            )
        )
    Appointment.objects.bulk_create(rows)
    Intake.objects.bulk_create(
        Intake(
            client=each,
            catalogue_version="2",
            triage="ok",
            conditions=["varicose-veins"] if number % 3 == 0 else [],
            allergies="nuts" if number % 5 == 0 else "",
        )
        for number, each in enumerate(clients)
    )
    return monday
