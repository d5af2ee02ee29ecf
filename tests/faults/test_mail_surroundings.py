"""What mail stands on goes away: the clock freezes, the database restarts in mid-send, the broker is down or hangs."""

import contextlib
import datetime as dt
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from booking.models import Appointment
from clinic.embedded.cluster import Cluster
from clinic.embedded.places import ROLE
from clinic.models import Heartbeat, MailState
from clinic.operations.health import SWEEPS
from tests.clinic.mail.scripted_smtp import Script, scripted
from tests.faults.mail_world import due_in, hint, run_due
from tests.faults.test_mail_killed import one_mail
from tests.fixtures.api import Api, wish
from tests.fixtures.cast import Cast
from tests.fixtures.processes import PATIENCE_SECONDS, Processes, wait_until
from tests.fixtures.services import RedisServer

pytestmark = pytest.mark.slow
OWN = "own"
BOOKINGS = 12


@pytest.fixture
def script(process_env: dict[str, str]) -> Iterator[Script]:
    """The mail server of every process of the test."""
    with scripted() as script:
        process_env["EMAIL_URL"] = script.url
        yield script


def ready(url: str) -> tuple[int, list[str]]:
    """The status of /healthz/ready, and the parts that are unwell."""
    try:
        with urllib.request.urlopen(f"{url}/healthz/ready", timeout=PATIENCE_SECONDS) as response:  # noqa: S310 - the test's own server
            status, body = response.status, response.read()
    except urllib.error.HTTPError as answer:
        with answer:  # it holds the connection
            status, body = answer.code, answer.read()
    return status, sorted(name for name, part in json.loads(body)["parts"].items() if not part["ok"])


SENT = re.compile(r"clinic\.tasks\.send_mail\[[^\]]+\] succeeded")


@pytest.mark.slow(seconds=25)
def test_a_frozen_beat_is_named_and_a_thawed_one_makes_it_well(processes: Processes, cast: Cast) -> None:
    url, _server = processes.gunicorn(workers=1)
    began = time.monotonic()
    worker = processes.worker()
    # Beat comes up no slower than the worker did, and is frozen before its first tick.
    lead = 4 + 2 * (time.monotonic() - began)
    # It looks at both by itself when it comes up, and its sweep asks for the mail once more: three tasks, then silence.
    wait_until(lambda: len(SENT.findall(worker.said())) >= 2, "the worker's first look")
    wait_until(lambda: Heartbeat.objects.filter(name__in=SWEEPS).count() == 2, "both heartbeats")
    assert ready(url) == (200, [])
    schedule = processes.folder / "schedule"
    due_in(lead, schedule)
    tick_at = time.monotonic() + lead
    beat = processes.start("beat", "clinic.operations", "beat", "--schedule", str(schedule))
    beat.wait_until_ready(lambda: "Starting..." in beat.said(), "beat is running")
    beat.process.send_signal(signal.SIGSTOP)
    # The product's clock is never faked: instead of waiting four minutes, what beat did last is four minutes old.
    Heartbeat.objects.update(at=timezone.now() - dt.timedelta(minutes=4))
    wait_until(lambda: time.monotonic() > tick_at + 1, "the time of the tick that beat sleeps through")
    assert ready(url) == (503, ["sweep_mail", "sweep_reminders"])
    beat.process.send_signal(signal.SIGCONT)
    wait_until(lambda: ready(url) == (200, []), "beat's next tick makes it well")


class OwnServer:
    """A copy of the test database in a PostgreSQL of the test's own, which may crash without harm to other tests."""

    def __init__(self, home: Path) -> None:
        self.cluster = Cluster(home, os.environ["EMBEDDED_POSTGRES"])
        self.cluster.use()
        with psycopg.connect(self.address("postgres"), autocommit=True) as server:
            server.execute(f"CREATE DATABASE {OWN}")
        chosen = connection.settings_dict
        folder = self.cluster.programs()
        dump = [str(folder / "pg_dump"), "-h", chosen["HOST"], "-U", chosen["USER"], "-d", chosen["NAME"]]
        sql = subprocess.run(dump, check=True, capture_output=True).stdout
        restore = [str(folder / "psql"), "-q", "-v", "ON_ERROR_STOP=1", self.address(OWN)]
        subprocess.run(restore, check=True, input=sql, capture_output=True)

    def address(self, database: str = OWN) -> str:
        """The server as a DATABASE_URL."""
        return f"postgresql://{ROLE}@/{database}?host={self.cluster.places.socket_dir}"

    def crash_and_restart(self) -> None:
        """kill -9 for the server, then start it again: it recovers from its log."""
        lines = (self.cluster.places.data / "postmaster.pid").read_text().splitlines()
        subprocess.run(["kill", "-QUIT", lines[0]], check=True)
        assert self.cluster.wait_until_stopped()
        self.cluster.revive()

    def ask(self, sql: str) -> list[Any]:
        """The rows of a statement, committed."""
        with psycopg.connect(self.address(), autocommit=True) as server:
            answer = server.execute(sql)
            return answer.fetchall() if answer.description else []


