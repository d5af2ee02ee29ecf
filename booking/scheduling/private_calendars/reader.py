"""Reads one private calendar from its source to its busy times. Knows no rows; many may run side by side."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from hashlib import sha256

from django.conf import settings

from booking.scheduling.private_calendars.caldav import fetch_events
from booking.scheduling.private_calendars.fetching import NOT_MODIFIED, CalendarSource, ask_calendar_server
from booking.scheduling.private_calendars.reading import __name__ as reading
from booking.scheduling.private_calendars.reading.calendar_text import calendar_text_of, times_only
from booking.scheduling.private_calendars.reading.expand import Window
from booking.scheduling.private_calendars.reading.outcome import BusyTimes, ReadingFailed, Trouble

LONGEST_SECONDS = 45
# All that it gets of our environment: no secret, no address of the database.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "PYTHONTZPATH", "SYSTEMROOT")


def busy_times_apart(text: str, window: Window) -> BusyTimes:
    """The busy times of the text of a calendar. Raises ReadingFailed."""
    asked = {
        "text": text,
        "since": window.since.isoformat(),
        "until": window.until.isoformat(),
        "zone": window.zone.key,
        "own_hosts": sorted(window.own_hosts),
    }
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-m", reading],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=LONGEST_SECONDS,
            cwd=settings.BASE_DIR,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ReadingFailed(Trouble.TOO_MUCH) from error
    # Ended by the system, or out of memory. What it wrote of that may hold pieces of the calendar, and is not kept.
    if done.returncode:
        raise ReadingFailed(Trouble.TOO_MUCH)
    found = json.loads(done.stdout)
    if "trouble" in found:
        raise ReadingFailed(Trouble(found["trouble"]))
    spans = tuple((int(start), int(end)) for start, end in found["spans"])
    return BusyTimes(spans=spans, skipped=int(found["skipped"]), own=int(found["own"]))


LONGEST_MARK = 200


@dataclass(frozen=True, kw_only=True)
class Marks:
    """How a calendar is known again unchanged: what its server calls this state of it, and a hash of its times."""

    etag: str = ""
    last_modified: str = ""
    digest: str = ""


NO_MARKS = Marks()


@dataclass(frozen=True, kw_only=True)
class CalendarReading:
    """A calendar as it was read; without `busy` it is as it was when it got these marks."""

    marks: Marks
    busy: BusyTimes | None = None


def read_calendar(source: CalendarSource, window: Window, known: Marks = NO_MARKS) -> CalendarReading:
    """The busy times of a calendar within a window. Raises ReadingFailed."""
    if source.is_caldav:
        text = fetch_events(source, window.since, window.until)
        return worked_out(text and times_only(text), window, Marks(), known)
    headers = {"Accept": "text/calendar, */*;q=0.1", "If-None-Match": known.etag}
    headers["If-Modified-Since"] = known.last_modified
    answer = ask_calendar_server(source.address, headers={name: each for name, each in headers.items() if each})
    if answer.status == NOT_MODIFIED:
        return CalendarReading(marks=known)
    etag, last_modified = answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
    marks = Marks(
        etag=etag if len(etag) <= LONGEST_MARK and etag.isascii() else "",
        last_modified=last_modified if len(last_modified) <= LONGEST_MARK and last_modified.isascii() else "",
    )
    return worked_out(times_only(calendar_text_of(answer.body)), window, marks, known)


def worked_out(text: str, window: Window, marks: Marks, known: Marks) -> CalendarReading:
    """The busy times of a text, or that it is the one that was read before. Raises ReadingFailed."""
    marks = replace(marks, digest=sha256(text.encode()).hexdigest())
    if marks.digest == known.digest:
        return CalendarReading(marks=marks)
    return CalendarReading(marks=marks, busy=busy_times_apart(text, window) if text.strip() else BusyTimes(spans=()))
