"""A Redis that refuses is a Redis that is away: people sign in, book and are told; the worker waits and goes on."""

import http.cookiejar
import json
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from celery import Celery
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.utils import timezone

from clinic.models import Heartbeat, OutgoingMail, User
from clinic.operations import worker_signals
from tests.faults.mail_world import hint
from tests.fixtures.api import Api, wish
from tests.fixtures.cast import PASSWORD, Cast
from tests.fixtures.processes import PATIENCE_SECONDS, ROOT, Processes, free_port, wait_until
from tests.fixtures.services import RedisServer

pytestmark = [pytest.mark.redis, pytest.mark.slow]


def read_only(server: redis.Redis) -> None:
    """As after a failover to a copy."""
    server.replicaof("127.0.0.1", free_port())


def out_of_memory(server: redis.Redis) -> None:
    """OOM command not allowed."""
    server.config_set("maxmemory-policy", "noeviction")
    server.config_set("maxmemory", "1")


def disk_full(server: redis.Redis) -> None:
    """MISCONF: it cannot keep its snapshot, and so takes no writes."""
    (Path(str(server.config_get("dir")["dir"])) / "dump.rdb").mkdir(exist_ok=True)
    server.config_set("stop-writes-on-bgsave-error", "yes")
    server.config_set("save", "3600 1")
    server.bgsave()
    wait_until(lambda: server.info("persistence")["rdb_last_bgsave_status"] == "err", "the snapshot failed")


def locked(server: redis.Redis) -> None:
    """A password that nobody gave us."""
    server.config_set("requirepass", "another password")
    server.client_kill_filter(_type="normal", skipme=True)


def well(server: redis.Redis) -> None:
    """As it was before any of these."""
    server.config_set("save", "")
    server.config_set("maxmemory", "0")
    server.replicaof("NO", "ONE")


TROUBLES: dict[str, Callable[[redis.Redis], None]] = {
    "read-only": read_only,
    "out of memory": out_of_memory,
    "disk full": disk_full,
    "locked": locked,
}


@contextmanager
def administered(server: RedisServer) -> Iterator[redis.Redis]:
    """A connection that stays privileged, whatever is set meanwhile; at its end all is well again."""
    connection = redis.Redis(port=server.port, single_connection_client=True, decode_responses=True)
    try:
        yield connection
    finally:
        well(connection)
        connection.close()


def production() -> dict[str, object]:
    """The settings of a server with a Redis."""
    command = (
        "import json; from clinic import settings;"
        "print(json.dumps({'CELERY_BROKER_TRANSPORT_OPTIONS': settings.CELERY_BROKER_TRANSPORT_OPTIONS}))"
    )
    env = {**os.environ, "REDIS_URL": "redis://localhost/0", "SECRET_KEY": "x"}
    said = subprocess.run([sys.executable, "-c", command], cwd=ROOT, env=env, capture_output=True, check=True).stdout
    found: dict[str, object] = json.loads(said)
    return found


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch, redis_server: RedisServer) -> Iterator[Celery]:
    """This process publishes to the test's Redis, and has not found it away yet."""
    app = Celery("publisher", broker=redis_server.url, set_as_current=False)
    app.conf.broker_transport_options = production()["CELERY_BROKER_TRANSPORT_OPTIONS"]
    monkeypatch.setattr(worker_signals, "app", app)
    monkeypatch.setattr(worker_signals.Broker, "rest_until", 0.0)
    yield app
    app.close()


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_hint_to_a_redis_that_refuses_is_let_go(redis_server: RedisServer, publisher: Celery, trouble: str) -> None:
    with administered(redis_server) as server:
        assert worker_signals.wake_worker()
        TROUBLES[trouble](server)
        assert not worker_signals.wake_worker()
        # And so it is left alone for a while.
        assert worker_signals.Broker.rest_until > 0


def test_a_hint_to_a_redis_that_is_stopped_is_let_go_at_once(
    redis_server: RedisServer, publisher: Celery, monkeypatch: pytest.MonkeyPatch
) -> None:
    redis_server.stop()
    waits: list[float] = []
    monkeypatch.setattr("kombu.utils.functional.sleep", waits.append)
    assert not worker_signals.wake_worker()
    # Whoever booked waits for the answer: nothing is asked again and again.
    assert sum(waits) == 0


def test_the_cache_needs_no_redis_and_holds_the_limits_of_a_crowd(db: None) -> None:
    assert "redis" not in str(settings.CACHES["default"]["BACKEND"]).lower()
    cache.set("limit:first", [1.0])
    # Django's own bound of 300 entries would have thrown live limits away by now.
    for number in range(320):
        cache.set(f"limit:{number}", [1.0])
    assert cache.get("limit:first") == [1.0]


class Browser:
    """Somebody of the team, from outside."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())).open

    def post(self, path: str, **fields: str) -> str:
        """Fill the form of a page and send it; the address to which that leads. Fails the test at a 5xx."""
        with self.open(f"{self.url}{path}", timeout=PATIENCE_SECONDS) as page:
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
        assert token is not None
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token[1]}).encode()
        with self.open(f"{self.url}{path}", body, timeout=PATIENCE_SECONDS) as answer:
            assert answer.status == 200
            return str(urllib.parse.urlsplit(answer.url).path)


@pytest.mark.invariant("I3")
def test_people_go_on_and_the_worker_waits(redis_server: RedisServer, processes: Processes, cast: Cast) -> None:
    # As production hashes; the hasher of the tests is not among those of a real server.
    User.objects.update(password=Argon2PasswordHasher().encode(PASSWORD, "a salt of the tests"))
    cast.practice.confirmation_delay_minutes = 0  # something is due at once, so each booking hints at it
    cast.practice.save()
    url, _web = processes.gunicorn(workers=1)
    worker = processes.worker()
    with administered(redis_server) as server:
        read_only(server)
        assert Browser(url).post("/accounts/login/", login="mira@stillwater.example", password=PASSWORD) == "/desk/"
        Browser(url).post("/accounts/password/reset/", email="jonas@stillwater.example")
        answer = Api(url).book(wish(cast))
        assert answer.status == 201, answer.body
        wait_until(lambda: "Cannot connect" in worker.said(), "the worker finds Redis refusing")
        assert worker.process.poll() is None
        well(server)
        began = timezone.now()
        hint(processes, "booking.tasks.sweep")
        # The same worker, not another that something started in its place.
        wait_until(lambda: Heartbeat.objects.filter(name="reminders", at__gt=began).exists(), "it works again")
    assert OutgoingMail.objects.filter(kind="confirmation").count() == 1
