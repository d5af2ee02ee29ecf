"""Many clients at once over real gunicorn: they browse and book, or book, move and cancel as fast as they can.

What each client was told is kept, and compared with the database afterwards. Used by `make bench` for a minute and by
tests/races for some seconds.
"""

import datetime as dt
import json
import random
import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import unquote, urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from django.db import connection

from bench import practice, scratch
from bench.rows import Row, p95, row
from bench.server import gunicorn
from booking.models import ACTIVE, Appointment, Service, Status

CLIENTS, SECONDS, WARM_UP_SECONDS = 20, 60.0, 3
# How long nineteen of twenty wait for a page at most on two cores, in milliseconds.
PATIENCE = 500
# How long a client looks at a page; faster than any person.
PAUSE = (0.2, 1.0)
A_FREE_TIME = re.compile(r"[?&;]start=([0-9TA:%-]+Z)")
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
ANSWERS_SECONDS = 60
PATIENCE_SECONDS = 60
# Every pair of active appointments that overlap, without the constraints' help.
SELF_JOIN = """
SELECT a.id, b.id FROM booking_appointment a JOIN booking_appointment b ON a.id < b.id
WHERE a.status = ANY(%(active)s) AND b.status = ANY(%(active)s) AND (
    a.therapist_id = b.therapist_id AND a.blocked_from < b.blocked_until AND b.blocked_from < a.blocked_until
    OR a.room_id = b.room_id AND a.blocked_from < b.blocked_until AND b.blocked_from < a.blocked_until
    OR a.kit_id = b.kit_id AND a.blocked_from < b.kit_blocked_until AND b.blocked_from < a.kit_blocked_until
    OR a.client_id = b.client_id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at)
"""


@dataclass(frozen=True)
class Told:
    """One answer: what was asked, the status, and milliseconds from asking to the last byte."""

    verb: str
    status: int
    took: float


@dataclass
class Kept:
    """An appointment as its client knows it: the last that was acknowledged."""

    token: str
    start: dt.datetime
    cancelled: bool = False


@dataclass(frozen=True)
class Place:
    """Where the storm goes: a site, its services, what may be added to each of them, and on which dates to look."""

    url: str
    slugs: Sequence[str]
    days: Sequence[dt.date]
    add_ons: Sequence[str] = ()


