"""From the text of a calendar to busy times: as the vendors write them, over clock changes, and what is broken."""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from booking.scheduling.private_calendars.reading.calendar_text import calendar_text_of, times_only
from booking.scheduling.private_calendars.reading.expand import Window, busy_times
from booking.scheduling.private_calendars.reading.outcome import BusyTimes, ReadingFailed, Trouble
from tests.fixtures.private_calendars import ics

VENDORS = Path(__file__).parent / "vendors"
BERLIN = ZoneInfo("Europe/Berlin")
WINDOW = Window(
    since=dt.datetime(2026, 10, 19, tzinfo=BERLIN),
    until=dt.datetime(2026, 11, 10, tzinfo=BERLIN),
    zone=BERLIN,
    own_hosts=frozenset({"massage.example.org"}),
)


def read(text: str, window: Window = WINDOW) -> BusyTimes:
    return busy_times(times_only(calendar_text_of(text.encode())), window)


def local(found: BusyTimes, zone: ZoneInfo = BERLIN) -> list[str]:
    """Each span as `day month hour:minute-hour:minute`, in wall time."""
    return [
        f"{dt.datetime.fromtimestamp(start, zone):%d.%m %H:%M}-{dt.datetime.fromtimestamp(end, zone):%d.%m %H:%M}"
        for start, end in found.spans
    ]


def vendor(name: str) -> BusyTimes:
    return read((VENDORS / name).read_text())


def test_a_calendar_as_google_writes_it() -> None:
    assert local(vendor("google.ics")) == [
        "19.10 08:30-19.10 09:15",
        "21.10 14:00-21.10 15:00",
        "24.10 00:00-26.10 00:00",
        "27.10 10:00-27.10 10:45",
        "09.11 08:30-09.11 09:15",
    ]


def test_a_calendar_of_google_that_says_only_busy() -> None:
    assert local(vendor("google-busy-only.ics")) == ["20.10 09:00-20.10 10:00"]


def test_a_calendar_as_outlook_writes_it() -> None:
    assert local(vendor("outlook.ics")) == [
        "21.10 14:00-21.10 15:00",
        "22.10 10:00-22.10 11:00",
        "23.10 09:00-23.10 09:30",
        "25.10 09:00-25.10 09:30",
        "26.10 09:00-26.10 09:30",
        "27.10 09:00-27.10 09:30",
    ]


def test_a_calendar_as_apple_writes_it() -> None:
    found = vendor("apple.ics")
    assert local(found) == [
        "20.10 18:00-20.10 19:00",
        "23.10 12:00-23.10 12:30",
        "25.10 00:00-26.10 00:00",
        "27.10 18:00-27.10 19:00",
    ]
    assert found.spans[2][1] - found.spans[2][0] == 25 * 3600


@pytest.mark.parametrize(
    ("event", "busy"),
    [
        ("DTSTART:20261020T080000Z", []),
        ("DTSTART:20261020T080000Z\nDTEND:20261020T080000Z", []),
        ("DTSTART:20261020T090000Z\nDTEND:20261020T080000Z", []),
        ("DTSTART;VALUE=DATE:20261020", ["20.10 00:00-21.10 00:00"]),
        ("DTSTART:20261020T080000Z\nDURATION:PT90M", ["20.10 10:00-20.10 11:30"]),
        ("DTSTART:20261020T080000\nDTEND:20261020T090000", ["20.10 08:00-20.10 09:00"]),
        ("DTSTART:20261018T080000Z\nDTEND:20261020T080000Z", ["19.10 00:00-20.10 10:00"]),
        ("DTSTART:20261001T080000Z\nDTEND:20261001T090000Z", []),
        ("DTSTART:20271001T080000Z\nDTEND:20271001T090000Z", []),
        (
            "DTSTART:20261020T080000Z\nDTEND:20261020T090000Z\nRDATE:20261022T100000Z",
            ["20.10 10:00-20.10 11:00", "22.10 12:00-22.10 13:00"],
        ),
        ("DTSTART;TZID=America/New_York:20261020T080000\nDURATION:PT1H", ["20.10 14:00-20.10 15:00"]),
        # Between these Sundays Europe has changed its clocks, and America has not.
        ("DTSTART;TZID=America/New_York:20261027T080000\nDURATION:PT1H", ["27.10 13:00-27.10 14:00"]),
        ("DTSTART;TZID=Eastern Standard Time:20261020T080000\nDURATION:PT1H", ["20.10 14:00-20.10 15:00"]),
        ("DTSTART:20261020T080000Z\nDURATION:PT1H\nTRANSP:TRANSPARENT", []),
        ("DTSTART:20261020T080000Z\nDURATION:PT1H\nSTATUS:CANCELLED", []),
        ("DTSTART:20261020T080000Z\nDURATION:PT1H\nX-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", []),
    ],
)
def test_one_event(event: str, busy: list[str]) -> None:
    found = read(ics(event))
    assert (local(found), found.skipped) == (busy, 0)


