"""Fetching a feed from whoever says to have one: a real server on this machine, and the ways in which it means ill."""

import datetime as dt
import gzip
import sys
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from booking.scheduling.private_calendars import fetching, reader
from booking.scheduling.private_calendars.fetching import CalendarSource
from booking.scheduling.private_calendars.reader import CalendarReading, Marks, busy_times_apart, read_calendar
from booking.scheduling.private_calendars.reading.outcome import ReadingFailed, Trouble
from clinic.outbound import Limits
from tests.booking.scheduling.private_calendars.test_expanding import WINDOW
from tests.fixtures.private_calendars import ics
from tests.fixtures.receiver import Receiver, running_receiver, status

FEED = ics("DTSTART:20261020T080000Z\nDURATION:PT1H")
START = int(dt.datetime(2026, 10, 20, 8, tzinfo=dt.UTC).timestamp())
SPANS = ((START, START + 3600),)


@pytest.fixture
def server(settings: Any) -> Iterator[Receiver]:
    settings.OUTBOUND_NETWORKS = ["127.0.0.1/32"]
    with running_receiver(status(200, FEED.encode())) as made:
        yield made


def read(server: Receiver, known: Marks | None = None) -> CalendarReading:
    return read_calendar(CalendarSource(address=server.url("/secret/basic.ics")), WINDOW, known or Marks())


def spans(server: Receiver, known: Marks | None = None) -> object:
    found = read(server, known)
    return found.busy.spans if found.busy else "unchanged"


def failure(server: Receiver) -> ReadingFailed:
    with pytest.raises(ReadingFailed) as failed:
        read(server)
    return failed.value


def test_a_feed_is_read_plain_and_packed(server: Receiver) -> None:
    assert spans(server) == SPANS
    server.respond = status(200, gzip.compress(FEED.encode()), Content_Encoding="gzip")
    assert spans(server) == SPANS


def test_an_unchanged_feed_is_asked_for_by_its_marks_and_not_sent_again(server: Receiver) -> None:
    day = "Tue, 20 Oct 2026 08:00:00 GMT"

    def with_marks(request: BaseHTTPRequestHandler) -> None:
        same = request.headers.get("If-None-Match") == '"one"' and request.headers.get("If-Modified-Since") == day
        (status(304) if same else status(200, FEED.encode(), ETag='"one"', Last_Modified=day))(request)

    server.respond = with_marks
    first = read(server)
    assert (first.marks.etag, first.marks.last_modified) == ('"one"', day)
    second = read(server, first.marks)
    assert (second.busy, second.marks) == (None, first.marks)


def test_a_feed_without_marks_is_known_by_what_it_says(server: Receiver) -> None:
    first = read(server)
    server.respond = status(200, FEED.replace("DTSTAMP:20260101", "DTSTAMP:20260202").encode())
    assert spans(server, first.marks) == "unchanged"
    server.respond = status(200, FEED.replace("PT1H", "PT2H").encode())
    assert spans(server, first.marks) == ((START, START + 7200),)


@pytest.mark.parametrize(
    ("code", "trouble"),
    [(401, "refused"), (403, "refused"), (404, "gone"), (410, "gone"), (500, "answer"), (418, "answer"), (503, "busy")],
)
def test_an_answer_that_brings_nothing_is_named(server: Receiver, code: int, trouble: str) -> None:
    server.respond = status(code)
    assert failure(server).trouble == trouble


@pytest.mark.parametrize(("said", "seconds"), [("120", 120), ("999999999", 86_400), ("soon", None), ("-5", None)])
def test_who_is_busy_says_when_to_come_again(server: Receiver, said: str, seconds: int | None) -> None:
    server.respond = status(429, Retry_After=said)
    failed = failure(server)
    assert (failed.trouble, failed.retry_after) == (Trouble.BUSY, seconds)


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b"<!doctype html><title>Calendar</title>", Trouble.WEB_PAGE),
        (b"\x89PNG\r\n", Trouble.NOT_A_CALENDAR),
        (b"", Trouble.NOT_A_CALENDAR),
    ],
)
def test_what_is_no_calendar_is_named(server: Receiver, body: bytes, trouble: Trouble) -> None:
    server.respond = status(200, body)
    assert failure(server).trouble == trouble


