"""Resident memory of a web process after many pages, against the same process after the first 500."""

import datetime as dt
import itertools
from concurrent.futures import ThreadPoolExecutor

import psutil

from bench import practice, scratch
from bench.rows import Row, row
from bench.server import gunicorn
from bench.storm import Place, Visitor
from booking.models import Service

PAGES, FIRST, AT_ONCE = 10_000, 500, 4
MEBI = 1024 * 1024


def measure(pages: int = PAGES) -> list[Row]:
    """The row of this part: one gunicorn worker, four requests at a time, the pages that clients look at in turn."""
    with scratch.database("memory"):
        practice.fill_ahead()
        scratch.refresh()
        paths = itertools.cycle(looked_at())
        with gunicorn(workers=1) as server, ThreadPoolExecutor(AT_ONCE) as pool:
            (worker,) = psutil.Process(server.pid).children()
            place = Place(f"http://127.0.0.1:{server.port}", [Service.objects.get().slug], [practice.today()])
            visitor = Visitor(place, 0)
            visitor.times()  # answers the safety question, without which no page shows times
            look(visitor, pool, paths, FIRST)
            before = worker.memory_info().rss
            look(visitor, pool, paths, pages - FIRST)
            after = worker.memory_info().rss
    name = f"memory of a web process: after {pages:,} pages / after {FIRST}"
    return [row(name, after / MEBI, before / MEBI, "MiB", at_most=1.05)]


def looked_at() -> list[str]:
    """What clients look at on their way to an appointment, and what programs ask."""
    slug, day = Service.objects.get().slug, practice.today() + dt.timedelta(days=1)
    week = f"from={day}&to={day + dt.timedelta(days=6)}"
    return [
        "/",
        "/book/",
        f"/book/{slug}/",
        f"/book/{slug}/times/?month={day:%Y-%m}",
        "/how-we-advise/",
        "/api/v1/services",
        f"/api/v1/slots?service={slug}&{week}",
        "/accounts/login/",
    ]


def look(visitor: Visitor, pool: ThreadPoolExecutor, paths: "itertools.cycle[str]", count: int) -> None:
    """Fetch so many pages; any answer but the page itself ends the benchmark."""
    for status, text in pool.map(lambda path: visitor.ask("page", path), itertools.islice(paths, count)):
        if status != 200:
            raise SystemExit(f"A page answered {status}: {text[:200]!r}")