NIGHT = "DTSTART;TZID=Europe/Berlin:20261023T220000\n{length}\nRRULE:FREQ=DAILY;COUNT=3"


@pytest.mark.parametrize(
    ("length", "changing", "after"),
    [
        # RFC 5545, 3.8.5.3: “the same exact duration will apply to all the members”.
        ("DTEND;TZID=Europe/Berlin:20261024T060000", "24.10 22:00-25.10 05:00", "25.10 22:00-26.10 06:00"),
        ("DTEND:20261024T040000Z", "24.10 22:00-25.10 05:00", "25.10 22:00-26.10 06:00"),
        ("DURATION:PT8H", "24.10 22:00-25.10 05:00", "25.10 22:00-26.10 06:00"),
    ],
)
def test_each_night_of_a_series_is_as_long_as_the_first(length: str, changing: str, after: str) -> None:
    assert local(read(ics(NIGHT.format(length=length)))) == ["23.10 22:00-24.10 06:00", changing, after]


def test_a_first_night_of_nine_hours_makes_every_night_one() -> None:
    night = "DTSTART;TZID=Europe/Berlin:20261024T220000\nDTEND;TZID=Europe/Berlin:20261025T060000"
    event = f"{night}\nRRULE:FREQ=DAILY;COUNT=2"
    assert local(read(ics(event))) == ["24.10 22:00-25.10 06:00", "25.10 22:00-26.10 07:00"]


def test_days_of_a_series_are_days_of_the_calendar() -> None:
    event = "DTSTART;VALUE=DATE:20261024\nDTEND;VALUE=DATE:20261025\nRRULE:FREQ=WEEKLY;COUNT=2;BYDAY=SA,SU"
    found = read(ics(event))
    assert local(found) == ["24.10 00:00-26.10 00:00"]
    assert found.spans[0][1] - found.spans[0][0] == 49 * 3600


def test_one_night_that_was_moved_has_its_own_length() -> None:
    series = "UID:n\n" + NIGHT.format(length="DTEND;TZID=Europe/Berlin:20261024T060000")
    moved = (
        "UID:n\nRECURRENCE-ID;TZID=Europe/Berlin:20261024T220000\nDTSTART;TZID=Europe/Berlin:20261024T230000\n"
        "DTEND;TZID=Europe/Berlin:20261025T040000"
    )
    assert local(read(ics(series, moved)))[1] == "24.10 23:00-25.10 04:00"


def test_events_that_overlap_or_touch_are_one_busy_time() -> None:
    events = ("DTSTART:20261020T080000Z\nDURATION:PT1H", "DTSTART:20261020T090000Z\nDURATION:PT1H")
    assert local(read(ics(*events))) == ["20.10 10:00-20.10 12:00"]


def test_free_busy_times_without_events_are_read() -> None:
    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VFREEBUSY\r\nUID:1\r\nDTSTAMP:20261001T000000Z\r\n"
        "FREEBUSY;FBTYPE=BUSY:20261020T080000Z/20261020T090000Z,20261021T080000Z/PT2H\r\n"
        "FREEBUSY;FBTYPE=FREE:20261022T080000Z/20261022T090000Z\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n"
    )
    assert local(read(text)) == ["20.10 10:00-20.10 11:00", "21.10 10:00-21.10 12:00"]


@pytest.mark.parametrize("uid", ["-desk@massage.example.org", "@massage.example.org"])
def test_own_appointments_that_come_back_do_not_count(uid: str) -> None:
    own = f"UID:0b0e7a3e-29b1-4a77-9a4a-2f6c9f1f2a10{uid}\nDTSTART:20261020T080000Z\nDURATION:PT1H"
    mine = "UID:party@massage.example.org\nDTSTART:20261021T080000Z\nDURATION:PT1H"
    found = read(ics(own, mine))
    assert (local(found), found.own) == (["21.10 10:00-21.10 11:00"], 1)


GOOD = "DTSTART:20261020T080000Z\nDURATION:PT1H"


@pytest.mark.parametrize(
    "bad",
    [
        "DTSTART:yesterday\nDURATION:PT1H",
        "SUMMARY:no time at all",
        "DTSTART:20261020T080000Z\nDURATION:PT1H\nRRULE:FREQ=NEVER",
        "DTSTART:20261020T080000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY",
        "DTSTART:19700101T000000Z\nDURATION:PT1S\nRRULE:FREQ=MINUTELY",
        # Each of these would be looked for until the year 9999.
        "DTSTART:19700101T000000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "DTSTART:19700101T000000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30;BYSETPOS=1",
    ],
)
def test_what_is_broken_or_endless_is_left_out_and_counted(bad: str) -> None:
    found = read(ics(bad, GOOD))
    assert (local(found), found.skipped) == (["20.10 10:00-20.10 11:00"], 1)


