"""Booking over HTTP: eight clients at once over free times, and fifty for one."""

import datetime as dt
import random
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

from bench import practice, scratch
from bench.contest import contest, request_body
from bench.peer import Peer
from bench.rows import Row, row
from bench.server import Server, gunicorn
from booking.models import Appointment, Service, Therapist
from clinic.models import Practice

CLIENTS, EACH, WARM_UP = 8, 100, 5
# A practice of several years: what a booking reads must not grow with it.
PAST = 50_000
DAY = dt.timedelta(days=1)

# A free time and the key of a therapist.
Place: TypeAlias = tuple[dt.datetime, int]


def measure(*, peer: Peer | None = None) -> list[Row]:
    """The rows of this part."""
    with scratch.database("bookings"):
        practice.fill_past(PAST)
        practice.fill_ahead()
        scratch.refresh()
        free = free_places()
        return [throughput(free, peer or Peer()), *contest(free)]


def free_places() -> list[Place]:
    """Starts on the days that `fill_ahead` leaves empty, with a therapist each, well shuffled."""
    zone, today = Practice.current().zone, practice.today()
    days = [today + DAY * number for number in range(practice.AHEAD_DAYS + 2, 89)]
    places = [
        (dt.datetime.combine(day, dt.time.fromisoformat(place), zone).astimezone(dt.UTC), therapist)
        for day in days
        if day.isoweekday() < 7
        for place in practice.PLACES
        for therapist in Therapist.objects.values_list("pk", flat=True)
    ]
    random.Random(1).shuffle(places)
    return places


def throughput(free: list[Place], peer: Peer) -> Row:
    """Bookings a second that eight clients at once get through the API, beside the peer's."""
    slug, therapists = Service.objects.get().slug, Therapist.objects.in_bulk()

    def books(server: Server, places: list[Place]) -> None:
        for number, (start, key) in enumerate(places):
            name = f"guest{number}k{key}t{start:%m%d%H%M}"
            answer = server.ask("POST", "/api/v1/appointments", request_body(slug, name, start, therapists[key]))
            assert answer.status == 201, answer.body

    def seconds(server: Server, each: int) -> float:
        shares = [[free.pop() for _ in range(each)] for _ in range(CLIENTS)]
        begin = time.monotonic()
        list(pool.map(lambda places: books(server, places), shares))
        return time.monotonic() - begin

    with gunicorn() as server, ThreadPoolExecutor(CLIENTS) as pool:
        seconds(server, WARM_UP)
        took = seconds(server, EACH)
    assert Appointment.objects.upcoming().filter(via=Appointment.Via.API).count() == CLIENTS * (EACH + WARM_UP)
    name = f"bookings over HTTP, {CLIENTS} clients at once / {peer.name}"
    return row(name, CLIENTS * EACH / took, peer.bookings_a_second, "bookings/s", at_least=1.2)
