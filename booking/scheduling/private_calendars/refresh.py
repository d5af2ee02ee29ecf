"""Reads the private calendars that are due: claim, commit, ask their servers with no transaction open, write what came.

A claim is no more than a later time in the row: a worker that is killed leaves what was known before, and the calendar
is due again when the claim runs out.
"""

import datetime as dt
import logging
import random
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Now
from django.utils import timezone

from booking.models import Appointment, PrivateBusy, PrivateCalendar
from booking.scheduling.configuration import current_configuration
from booking.scheduling.private_calendars.fetching import CalendarSource
from booking.scheduling.private_calendars.reader import NO_MARKS, CalendarReading, Marks, read_calendar
from booking.scheduling.private_calendars.reading.expand import Window
from booking.scheduling.private_calendars.reading.outcome import ReadingFailed, Seconds, Trouble
from clinic.mail.ledger import site_host
from clinic.records.sealed import SealedUnreadable

logger = logging.getLogger(__name__)

EVERY = dt.timedelta(minutes=15)
# However often it failed, it is tried again after this.
LONGEST_PAUSE = dt.timedelta(hours=6)
# A claim outlives the longest reading: 20 seconds of the network, 45 of working it out, and their thread's turn.
CLAIM = dt.timedelta(minutes=5)
SIDE_BY_SIDE = 8
# No calendar is claimed after this, so that a run ends before the next begins.
RUN_SECONDS = 45
# Even where nothing changes the times are worked out anew, because the horizon moves on.
WORKED_OUT_EVERY = dt.timedelta(hours=20)
BEFORE_NOW, BEYOND_HORIZON = dt.timedelta(days=1), dt.timedelta(days=35)


@dataclass(frozen=True)
class Reading:
    """How the reading of one calendar went."""

    calendar: PrivateCalendar
    found: CalendarReading | None = None
    failed: ReadingFailed | None = None


def window_around(now: dt.datetime) -> Window:
    """What is asked of a calendar at this moment: from yesterday until past the horizon of every service."""
    configuration = current_configuration()
    practice = configuration.practice
    horizons = [service.horizon_in(practice) for service in configuration.services_on()]
    until = now + max(horizons, default=dt.timedelta(days=practice.horizon_days)) + BEYOND_HORIZON
    return Window(since=now - BEFORE_NOW, until=until, zone=configuration.zone, own_hosts=own_hosts(now))


def own_hosts(now: dt.datetime) -> frozenset[str]:
    """Under which names of hosts our appointments stand in calendars: a site that moved has more than one."""
    host = Func(F("calendar_uid"), Value("@"), Value(2), function="split_part", output_field=TextField())
    hosts = Appointment.objects.active().filter(ends_at__gt=now).order_by().annotate(host=host)
    return frozenset({site_host(), *hosts.values_list("host", flat=True).distinct()})


def refresh_private_calendars() -> int:
    """Read what is due, some side by side; return how many were read. Any number of runs may go on at once."""
    ends_at, read = time.monotonic() + RUN_SECONDS, 0
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="private-calendar") as pool:
        while time.monotonic() < ends_at and (claimed := claim_due(SIDE_BY_SIDE)):
            window = window_around(timezone.now())
            for future in as_completed([pool.submit(read_row, each, window) for each in claimed]):
                outcome = future.result()
                keep_reading(outcome)
                read += outcome.found is not None
    return read


def claim_due(most: int) -> list[PrivateCalendar]:
    """Up to `most` calendars that are due, and that no other run takes meanwhile."""
    with transaction.atomic():
        due = list(PrivateCalendar.objects.due().select_for_update(skip_locked=True, of=("self",))[:most])
        PrivateCalendar.objects.filter(pk__in=[each.pk for each in due]).update(next_due_at=Now() + CLAIM)
    return due