@pytest.mark.parametrize(
    ("to", "trouble"),
    [
        ("http://169.254.169.254/latest/meta-data/", Trouble.NETWORK),
        ("http://10.0.0.1/", Trouble.NETWORK),
        ("http://127.0.0.2/", Trouble.NETWORK),
        ("http://[::ffff:10.0.0.1]/", Trouble.NETWORK),
        ("http://93.184.215.14/", Trouble.NOT_HTTPS),
        ("file:///etc/passwd", Trouble.ADDRESS),
        ("/secret/basic.ics", Trouble.REDIRECTS),
    ],
)
def test_a_redirect_goes_nowhere_it_should_not(server: Receiver, to: str, trouble: Trouble) -> None:
    server.respond = status(302, Location=to)
    assert failure(server).trouble == trouble
    assert len(server.received) <= fetching.MOST_REDIRECTS + 1


def endless(request: BaseHTTPRequestHandler) -> None:
    """A gigabyte, and then some, without a length."""
    request.send_response(200)
    request.end_headers()
    for _megabyte in range(1100):
        request.wfile.write(b"BEGIN:VCALENDAR\r\n" * 61_681)


def test_neither_a_gigabyte_nor_a_bomb_is_taken_in(server: Receiver) -> None:
    server.respond = endless
    assert failure(server).trouble == Trouble.TOO_LARGE
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join(packer.compress(bytes(1024 * 1024)) for _megabyte in range(300)) + packer.flush()
    assert len(bomb) < 1024 * 1024
    server.respond = status(200, bomb, Content_Encoding="gzip")
    assert failure(server).trouble == Trouble.TOO_LARGE


def test_what_drips_is_ended(server: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()

    def dripping(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while not over.wait(0.05):
            request.wfile.write(b"B")

    monkeypatch.setattr(fetching, "FEED_LIMITS", Limits(total=0.5, most_bytes=1000))
    server.respond = dripping
    try:
        assert failure(server).trouble == Trouble.TOO_SLOW
    finally:
        over.set()


def test_a_refusal_and_what_led_to_it_do_not_hold_the_address(server: Receiver) -> None:
    server.respond = status(404)
    failed = failure(server)
    said = repr(
        [failed, failed.__cause__, failed.__context__, CalendarSource(address="https://calendar.example/secret")]
    )
    assert "secret" not in said


# Apart ----------------------------------------------------------------------------------------------------------------


def test_the_process_that_reads_has_nothing_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = tmp_path / "environment"
    spy = tmp_path / "python"
    spy.write_text(f"#!/bin/sh\nenv > {seen}\nprintf '%s ' \"$@\" >> {seen}\nexit 1\n")
    spy.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(spy))
    monkeypatch.setenv("DATABASE_URL", "postgresql://app:canary-password@db/app")
    with pytest.raises(ReadingFailed) as failed:
        busy_times_apart(FEED, WINDOW)
    assert failed.value.trouble == Trouble.TOO_MUCH
    told = seen.read_text()
    assert "PATH=" in told
    assert not [word for word in ("canary", "SECRET_KEY", "DTSTART") if word in told]


def test_a_process_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sleepy = tmp_path / "python"
    sleepy.write_text("#!/bin/sh\nexec sleep 60\n")
    sleepy.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(sleepy))
    monkeypatch.setattr(reader, "LONGEST_SECONDS", 0.3)
    with pytest.raises(ReadingFailed) as failed:
        busy_times_apart(FEED, WINDOW)
    assert failed.value.trouble == Trouble.TOO_MUCH
