"""Works out one calendar: its text and what is asked come in as JSON on standard input, busy times go out the same way.

It runs apart, with nothing of the practice in its environment, and has so much time and memory and no more.
"""

import datetime as dt
import json
import resource
import sys
from dataclasses import asdict
from zoneinfo import ZoneInfo

from booking.scheduling.private_calendars.reading.expand import Window, busy_times
from booking.scheduling.private_calendars.reading.outcome import ReadingFailed

CPU_SECONDS = 40
MEMORY_BYTES = 1024**3


def limit_this_process() -> None:
    """Have the system end this process where it takes more than it is given."""
    for kind, most in ((resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_AS, MEMORY_BYTES)):
        _soft, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def main() -> None:
    """Read the question, write the answer."""
    limit_this_process()
    asked = json.load(sys.stdin)
    window = Window(
        since=dt.datetime.fromisoformat(asked["since"]),
        until=dt.datetime.fromisoformat(asked["until"]),
        zone=ZoneInfo(asked["zone"]),
        own_hosts=frozenset(asked["own_hosts"]),
    )
    try:
        answer = asdict(busy_times(asked["text"], window))
    except ReadingFailed as failed:
        answer = {"trouble": failed.trouble}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
