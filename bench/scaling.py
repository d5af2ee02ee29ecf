"""What docs/scaling.md counts with: pages a second by web processes, what an appointment takes on disk, connections."""

import datetime as dt
import io
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import psutil
import psycopg
from django.core.management import call_command
from django.db import connection

from bench import practice, scratch
from bench.rows import Row, p95, row
from bench.server import gunicorn
from bench.storm import Place, rage
from booking.models import Appointment, Service

SECONDS, WARM_UP_SECONDS, AT_ONCE = 15.0, 3, 8
# A page in this many milliseconds is at once; a practice of ten therapists asks for less than one in a second.
PATIENCE, NEEDED_A_SECOND = 500, 1
KIBI, MEBI = 1024, 1024 * 1024
# What the arithmetic of docs/scaling.md takes for an appointment with all that hangs on it, and for one installation.
COUNTED_KIB, COUNTED_MIB, COUNTED_CONNECTIONS = 16, 500, 10
SETTLES_SECONDS = 20


class Memory(NamedTuple):
    """What processes hold: bytes of their own, what they share among themselves counted once; and of each file."""

    own: int
    files: Counter[str]

    def __add__(self, other: object) -> "Memory":
        """Two families of processes together: a file that both have open is in memory once."""
        assert isinstance(other, Memory)
        return Memory(self.own + other.own, self.files | other.files)

    @property
    def mebibytes(self) -> float:
        """All of it."""
        return (self.own + self.files.total()) / MEBI


def measure(seconds: float = SECONDS) -> list[Row]:
    """The rows of this part."""
    with scratch.database("scaling"):
        practice.fill_past(50_000)
        practice.fill_ahead()
        scratch.refresh()
        found = {workers: pages(workers, seconds) for workers in (1, 2)}
        queue = memory_of("worker") + memory_of("beat")
    one, (two, slowest, web, connections) = found[1][0], found[2]
    return [
        row("pages of times, one web process / needed", one, NEEDED_A_SECOND, "/s", at_least=10),
        row("pages of times, two web processes / needed", two, NEEDED_A_SECOND, "/s", at_least=10),
        row("two web processes: p95 / half a second", slowest, PATIENCE, "ms", at_most=1),
        row("web server, worker, clock: memory / counted", (web + queue).mebibytes, COUNTED_MIB, "MiB", at_most=1),
        row("two web processes: connections / counted", connections, COUNTED_CONNECTIONS, "", at_most=1),
        row("database per appointment / counted", kibibytes_an_appointment(), COUNTED_KIB, "KiB", at_most=1),
    ]


def pages(workers: int, seconds: float) -> tuple[float, float, Memory, int]:
    """Pages of times a second, the p95 of them in ms, the memory of all web processes, and connections held."""
    slug, today = Service.objects.get().slug, practice.today()
    days = [today + dt.timedelta(days=ahead) for ahead in range(2, practice.AHEAD_DAYS + 40)]
    with gunicorn(workers=workers) as server:
        place = Place(f"http://127.0.0.1:{server.port}", [slug], days)
        rage(place, WARM_UP_SECONDS, verbs=["times"], clients=AT_ONCE)
        told = rage(place, seconds, verbs=["times"], clients=AT_ONCE).took("times")
        memory = memory_of_all(server.pid)
        connections = connections_held()
    return len(told) / seconds, p95(told), memory, connections


def memory_of_all(pid: int) -> Memory:
    """What a process and its children hold, whoever else on this machine has the same files open."""
    main, own, files = psutil.Process(pid), 0, Counter[str]()
    for each in (main, *main.children(recursive=True)):
        lines = Path(f"/proc/{each.pid}/smaps_rollup").read_text().splitlines()
        own += sum(int(line.split()[1]) * KIBI for line in lines if line.startswith("Pss_Anon:"))
        maps = each.memory_maps(grouped=True)
        files |= Counter({found.path: found.rss - found.anonymous for found in maps if found.path.startswith("/")})
    return Memory(own, files)


def memory_of(program: str) -> Memory:
    """What one of Celery's programs and its children hold, once it has settled."""
    command = [sys.executable, "-m", "clinic.operations", program]
    env = {**os.environ, "DATABASE_URL": scratch.url()}
    with (scratch.HOME / "celery.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=scratch.ROOT, env=env, stdout=log, stderr=log)
    try:
        time.sleep(SETTLES_SECONDS)
        return memory_of_all(process.pid)
    finally:
        process.terminate()
        process.wait()


def connections_held() -> int:
    """Connections to the database in use, besides the one that asks."""
    with psycopg.connect(scratch.url("postgres"), autocommit=True) as asking:
        name = connection.settings_dict["NAME"]
        found = asking.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", (name,)).fetchone()
    assert found is not None
    return int(found[0])


def kibibytes_an_appointment() -> float:
    """What the demo takes on disk for each of its appointments: forms, notes, plans, mails and indexes with it."""
    with scratch.database("demo"):
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        call_command("migrate", verbosity=0, interactive=False)
        scratch.refresh()
        empty = database_bytes()
        call_command("seed_demo", stdout=io.StringIO())
        scratch.refresh()
        return (database_bytes() - empty) / KIBI / Appointment.objects.count()


def database_bytes() -> int:
    """The size of the database in use."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (found,) = cursor.fetchall()
    return int(found[0])
