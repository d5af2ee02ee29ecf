"""The nightly proof that nobody is booked twice: run, remembered, and said where a person looks."""

import datetime as dt
import logging

from django.utils import timezone

from booking.appointments.integrity import integrity_problems
from clinic.models import Heartbeat

logger = logging.getLogger(__name__)
INTEGRITY_JOB = Heartbeat.PROOF
INTEGRITY_INTERVAL = dt.timedelta(days=1)


def check_integrity() -> list[str]:
    """Look through the whole table, remember the outcome, return a line (ids, no names) for each problem."""
    found = list(integrity_problems())
    for line in found:
        logger.error("Proof of the bookings: %s", line)
    trouble = str(len(found)) if found else ""
    Heartbeat.objects.update_or_create(name=INTEGRITY_JOB, defaults={"at": timezone.now(), "trouble": trouble})
    return found


def check_integrity_if_due() -> list[str]:
    """`prove`, unless it was done within the last day: for those who run no beat, once a day beside the sweeps."""
    if Heartbeat.objects.filter(name=INTEGRITY_JOB, at__gt=timezone.now() - INTEGRITY_INTERVAL).exists():
        return []
    return check_integrity()