def test_too_many_events_are_refused_before_they_are_read() -> None:
    text = "BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\nDTSTART:20261020T080000Z\r\nEND:VEVENT\r\n" * 100_000
    with pytest.raises(ReadingFailed) as failed:
        busy_times(text, WINDOW)
    assert failed.value.trouble == Trouble.TOO_MUCH


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b"", Trouble.NOT_A_CALENDAR),
        (b"\xff\xfe\x00\x01" * 100, Trouble.NOT_A_CALENDAR),
        (b"  <!DOCTYPE html><title>Sign in</title>", Trouble.WEB_PAGE),
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", Trouble.NOT_A_CALENDAR),
    ],
)
def test_what_is_no_calendar_is_named(body: bytes, trouble: Trouble) -> None:
    with pytest.raises(ReadingFailed) as failed:
        calendar_text_of(body)
    assert failed.value.trouble == trouble


@pytest.mark.parametrize("rest", ["", "END:VEVENT\r\n", ":::\r\n", "BEGIN:VEVENT\r\nDTSTART:20261020T080000Z\r\n"])
def test_of_a_calendar_that_breaks_off_nothing_is_busy(rest: str) -> None:
    try:
        spans: tuple[object, ...] = read(f"BEGIN:VCALENDAR\r\n{rest}").spans
    except ReadingFailed:
        spans = ()
    assert spans == ()


def test_nothing_but_times_is_left_of_a_calendar() -> None:
    for path in VENDORS.glob("*.ics"):
        kept = times_only(path.read_text())
        assert not [word for word in ("SUMMARY", "Physio", "Choir", "folded", "VALARM", "he rules") if word in kept]


def test_the_moment_of_the_fetch_does_not_make_another_calendar() -> None:
    text = (VENDORS / "google.ics").read_text()
    later = text.replace("DTSTAMP:20261001T081500Z", "DTSTAMP:20261001T083000Z")
    assert later != text
    assert times_only(later) == times_only(text)


ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
EVES = [dt.date(2026, 10, 20), dt.date(2026, 3, 25), dt.date(2026, 4, 1), dt.date(2026, 9, 30), dt.date(2026, 3, 5)]


def brute_force(
    start: dt.datetime, minutes: int, step: int, count: int, out: set[int], zone: ZoneInfo, window: Window
) -> set[int]:
    """Every busy minute (since 1970) of a rule of days, by walking wall time one occurrence after the other."""
    found: set[int] = set()
    for number in range(count):
        if number in out:
            continue
        begin = (start + dt.timedelta(days=number * step)).replace(tzinfo=zone)
        first = int(begin.timestamp()) // 60
        found.update(range(first, first + minutes))
    bounds = int(window.since.timestamp()) // 60, int(window.until.timestamp()) // 60
    return {minute for minute in found if bounds[0] <= minute < bounds[1]}


@settings(max_examples=80)
@given(
    zone=st.sampled_from(ZONES),
    eve=st.sampled_from(EVES),
    hour=st.integers(4, 23),
    minute=st.sampled_from([0, 15, 30]),
    minutes=st.sampled_from([15, 60, 240]),
    step=st.sampled_from([1, 2, 7]),
    count=st.integers(1, 12),
    out=st.sets(st.integers(1, 11), max_size=3),
)
@example(zone="Europe/Berlin", eve=dt.date(2026, 10, 20), hour=23, minute=30, minutes=240, step=1, count=12, out={3})
def test_rules_over_clock_changes_are_busy_as_one_who_counts_would_say(
    zone: str, eve: dt.date, hour: int, minute: int, minutes: int, step: int, count: int, out: set[int]
) -> None:
    there = ZoneInfo(zone)
    window = Window(
        since=dt.datetime.combine(eve, dt.time(), there),
        until=dt.datetime.combine(eve + dt.timedelta(days=40), dt.time(), there),
        zone=BERLIN,
    )
    start = dt.datetime.combine(eve, dt.time(hour, minute))
    lines = [f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}", f"DURATION:PT{minutes}M"]
    lines.append(f"RRULE:FREQ=DAILY;INTERVAL={step};COUNT={count}")
    lines += [f"EXDATE;TZID={zone}:{start + dt.timedelta(days=each * step):%Y%m%dT%H%M%S}" for each in sorted(out)]
    spans = read(ics("\n".join(lines)), window).spans
    busy = {minute for begin, end in spans for minute in range(begin // 60, end // 60)}
    assert busy == brute_force(start, minutes, step, count, out, there, window)
