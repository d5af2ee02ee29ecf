"""LOG_FORMAT=json: every line of web server, worker and clock is one object, and none holds what no log may hold."""

import datetime as dt
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from tests.faults.test_mail_killed import one_mail
from tests.fixtures.processes import Child, Processes, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.invariant("I10")]
CANARY = "zanzibarïne"
PLAIN_GOODBYE = "worker: Warm shutdown (MainProcess)"
REQUEST = "0b7d2c1e-4f3a-4a57-9d86-2f1f0a6c9e11"
REFUSE_EVERY_CHANGE = f"""
CREATE FUNCTION refuse_for_a_test() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'refused' USING DETAIL = 'Failing row contains ({CANARY}).'; END $$;
CREATE TRIGGER refuse_for_a_test BEFORE UPDATE ON clinic_outgoingmail EXECUTE FUNCTION refuse_for_a_test();
"""
TAKE_ALL_AGAIN = "DROP TRIGGER refuse_for_a_test ON clinic_outgoingmail; DROP FUNCTION refuse_for_a_test()"


def objects(child: Child) -> list[dict[str, Any]]:
    """Its lines, each an object with what every line has."""
    found = []
    for line in child.said().splitlines():
        # The one line that Celery writes past all logs, once it is asked to end; it ends that line in a second write,
        # so what another of its processes says may stand behind it.
        written = line.removeprefix(PLAIN_GOODBYE).strip()
        if not written:
            continue
        told = json.loads(written)
        assert dt.datetime.fromisoformat(told["time"]).utcoffset() == dt.timedelta(0)
        assert told["level"] in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}
        assert told["logger"]
        found.append(told)
    return found


def exceptions(child: Child) -> list[str]:
    """The errors that it has told of so far; a line that it is still writing does not count."""
    whole = [line for line in child.said().splitlines(keepends=True) if line.startswith("{") and line.endswith("}\n")]
    return [json.loads(line).get("exception", "") for line in whole]


def decoded(told: list[dict[str, Any]]) -> str:
    """All that the objects say, read back: a mark cannot hide in an escape."""
    return "\n".join(str(value) for line in told for value in line.values())


@contextmanager
def rows_that_are_refused() -> Iterator[None]:
    """A database that refuses every change of a mail, and tells the row."""
    with connection.cursor() as cursor:
        cursor.execute(REFUSE_EVERY_CHANGE)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(TAKE_ALL_AGAIN)


@pytest.fixture
def as_json(process_env: dict[str, str]) -> None:
    """What a practice sets, and what somebody may add who wants to see each request."""
    process_env.update(LOG_FORMAT="json", GUNICORN_CMD_ARGS="--access-logfile -")


def test_the_web_server_writes_objects_and_names_each_request(as_json: None, processes: Processes) -> None:
    url, child = processes.gunicorn(workers=1)
    token = secrets.token_urlsafe(32)
    asked = urllib.request.Request(f"{url}/appointment/{token}/?q={CANARY[:5]}", headers={"X-Request-ID": REQUEST})  # noqa: S310
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(asked, timeout=30)  # noqa: S310
    with refusal.value as answer:
        assert answer.status == 404
        assert answer.headers["X-Request-ID"] == REQUEST
    wait_until(lambda: child.said().count(REQUEST) >= 2, "both lines of the request are written")
    child.stop()
    told = objects(child)
    assert {"gunicorn.error", "gunicorn.access", "django.request"} <= {line["logger"] for line in told}
    assert token not in decoded(told)
    assert CANARY[:5] not in decoded(told)
    missing = next(line for line in told if line["logger"] == "django.request")
    assert missing["request"] == REQUEST
    assert "(token)" in missing["message"]


def test_worker_and_clock_write_objects_and_no_row(as_json: None, processes: Processes) -> None:
    one_mail()
    with rows_that_are_refused():
        worker = processes.worker()
        wait_until(lambda: any("refused" in each for each in exceptions(worker)), "the worker tells of its fault")
        worker.stop(60)
    beat = processes.beat()
    beat.stop()
    told = objects(worker)
    assert objects(beat)
    faults = [line for line in told if "refused" in line.get("exception", "")]
    assert faults
    assert all("Traceback" in line["exception"] for line in faults)
    assert "(row)" in decoded(faults)
    assert CANARY not in decoded(told)
    assert CANARY[:5] not in decoded(told)


def test_people_still_read_lines(processes: Processes) -> None:
    """Of the clock, which starts in half the time of the others: all of them write as the same settings say."""
    beat = processes.beat()
    beat.stop()
    starting = next(line for line in beat.said().splitlines() if line.endswith("Starting..."))
    with pytest.raises(json.JSONDecodeError):
        json.loads(starting)
