"""Has a calendar worked out in a process of its own, which is ended where it takes too long."""

import json
import os
import subprocess
import sys

from django.conf import settings

from booking.scheduling.private_calendars.reading import __name__ as reading
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
