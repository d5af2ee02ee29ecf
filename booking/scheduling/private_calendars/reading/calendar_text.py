"""A calendar's text without what is nobody's business here: titles, places, notes and people are dropped unread."""

from collections.abc import Iterator

from booking.scheduling.private_calendars.reading.outcome import ReadingFailed, Trouble

# The properties (RFC 5545) that say when somebody is busy, and those of time zones.
STRUCTURE = frozenset({"BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "UID"})
TIMES = frozenset({"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "FREEBUSY"})
STANDING = frozenset({"TRANSP", "STATUS", "X-MICROSOFT-CDO-BUSYSTATUS"})
OFFSETS = frozenset({"TZID", "TZOFFSETFROM", "TZOFFSETTO"})
KEPT = STRUCTURE | TIMES | STANDING | OFFSETS
# Components besides VCALENDAR that are read; within them STANDARD and DAYLIGHT are of time zones.
PARTS_READ = frozenset({"VCALENDAR", "VEVENT", "VFREEBUSY", "VTIMEZONE", "STANDARD", "DAYLIGHT"})
WEB_PAGE_STARTS = ("<!doctype html", "<html")
BEGINNING = 1024


def calendar_text_of(body: bytes) -> str:
    """The text of a calendar. Raises ReadingFailed for anything else."""
    text = body.decode("utf-8-sig", errors="replace")
    start = text[:BEGINNING].lstrip().lower()
    if not start.startswith("begin:vcalendar"):
        raise ReadingFailed(Trouble.WEB_PAGE if start.startswith(WEB_PAGE_STARTS) else Trouble.NOT_A_CALENDAR)
    return text


def times_only(text: str) -> str:
    """The calendar with the lines that matter alone: two fetches of an unchanged calendar give the same text.

    Google writes the moment of the fetch into every event; that line is not among them.
    """
    return "\r\n".join(kept_lines(text)) + "\r\n"


def kept_lines(text: str) -> Iterator[str]:
    """Each kept line, unfolded; components that are not read are left out whole."""
    outside = 0
    for line in unfolded(text):
        name = line.replace(";", ":", 1).partition(":")[0].strip().upper()
        if name == "BEGIN" and (outside or line.partition(":")[2].strip().upper() not in PARTS_READ):
            outside += 1
        elif name == "END" and outside:
            outside -= 1
        elif not outside and name in KEPT:
            yield line


def unfolded(text: str) -> Iterator[str]:
    """The lines, those that were folded put together again."""
    parts: list[str] = []
    # Not `splitlines`: it would also cut at separators that may stand in a value.
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line[:1] in {" ", "\t"} and parts:
            parts.append(line[1:])
            continue
        if parts:
            yield "".join(parts)
        parts = [line] if line.strip() else []
    if parts:
        yield "".join(parts)
