"""From the text of a calendar to the times it is busy. A limit is on one event at a time: a bad one spoils no other."""

import datetime as dt
import signal
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar
from icalendar.cal import Component

from booking.scheduling import availability
from booking.scheduling.availability.spans import merge_spans
from booking.scheduling.private_calendars.reading.outcome import BusyTimes, ReadingFailed, Seconds, Trouble

# The first alarm may fall where an error cannot be raised, such as a destructor: it rings again.
AGAIN_SECONDS = 0.5


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise ReadingFailed inside once so much time of the processor is used. Only in the main thread of a process."""

    def over(_number: int, _frame: object) -> None:
        raise ReadingFailed(Trouble.TOO_MUCH)

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


# One series may take so long to work out; a rule that never meets a date would search to the year 9999.
SERIES_SECONDS = 1.0
# And all of them together.
ALL_SECONDS = 15.0
MOST_EVENTS = 20_000
MOST_SPANS = 20_000
# More often than hourly nobody has appointments; such a rule costs as much as a year of seconds.
TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY"})
# An event with one of these unreadable cannot be placed.
NEEDED = frozenset({"DTSTART", "DTEND", "DURATION", "RRULE", "RECURRENCE-ID", "UID"})
# What Exchange says of an event (MS-OXCICAL 2.1.3.1.1.20.31) when nobody is kept by it.
NOT_BUSY = frozenset({"FREE", "WORKINGELSEWHERE"})
# Where the exact length of a series stands while its dates are worked out: the library turns DURATION into an end.
EXACT_LENGTH = "X-EXACT-LENGTH"
EDGE_MARGIN = dt.timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Window:
    """What is asked of a calendar: from when until when (aware), and the zone of days and of times without one."""

    since: dt.datetime
    until: dt.datetime
    zone: ZoneInfo
    own_hosts: frozenset[str] = frozenset()
    """Whose entries are the practice's own appointments come back."""


