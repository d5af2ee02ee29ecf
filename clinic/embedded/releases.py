"""When PostgreSQL's minor releases came out, to tell an owner of a database program without its security fixes."""

import datetime as dt

# Four a year, and one more where a fix was urgent (postgresql.org/support/versioning). Newest first, as of 29 November
# 2026; each release of Warmstone adds what came since. A version that is newer than its last entry counts as new, one
# that is older than its first as of that day.
RELEASES: tuple[tuple[dt.date, dict[int, int]], ...] = (
    (dt.date(2026, 11, 12), {15: 20}),
    (dt.date(2026, 8, 13), {15: 19, 16: 15, 17: 11, 18: 6}),
    (dt.date(2026, 5, 14), {15: 18, 16: 14, 17: 10, 18: 4}),
    (dt.date(2026, 2, 26), {15: 17, 16: 13, 17: 9, 18: 3}),
    (dt.date(2026, 2, 12), {15: 16, 16: 12, 17: 8, 18: 2}),
    (dt.date(2025, 11, 13), {15: 15, 16: 11, 17: 7, 18: 1}),
)
OLD_AFTER = dt.timedelta(days=183)


def released_on(major: int, minor: int) -> dt.date | None:
    """The day a version came out; None for one that is newer than this list, or of a major version it does not know."""
    known = [(day, minors[major]) for day, minors in RELEASES if major in minors]
    if not known or minor > known[0][1]:
        return None
    return min(day for day, listed in known if listed >= minor)


def is_old(version: tuple[int, ...], today: dt.date) -> bool:
    """Whether a version (major, minor) is known to be more than six months old."""
    day = released_on(*version)
    return day is not None and today - day > OLD_AFTER
