"""Fifty clients for one time, again and again, over real gunicorn and the API."""

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from bench.rows import Row, p95, row
from bench.server import Answer, Server, gunicorn
from booking.models import Service, Therapist

RIVALS, ROUNDS, WARM_UP = 50, 100, 3
# How long nineteen of twenty wait at most on two cores, in milliseconds: longer, and a person taps again.
PATIENCE = 1_000


def contest(free: list[tuple[dt.datetime, int]], *, rounds: int = ROUNDS) -> list[Row]:
    """The rows. `free` holds free times with the key of a therapist; one a round is taken off it."""
    slug, therapists = Service.objects.get().slug, Therapist.objects.in_bulk()
    statuses: list[Counter[int]] = []
    times: list[float] = []

    def wish(name: str, start: dt.datetime, therapist: int) -> dict[str, Any]:
        return request_body(slug, name, start, therapists[therapist])

    with gunicorn() as server, ThreadPoolExecutor(RIVALS) as pool:
        for number in range(WARM_UP + rounds):
            place = free.pop()
            answers = at_once(server, pool, [wish(f"r{number}c{each}", *place) for each in range(RIVALS)])
            if number >= WARM_UP:
                statuses.append(Counter(each.status for each in answers))
                times += [each.took for each in answers]
    fair = sum(each == {201: 1, 409: RIVALS - 1} for each in statuses)
    broken = sum(count for each in statuses for status, count in each.items() if status >= 500)
    name = f"{RIVALS} clients for one time"
    return [
        row(f"{name}: rounds with one 201 and else 409 / rounds", fair, rounds, "rounds", at_least=1),
        row(f"{name}: 5xx / answers", broken, rounds * RIVALS, "answers", at_most=0),
        row(f"{name}: p95 / a second", p95(times), PATIENCE, "ms", at_most=1),
    ]


def request_body(slug: str, name: str, start: dt.datetime, therapist: Therapist) -> dict[str, Any]:
    """What a program posts to book a new client."""
    return {
        "service": slug,
        "start": start.isoformat(),
        "therapist": str(therapist.public_id),
        "client": {
            "first_name": name,
            "last_name": "Guest",
            "email": f"{name}@example.org",
            "phone": "030 5550300",
        },
        "conditions": [],
        "red_flags": [],
        "policy_accepted": True,
    }


def at_once(server: Server, pool: ThreadPoolExecutor, wishes: list[dict[str, Any]]) -> list[Answer]:
    """All wishes posted at the same moment."""
    gate = Barrier(len(wishes))

    def post(wish: dict[str, Any]) -> Answer:
        gate.wait(30)
        return server.ask("POST", "/api/v1/appointments", wish)

    return list(pool.map(post, wishes))
