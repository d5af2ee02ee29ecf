"""Resident memory of a web process after many pages, against the same process after the first 500."""

import datetime as dt
import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import psutil

from bench import practice, scratch
from bench.rows import Row, row
from bench.server import Server, gunicorn
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
            look(server, pool, paths, FIRST)
            before = worker.memory_info().rss
            look(server, pool, paths, pages - FIRST)
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
        "/desk/",
    ]


def look(server: Server, pool: ThreadPoolExecutor, paths: "itertools.cycle[str]", count: int) -> None:
    """Fetch so many pages; any answer but a page or a redirect ends the benchmark."""
    for path, answer in pool.map(lambda path: (path, server.ask("GET", path)), itertools.islice(paths, count)):
        if answer.status >= 400:
            raise SystemExit(
                f"{path} answered {answer.status}: {json.dumps(answer.body[:200].decode(errors='replace'))}"
            )
