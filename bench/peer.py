"""The peer that people would use instead: django-appointment, a month of times and bookings over HTTP."""

import json
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """What the peer does on this machine; as it comes, what it did when it was last measured."""

    name: str = "django-appointment as last measured"
    month_of_one_ms: float = 391
    """A month of times for one therapist, 500 appointments."""
    bookings_a_second: float = 60


def measure_peer(command: str) -> Peer:
    """Run a program that stands the peer up, and read its last line: JSON with `month_one_therapist_ms` and
    `bookings_per_s`. Raises CalledProcessError."""
    said = subprocess.run([command], check=True, capture_output=True, text=True).stdout
    found = json.loads(said.strip().splitlines()[-1])
    return Peer("django-appointment", float(found["month_one_therapist_ms"]), float(found["bookings_per_s"]))