def busy_times(text: str, window: Window) -> BusyTimes:
    """When a calendar is busy within the window, joined. Raises ReadingFailed for what is no calendar, or too much."""
    if text.upper().count("BEGIN:VEVENT") > MOST_EVENTS:
        raise ReadingFailed(Trouble.TOO_MUCH)
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ReadingFailed(Trouble.NOT_A_CALENDAR) from error
    series, own = series_of(calendars, window)
    found, skipped, end = [*free_busy_spans(calendars, window)], 0, time.monotonic() + ALL_SECONDS
    for events in series:
        if time.monotonic() > end:
            raise ReadingFailed(Trouble.TOO_MUCH)
        try:
            with at_most(SERIES_SECONDS):
                found += spans_of_series(events, window)
        # Whatever a library makes of somebody else's text, the other events count.
        except (ReadingFailed, ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
            skipped += 1
    joined = merge_spans(clipped for span in found if (clipped := within(span, window)))
    if len(joined) > MOST_SPANS:
        raise ReadingFailed(Trouble.TOO_MUCH)
    return BusyTimes(spans=tuple(joined), skipped=skipped, own=own)


def series_of(calendars: Iterable[Calendar], window: Window) -> tuple[list[list[Component]], int]:
    """Events by UID, an exception beside what it is of, and how many are our own."""
    by_uid: defaultdict[str, list[Component]] = defaultdict(list)
    own = 0
    for number, event in enumerate(event for each in calendars for event in each.walk("VEVENT")):
        uid = str(event.get("UID", f"without-{number}"))
        if is_own_appointment(uid, window.own_hosts):
            own += 1
        else:
            by_uid[uid].append(event)
    return list(by_uid.values()), own


def is_own_appointment(uid: str, hosts: Iterable[str]) -> bool:
    """Whether an entry has the name that an appointment of this practice has in calendars: `uuid[-desk]@host`."""
    name, _at, host = uid.rpartition("@")
    plain = name.removesuffix("-desk")
    return host in hosts and len(plain) == len("00000000-0000-0000-0000-000000000000") and plain.count("-") == 4


def spans_of_series(events: Sequence[Component], window: Window) -> list[Seconds]:
    """When the events of one UID are busy. Raises ValueError for what has no place, and what libraries raise."""
    if any(str(name).upper() in NEEDED for event in events for name, _why in event.errors):
        raise ValueError
    if any(is_too_often(event) for event in events):
        raise ReadingFailed(Trouble.TOO_MUCH)
    if not any("RRULE" in event or "RDATE" in event for event in events):
        return [span for event in events if (span := span_of(event, window)) is not None]
    calendar = Calendar()
    for event in events:
        if (length := exact_length(event, window.zone)) is not None:
            event[EXACT_LENGTH] = str(length)
        calendar.add_component(event)
    # Around the window, so that a date or a time without a zone at its edge is not lost.
    occurrences = recurring_ical_events.of(calendar).between(window.since - EDGE_MARGIN, window.until + EDGE_MARGIN)
    return [span for each in occurrences if (span := span_of(each, window)) is not None]


def is_too_often(event: Component) -> bool:
    """Whether a rule repeats by the minute or by the second."""
    rules = event.get("RRULE", ())
    return any(
        str(each).upper() in TOO_OFTEN
        for rule in (rules if isinstance(rules, list) else [rules] if rules else [])
        for each in rule.get("FREQ", ())
    )


def span_of(event: Component, window: Window) -> Seconds | None:
    """When one event keeps its person busy; None for what does not, and for one without length."""
    if value_of(event, "STATUS") == "CANCELLED" or value_of(event, "TRANSP") == "TRANSPARENT":
        return None
    if value_of(event, "X-MICROSOFT-CDO-BUSYSTATUS") in NOT_BUSY:
        return None
    if "DTSTART" not in event:
        raise ValueError
    start = event.decoded("DTSTART")
    length = int(str(event[EXACT_LENGTH])) if EXACT_LENGTH in event else exact_length(event, window.zone)
    if length is not None:
        begins = moment(start, window.zone)
        return (begins, begins + length) if length > 0 else None
    if "DTEND" in event:  # of whole days
        end = event.decoded("DTEND")
    elif "DURATION" in event:
        end = start + event.decoded("DURATION")
    else:
        end = start if isinstance(start, dt.datetime) else start + dt.timedelta(days=1)
    begins, ends = moment(start, window.zone), moment(end, window.zone)
    return (begins, ends) if begins < ends else None


def exact_length(event: Component, zone: ZoneInfo) -> int | None:
    """The seconds that an event takes, each of its series as many; None where days are counted.

    Where it says when it ends, “the same exact duration will apply to all the members” (RFC 5545, 3.8.5.3): a night
    of eight hours ends an hour earlier by the wall when the clock goes back. Hours of a DURATION are exact as well; its
    days, and events of whole days, are days of the calendar (3.3.6).
    """
    start = event.decoded("DTSTART")
    if not isinstance(start, dt.datetime):
        return None
    if "DTEND" in event:
        return moment(event.decoded("DTEND"), zone) - moment(start, zone)
    if "DURATION" not in event:
        return None
    length: dt.timedelta = event.decoded("DURATION")
    return int(length.total_seconds()) if length < dt.timedelta(days=1) else None


def value_of(event: Component, name: str) -> str:
    """A word of an event in capitals."""
    return str(event.get(name, "")).strip().upper()


def moment(value: dt.date, zone: ZoneInfo) -> int:
    """Seconds since 1970 of a date (its first moment there) or a time; one without a zone is wall time there."""
    if not isinstance(value, dt.datetime):
        return availability.day_span(zone, value)[0] * 60
    return int((value if value.utcoffset() is not None else value.replace(tzinfo=zone)).timestamp())


def free_busy_spans(calendars: Iterable[Calendar], window: Window) -> Iterator[Seconds]:
    """What a calendar says that names no events: its FREEBUSY periods, those that are free left out."""
    for part in (part for each in calendars for part in each.walk("VFREEBUSY")):
        given: Any = part.get("FREEBUSY", [])
        for period in given if isinstance(given, list) else [given]:
            if str(period.params.get("FBTYPE", "BUSY")).upper() != "FREE" and period.start < period.end:
                yield moment(period.start, window.zone), moment(period.end, window.zone)


def within(span: Seconds, window: Window) -> Seconds | None:
    """The part of a span that lies in the window."""
    begins, ends = max(span[0], int(window.since.timestamp())), min(span[1], int(window.until.timestamp()))
    return (begins, ends) if begins < ends else None
