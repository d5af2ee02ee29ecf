"""People at the desk: a search of 50,000 clients, and one client's file with 200 appointments."""

import datetime as dt
import random
import time
from collections.abc import Callable
from functools import partial
from statistics import median

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import practice, scratch
from bench.reports import owner
from bench.rows import Row, p95, row
from booking.models import Appointment
from clients.models import Client, Consent, Intake, PainScore

CLIENTS, APPOINTMENTS = 50_000, 200
SEARCH_ROUNDS, PAGE_ROUNDS = 15, 60
# In milliseconds, and queries besides who is signed in, for which practice and with which rights.
SEARCH_AT_MOST, PAGE_AT_MOST, QUERIES_AT_MOST = 20, 200, 8
SIGNING_IN = ("django_session", "clinic_user", "clinic_practice", "clinic_configurationversion", "booking_therapist")
BATCH = 5_000
FIRST_NAMES = [
    "Ana",
    "Ben",
    "José",
    "Renée",
    "Mia",
    "Zoë",
    "Öznur",
    "Siobhán",
    "Jean-Luc",
    "Tomás",
    "Björn",
    "Anaïs",
    "Wanda",
    "Leyla",
    "Joan",
    "Marta",
    "Hanna",
]
LAST_NAMES = [
    "Muñoz",
    "O’Neill",
    "Müller",
    "Smith",
    "García-Lorca",
    "Öztürk",
    "Éluard",
    "Zorn",
    "Keller",
    "Vogt",
    "Demir",
    "Richter",
    "Nowak",
    "Lind",
    "Lee",
]
SYLLABLES = [
    "ka",
    "ro",
    "mi",
    "ta",
    "lu",
    "se",
    "no",
    "va",
    "re",
    "di",
    "po",
    "ne",
    "ga",
    "li",
    "fo",
    "sa",
    "be",
    "tu",
    "wi",
    "ha",
]
# As people type: a common name, both names in either order, a rare one, a part of a number, an address, nobody's.
SEARCHES = (
    *("munoz", "o'neill", "keller, ana", "jean luc zorn", "karomi", "rom"),
    *("+49 151 2000 4321", "0151 2000", "00432", "p4321@", "example.org", "xyzzy"),
)


def measure() -> list[Row]:
    """The rows of this part."""
    with scratch.database("people"):
        fill_clients()
        scratch.refresh()
        search = max(median(times(partial(find, words), SEARCH_ROUNDS)) for words in SEARCHES)
        client = file_with_appointments()
        scratch.refresh()
        browser, path = owner(), f"/desk/clients/{client.public_id}/"
        pages = times(lambda: look(browser, path), PAGE_ROUNDS)
        with CaptureQueriesContext(connection) as asked:
            look(browser, path)
        queries = [each for each in asked.captured_queries if not of_signing_in(each["sql"])]
        return [
            row(f"search of {CLIENTS:,} clients: slowest of {len(SEARCHES)}", search, SEARCH_AT_MOST, "ms", at_most=1),
            row(f"client's file with {APPOINTMENTS} appointments: p95", p95(pages), PAGE_AT_MOST, "ms", at_most=1),
            row("client's file: queries a page / eight", len(queries), QUERIES_AT_MOST, "queries", at_most=1),
        ]


def fill_clients() -> None:
    """As many clients as a large practice has after twenty years; the same ones at every run."""
    dice = random.Random(3)
    for first in range(practice.CLIENTS, CLIENTS, BATCH):
        Client.objects.bulk_create(
            Client(
                first_name=dice.choice(FIRST_NAMES),
                last_name=last_name(dice),
                email=f"p{number}@example.org",
                phone=f"+49151{20_000_000 + number}",
            )
            for number in range(first, min(first + BATCH, CLIENTS))
        )


def last_name(dice: random.Random) -> str:
    """A common name as often as a rare one."""
    return dice.choice(LAST_NAMES) if dice.random() < 0.5 else "".join(dice.choices(SYLLABLES, k=3)).title()


def file_with_appointments() -> Client:
    """A client who came for years, with forms, numbers and a consent."""
    practice.fill_past(APPOINTMENTS)
    client = Client.objects.create(first_name="Ana", last_name="Often", email="often@example.org")
    rows = list(Appointment.objects.order_by("pk"))
    for week, each in enumerate(rows):
        each.client = client
        move = dt.timedelta(weeks=week)
        for name in ("starts_at", "ends_at", "blocked_from", "blocked_until", "kit_blocked_until"):
            setattr(each, name, getattr(rows[0], name) - move)
        each.save()
    PainScore.objects.bulk_create(
        PainScore(client=client, appointment=each.public_id, moment=moment, value=value, given_at=each.starts_at)
        for each in rows
        for moment, value in (("before", 6), ("after", 3), ("later", 4))
    )
    for days in range(0, 3_000, 365):
        given = timezone.now() - dt.timedelta(days=days)
        Intake.objects.create(client=client, catalogue_version="1", triage="ok", given_at=given)
    Consent.objects.create(client=client, version=1, text="Yes", treatment=True, signature="Ana Often")
    return client


def find(words: str) -> list[Client]:
    """What the desk's search asks of the database."""
    return list(Client.objects.open_files().matching(words)[:50])


def look(browser: Browser, path: str) -> None:
    """Open a page, template and access log included."""
    answer = browser.get(path, headers={"host": "localhost"})
    assert answer.status_code == 200, answer.status_code


def of_signing_in(sql: str) -> bool:
    """Whether a query asks who is signed in, for which practice and with which rights."""
    return any(f'FROM "{table}"' in sql for table in SIGNING_IN)


def times(ask: Callable[[], object], rounds: int) -> list[float]:
    """Milliseconds of each round, after one that warms up."""
    ask()
    took = []
    for _round in range(rounds):
        begin = time.perf_counter()
        ask()
        took.append((time.perf_counter() - begin) * 1_000)
    return took
