"""The nightly proof that nobody is booked twice: run, remembered, and said where a person looks."""

import datetime as dt
import logging

from django.utils import timezone

from booking.proof import problems
from clinic.models import Heartbeat

logger = logging.getLogger(__name__)
NAME = Heartbeat.PROOF
EVERY = dt.timedelta(days=1)


def prove() -> list[str]:
    """Look through the whole table, remember when and what was wrong, and return a line for each problem.

    A line names appointments by their id and nobody by name. The health page and the desk say only how many there are.
    """
    found = list(problems())
    for line in found:
        logger.error("Proof of the bookings: %s", line)
    trouble = str(len(found)) if found else ""
    Heartbeat.objects.update_or_create(name=NAME, defaults={"at": timezone.now(), "trouble": trouble})
    return found


def prove_if_due() -> list[str]:
    """`prove`, unless it was done within the last day: for those who run no beat, once a day beside the sweeps."""
    if Heartbeat.objects.filter(name=NAME, at__gt=timezone.now() - EVERY).exists():
        return []
    return prove()