def source_of(calendar: PrivateCalendar) -> CalendarSource:
    """Where a calendar is. Raises ReadingFailed where no key of ours opens it."""
    try:
        parts = calendar.source_parts()
    except SealedUnreadable as error:
        raise ReadingFailed(Trouble.SEALED) from error
    return CalendarSource(
        address=parts["address"],
        user=parts["user"],
        password=parts["password"],
        is_caldav=calendar.kind == PrivateCalendar.Kind.CALDAV,
    )


def read_row(calendar: PrivateCalendar, window: Window) -> Reading:
    """Read one calendar. Asks the database nothing: it runs in a thread of its own."""
    is_fresh = calendar.worked_out_at and window.since + BEFORE_NOW < calendar.worked_out_at + WORKED_OUT_EVERY
    marks = Marks(etag=calendar.etag, last_modified=calendar.last_modified, digest=calendar.digest)
    try:
        return Reading(calendar, found=read_calendar(source_of(calendar), window, marks if is_fresh else NO_MARKS))
    except ReadingFailed as failed:
        return Reading(calendar, failed=failed)
    except Exception as error:  # noqa: BLE001 - one calendar's fault is not to stop the others
        # Its words and its frames may hold the address.
        logger.error("Private calendar %s could not be read: %s.", calendar.public_id, type(error).__name__)
        return Reading(calendar, failed=ReadingFailed(Trouble.FAULT))


@transaction.atomic
def keep_reading(reading: Reading) -> None:
    """Write how a reading went, unless the calendar was removed or got another address meanwhile."""
    read = reading.calendar
    row = PrivateCalendar.objects.select_for_update().filter(pk=read.pk, edition=read.edition).first()
    if row is None:
        return
    row.tried_at = timezone.now()
    if reading.found is None:
        failed = reading.failed or ReadingFailed(Trouble.FAULT)
        row.trouble, row.failures = failed.trouble, row.failures + 1
        row.next_due_at = row.tried_at + pause_after(row.failures, failed.retry_after)
        row.save(update_fields=["tried_at", "trouble", "failures", "next_due_at"])
        return
    found = reading.found
    row.trouble, row.failures, row.succeeded_at = "", 0, row.tried_at
    row.etag, row.last_modified, row.digest = found.marks.etag, found.marks.last_modified, found.marks.digest
    row.next_due_at = row.tried_at + jittered(EVERY)
    columns = ["tried_at", "trouble", "failures", "succeeded_at", "etag", "last_modified", "digest", "next_due_at"]
    if found.busy is not None:
        row.skipped, row.worked_out_at = found.busy.skipped, row.tried_at
        columns += ["skipped", "worked_out_at"]
        write_busy_times(row, found.busy.spans)
    row.save(update_fields=columns)


def write_busy_times(calendar: PrivateCalendar, spans: tuple[Seconds, ...]) -> None:
    """Let the rows of a calendar be these; what stands is not written again."""
    wanted = {tuple(dt.datetime.fromtimestamp(each, dt.UTC) for each in span) for span in spans}
    gone, kept = [], set()
    for key, starts, ends in calendar.busy.values_list("pk", "starts_at", "ends_at"):
        if (starts, ends) in wanted and (starts, ends) not in kept:
            kept.add((starts, ends))
        else:
            gone.append(key)
    calendar.busy.filter(pk__in=gone).delete()
    new = (PrivateBusy(calendar=calendar, starts_at=span[0], ends_at=span[1]) for span in sorted(wanted - kept))
    PrivateBusy.objects.bulk_create(new, batch_size=1000)


def pause_after(failures: int, retry_after: int | None) -> dt.timedelta:
    """How long to leave a server alone: twice as long after each failure, and not less than it asks for."""
    doubled = min(EVERY * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
    return max(jittered(doubled), dt.timedelta(seconds=retry_after or 0))


def jittered(pause: dt.timedelta) -> dt.timedelta:
    """A pause give or take a tenth, so that all calendars do not come due at once."""
    return pause * random.uniform(0.9, 1.1)  # noqa: S311 - no secret
