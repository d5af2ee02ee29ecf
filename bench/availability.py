"""A month of free times for 20 therapists: what the engine alone takes. Run `python -m bench.availability`.

Three parts, so that a benchmark with a database can use the same ones: `random_month` makes a seeded month as plain
rows, `load` builds what the engine asks for from such rows, `measure_engine` times the engine on what was loaded.
"""

import datetime as dt
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from zoneinfo import ZoneInfo

from booking.scheduling.availability import (
    DayLoad,
    FreeStart,
    Hours,
    Resource,
    ServiceRules,
    TherapistSchedule,
    free_times,
)

ZONE = ZoneInfo("Europe/Berlin")
SERVICE = ServiceRules(minutes=60, after=15, step=15, needs_room=True, notice=120, horizon=90)
FIRST_DAY, LAST_DAY = dt.date(2026, 10, 1), dt.date(2026, 10, 31)
NOW = dt.datetime(2026, 9, 28, 8, tzinfo=dt.UTC)
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """One appointment as a query answers it: whose, where, and its blocked range in instants."""

    therapist: int
    room: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """All that `free_times` asks for about people and rooms."""

    therapists: Sequence[TherapistSchedule]
    rooms: Sequence[Resource]
    kits: Sequence[Resource] = ()


def random_month(therapists: int = 20, appointments: int = 2_500, seed: int = 1) -> list[AppointmentRow]:
    """A seeded month of appointments that do not overlap: each takes its own place in the day of a random therapist."""
    dice = random.Random(seed)
    midnight = int(dt.datetime(2026, 10, 1, tzinfo=ZONE).timestamp()) // 60
    days = [number for number in range(31) if dt.date(2026, 10, 1 + number).weekday() < 6]
    places = [
        (whom, midnight + day * DAY + place)
        for whom in range(therapists)
        for day in days
        for place in (540, 615, 690, 840, 915, 990)
    ]
    rows = []
    for whom, start in sorted(dice.sample(places, appointments)):
        begin = start + dice.choice((0, 0, 10))
        rows.append(AppointmentRow(whom, whom, begin, begin + dice.choice((40, 60, 65))))
    return rows


def load(rows: Iterable[AppointmentRow], therapists: int = 20) -> Loaded:
    """Build the diaries and rooms: everyone works Monday to Saturday, a split day."""
    busy: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    rooms: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    booked: defaultdict[int, defaultdict[dt.date, DayLoad]] = defaultdict(lambda: defaultdict(DayLoad))
    for row in rows:
        busy[row.therapist].append((row.start, row.end))
        rooms[row.room].append((row.start, row.end))
    hours = [Hours(weekday, dt.time(begin), dt.time(end)) for weekday in range(6) for begin, end in ((9, 13), (14, 19))]
    diaries = [TherapistSchedule(key=key, hours=hours, busy=busy[key], booked=booked[key]) for key in range(therapists)]
    return Loaded(diaries, [Resource(key, rooms[key]) for key in range(therapists)])


def measure_engine(loaded: Loaded, service: ServiceRules = SERVICE, rounds: int = 30) -> tuple[float, list[FreeStart]]:
    """Milliseconds that one month takes, the median of some rounds, and the offers found."""
    took = []
    offers: list[FreeStart] = []
    for _ in range(rounds):
        begin = time.perf_counter()
        offers = free_times(service, loaded.therapists, loaded.rooms, loaded.kits, ZONE, FIRST_DAY, LAST_DAY, NOW)
        took.append((time.perf_counter() - begin) * 1_000)
    return median(took), offers


def main() -> None:
    """Print both steps."""
    rows = random_month()
    begin = time.perf_counter()
    loaded = load(rows)
    building = (time.perf_counter() - begin) * 1_000
    milliseconds, offers = measure_engine(loaded)
    starts = sum(len(offer.therapists) for offer in offers)
    print(f"{len(rows)} appointments, {len(offers)} times, {starts} starts")
    print(f"building {building:.1f} ms, engine {milliseconds:.1f} ms")


if __name__ == "__main__":
    main()