LEASE_OVER = "UPDATE clinic_outgoingmail SET lease_until = now() - interval '1 s', next_try_at = now() - interval '1 s'"
STANDS = "SELECT state, phase, maybe_duplicate FROM clinic_outgoingmail"


@pytest.fixture
def own_server(process_env: dict[str, str]) -> Iterator[OwnServer]:
    """A crashing PostgreSQL with one mail that is due, for every process of the test."""
    one_mail()
    # Not in pytest's own folder: another run of pytest beside this one would close it to the server's account.
    with tempfile.TemporaryDirectory() as folder:
        server = OwnServer(Path(folder) / "pg")
        process_env["DATABASE_URL"] = server.address()
        yield server
        server.cluster.leave()
        server.cluster.wait_until_stopped()


@pytest.mark.invariant("I5")
def test_a_database_that_restarts_before_the_body_costs_no_copy(
    script: Script, own_server: OwnServer, processes: Processes
) -> None:
    script.stall_at = "RCPT"
    worker = processes.worker()
    wait_until(script.stalled.is_set, "the worker talks to the server")
    own_server.crash_and_restart()
    script.stall_at = ""
    script.go_on.set()
    wait_until(lambda: "Traceback" in worker.said(), "the worker finds its database gone")
    # A claim waits for no disk: a crash may take it back, and then the mail stands as if nobody had come for it.
    claimed, unclaimed = (MailState.SENDING, "claimed", False), (MailState.QUEUED, "", False)
    assert script.ids == []
    assert own_server.ask(STANDS) in ([claimed], [unclaimed])
    own_server.ask(LEASE_OVER)
    hint(processes, "clinic.tasks.send_mail")
    wait_until(lambda: own_server.ask(STANDS) == [(MailState.SENT, "", False)], "the same worker sends it")
    assert len(script.ids) == 1


@pytest.mark.invariant("I5")
def test_a_database_that_restarts_after_the_body_costs_one_copy_with_a_flag(
    script: Script, own_server: OwnServer, processes: Processes
) -> None:
    script.stall_at = "ACCEPTED"
    sender = run_due(processes)
    wait_until(script.stalled.is_set, "the server has the mail")
    own_server.crash_and_restart()
    script.stall_at = ""
    script.go_on.set()
    assert sender.process.wait(PATIENCE_SECONDS) != 0
    assert own_server.ask(STANDS) == [(MailState.SENDING, "data", False)]
    own_server.ask(LEASE_OVER)
    assert run_due(processes).process.wait(PATIENCE_SECONDS) == 0
    assert own_server.ask(STANDS) == [(MailState.SENT, "", True)]
    assert len(script.ids) == 2
    assert len(set(script.ids)) == 1


def book_some(api: Api, cast: Cast, *, ahead: int) -> None:
    """Book times of some days, one after the other, each answered 201."""
    for number in range(BOOKINGS):
        start = cast.at(9 + number % 4 * 2, ahead=ahead + 7 * (number // 4)).isoformat()
        answer = api.book(wish(cast, ahead + number, start=start))
        assert answer.status == 201, answer.body


class Hole:
    """In Redis's place, something that takes connections and counts them: it hangs up at once, or never says a word."""

    def __init__(self, port: int, *, mute: bool) -> None:
        self.mute = mute
        self.taken: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self.thread = threading.Thread(target=self.take)
        self.thread.start()

    def take(self) -> None:
        """Take one connection after the other, until the listener is shut."""
        with contextlib.suppress(OSError):
            while True:
                connected, _address = self.listener.accept()
                self.taken.append(connected)
                if not self.mute:
                    connected.close()

    def close(self) -> None:
        """Let everybody go."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()
        for connected in self.taken:
            connected.close()


@pytest.mark.redis
@pytest.mark.parametrize("mute", [False, True])
def test_with_the_broker_down_bookings_are_made_and_wait_for_it_no_more_once_that_is_known(
    redis_server: RedisServer, api: Api, cast: Cast, *, mute: bool
) -> None:
    cast.practice.horizon_days = 300
    cast.practice.confirmation_delay_minutes = 0  # something is due at once, so every booking hints at it
    cast.practice.save()
    book_some(api, cast, ahead=7)
    redis_server.stop()
    with contextlib.closing(Hole(redis_server.port, mute=mute)) as hole:
        book_some(api, cast, ahead=70)
    assert Appointment.objects.count() == 2 * BOOKINGS
    # Each process finds out once for the cache and once for the broker, and then leaves both alone for half a minute.
    # A booking that asked each time would be here as a connection: how long that takes is another machine's business.
    assert 1 <= len(hole.taken) < BOOKINGS