@dataclass
class Visitor:
    """One client with a browser and dice of their own."""

    place: Place
    number: int
    pause: tuple[float, float] = (0.0, 0.0)
    follows: bool = False
    """Whether a page may lead elsewhere, as where services change their names meanwhile; what is measured may not."""
    told: list[Told] = field(default_factory=list)
    mine: dict[str, Kept] = field(default_factory=dict)
    opener: OpenerDirector = field(init=False)
    dice: random.Random = field(init=False)
    answered: str = ""
    """The service whose safety question was answered last: the answers to one that asks less stand for no other."""

    def __post_init__(self) -> None:
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.dice = random.Random(self.number)

    def ask(self, verb: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
        """One request, timed and kept under `verb`; never raises for a status."""
        sent = Request(self.place.url + path, body, {name.replace("_", "-"): text for name, text in headers.items()})  # noqa: S310
        begin = time.perf_counter()
        try:
            with self.opener.open(sent, timeout=ANSWERS_SECONDS) as answer:
                status, text = answer.status, answer.read().decode()
                if body is None and not self.follows and answer.url != sent.full_url:
                    raise AssertionError(f"{path} leads to {answer.url}, which is not what is measured.")
        except HTTPError as refused:
            with refused:
                status, text = refused.code, refused.read().decode()
        self.told.append(Told(verb, status, (time.perf_counter() - begin) * 1_000))
        return status, text

    def send(self, verb: str, path: str, body: dict[str, Any], **headers: str) -> tuple[int, dict[str, Any]]:
        """POST JSON to the API."""
        status, text = self.ask(
            verb, f"/api/v1/{path}", json.dumps(body).encode(), Content_Type="application/json", **headers
        )
        return status, json.loads(text)

    def times(self) -> tuple[str, list[str]]:
        """Look at the times of some day, after the safety question where another was answered last."""
        slug, day = self.dice.choice(self.place.slugs), self.dice.choice(self.place.days)
        if slug != self.answered:
            _status, page = self.ask("page", f"/book/{slug}/")
            token = CSRF.search(page)
            assert token is not None, page[:500]
            self.ask("page", f"/book/{slug}/", urlencode({"comes": "relax", "csrfmiddlewaretoken": token[1]}).encode())
            self.answered = slug
        _status, page = self.ask("times", f"/book/{slug}/times/?day={day}")
        return slug, [unquote(start) for start in A_FREE_TIME.findall(page)]

    def book(self) -> None:
        """Look, and book one of the times, with anyone."""
        slug, free = self.times()
        if not free:
            return
        # A file of one's own now and then shared with others: two appointments of one client may not overlap either.
        name = f"guest{self.number}x{len(self.told)}" if self.dice.random() < 0.8 else "shared"
        status, answer = self.send(
            "book",
            "appointments",
            {
                "service": slug,
                "start": self.dice.choice(free),
                "add_ons": [each for each in self.place.add_ons if self.dice.random() < 0.5],
                "therapist": None,
                "client": {
                    "first_name": name,
                    "last_name": "Guest",
                    "email": f"{name}@example.org",
                    "phone": "030 55503",
                },
                "conditions": [],
                "red_flags": [],
                "policy_accepted": True,
            },
            Idempotency_Key=str(uuid.uuid4()),
        )
        if status == 201:
            token = answer["manage_url"].rstrip("/").rpartition("/")[2]
            self.mine[answer["id"]] = Kept(token, dt.datetime.fromisoformat(answer["start"]))

    def move(self) -> None:
        """Move one of their own to some free time."""
        _slug, free = self.times()
        if (public_id := self.one_of_mine()) and free:
            kept, start = self.mine[public_id], self.dice.choice(free)
            bearer = f"Bearer {kept.token}"
            status, answer = self.send("move", f"appointments/{public_id}/move", {"start": start}, Authorization=bearer)
            if status == 200:
                kept.start = dt.datetime.fromisoformat(answer["start"])

    def cancel(self) -> None:
        """Cancel one of their own."""
        if public_id := self.one_of_mine():
            kept = self.mine[public_id]
            path, bearer = f"appointments/{public_id}/cancel", f"Bearer {kept.token}"
            status, _answer = self.send("cancel", path, {"reason": "storm"}, Authorization=bearer)
            kept.cancelled = kept.cancelled or status == 200

    def one_of_mine(self) -> str | None:
        """Some appointment of theirs that still stands."""
        standing = [public_id for public_id, kept in self.mine.items() if not kept.cancelled]
        return self.dice.choice(standing) if standing else None

    def go(self, verbs: Sequence[str], goes_on: Callable[[], bool]) -> None:
        """Do one thing after the other, for as long as it goes on."""
        while goes_on():
            getattr(self, self.dice.choice(verbs))()
            time.sleep(self.dice.uniform(*self.pause))


@dataclass(frozen=True)
class Outcome:
    """What a storm has left behind."""

    visitors: list[Visitor]

    @property
    def told(self) -> Iterator[Told]:
        """Every answer to everybody."""
        return (each for visitor in self.visitors for each in visitor.told)

    @property
    def broken(self) -> int:
        """How many answers were a fault or a refusal for want of time."""
        return sum(each.status >= 500 for each in self.told)

    @property
    def statuses(self) -> dict[str, Counter[int]]:
        """How often each verb got which answer."""
        found: dict[str, Counter[int]] = {}
        for each in self.told:
            found.setdefault(each.verb, Counter())[each.status] += 1
        return found

    def took(self, verb: str) -> list[float]:
        """Milliseconds of each answer to a verb."""
        return [each.took for each in self.told if each.verb == verb]

    @property
    def kept(self) -> dict[str, tuple[dt.datetime, bool]]:
        """What clients know of their appointments: start, and whether it was cancelled."""
        return {key: (each.start, each.cancelled) for one in self.visitors for key, each in one.mine.items()}


def rage(
    place: Place,
    seconds: float,
    *,
    verbs: Sequence[str],
    clients: int = CLIENTS,
    pause: tuple[float, float] = (0.0, 0.0),
    first: int = 0,
    needs: Collection[tuple[str, int]] = (),
) -> Outcome:
    """Let so many clients loose for so many seconds; a fault in a client ends the whole with its exception.

    On a busy machine it goes on until each answer that it `needs`, a verb and a status, was given to somebody.
    """
    visitors = [Visitor(place, first + number, pause) for number in range(clients)]
    until = time.monotonic() + seconds
    faults: list[BaseException] = []

    def goes_on() -> bool:
        left = until - time.monotonic()
        if left > 0 or faults or left < -PATIENCE_SECONDS:
            return left > 0 and not faults
        statuses = Outcome(visitors).statuses
        return not all(statuses.get(verb, Counter())[status] for verb, status in needs)

    def go(visitor: Visitor) -> None:
        try:
            visitor.go(verbs, goes_on)
        except BaseException as fault:  # noqa: BLE001 - told in the thread that waits
            faults.append(fault)

    threads = [threading.Thread(target=go, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return Outcome(visitors)


def overlapping() -> list[tuple[int, int]]:
    """Pairs of active appointments that overlap in therapist, room, kit or client, found by a self-join."""
    with connection.cursor() as cursor:
        cursor.execute(SELF_JOIN, {"active": [str(status) for status in ACTIVE]})
        return list(cursor.fetchall())


def in_the_diary() -> dict[str, tuple[dt.datetime, bool]]:
    """Every appointment that the API booked, as its clients should know it."""
    rows = Appointment.objects.filter(via=Appointment.Via.API).values_list("public_id", "starts_at", "status")
    return {str(public_id): (start, status == Status.CANCELLED) for public_id, start, status in rows}


def measure(seconds: float = SECONDS) -> list[Row]:
    """The rows of this part: a minute of people who look and book, and a minute of a storm, each on a fresh diary."""
    slug, today = Service.objects.get().slug, practice.today()
    days = [today + dt.timedelta(days=ahead) for ahead in range(practice.AHEAD_DAYS + 2, practice.AHEAD_DAYS + 40)]
    with scratch.database("storm"):
        practice.fill_ahead()
        scratch.refresh()
        with gunicorn() as server:
            place = Place(f"http://127.0.0.1:{server.port}", [slug], days)
            warm = rage(place, WARM_UP_SECONDS, verbs=["book"], clients=1, first=999)
            crowd = rage(place, seconds, verbs=["times", "times", "book"], pause=PAUSE)
            # So few days that the clients are in each other's way.
            storm = rage(
                Place(place.url, [slug], days[:3]), seconds, verbs=["book", "book", "book", "move", "cancel"], first=100
            )
        known, there = {**warm.kept, **crowd.kept, **storm.kept}, in_the_diary()
        right = sum(there.get(key) == kept for key, kept in known.items())
        overlaps = len(overlapping())
    answers = len([*crowd.told, *storm.told])
    name = f"{CLIENTS} clients"
    return [
        row(f"{name} browsing and booking: 5xx / answers", crowd.broken + storm.broken, answers, "answers", at_most=0),
        *(
            row(
                f"{name} browsing and booking: p95 of {what} / half a second",
                p95(crowd.took(verb)),
                PATIENCE,
                "ms",
                at_most=1,
            )
            for what, verb in (("times", "times"), ("bookings", "book"))
        ),
        row(f"storm of {name}: overlaps / appointments", overlaps, len(there), "appointments", at_most=0),
        row(f"storm of {name}: as acknowledged / acknowledged", right, len(known), "appointments", at_least=1),
    ]
