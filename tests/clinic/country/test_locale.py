"""Times, dates and money as each country writes them: what is shown can be typed back."""

import datetime as dt
import re
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format, get_format
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from clinic.country.codes import countries
from clinic.country.locale import currencies, decimals_of, exact_amount, formats_of, read_amount, read_clock, tag_of
from clinic.country.wall_time_input import ClockField, MomentField, moment_as_boxes

TAGS = sorted(tag_of(country) for country in countries())
MOMENT = dt.datetime(2026, 11, 7, 14, 30, tzinfo=dt.UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Seoul")


@pytest.mark.parametrize(
    ("tag", "clock", "day", "full", "first"),
    [
        ("en-US", "2:30 PM", "Saturday, November 7", "November 7, 2026", "Sunday"),
        ("en-CA", "2:30 PM", "Saturday, November 7", "November 7, 2026", "Sunday"),
        ("en-GB", "14:30", "Saturday 7 November", "7 November 2026", "Monday"),
        ("en-DE", "14:30", "Saturday 7 November", "7 November 2026", "Monday"),
        ("en-AU", "2:30 PM", "Saturday 7 November", "7 November 2026", "Monday"),
        ("en-KR", "2:30 PM", "Saturday 7 November", "7 November 2026", "Sunday"),
        ("en-KW", "2:30 PM", "Saturday 7 November", "7 November 2026", "Saturday"),
        ("en-JP", "14:30", "Saturday, November 7", "November 7, 2026", "Sunday"),
        ("en-BR", "14:30", "Saturday 7 November", "7 November 2026", "Sunday"),
        ("en", "14:30", "Saturday 7 November", "7 November 2026", "Monday"),
    ],
)
def test_a_country_has_its_own_clock_dates_and_week(tag: str, clock: str, day: str, full: str, first: str) -> None:
    formats = formats_of(tag)
    assert formats.clock(MOMENT) == formats.clock(MOMENT.time()) == clock
    assert formats.date(MOMENT, "day", with_year=False) == day
    assert formats.full_date(MOMENT) == full
    assert formats.weekdays()[0][1] == first
    week = formats.week_of(MOMENT.date())
    assert len(week) == 7
    assert MOMENT.date() in week
    assert week[0].strftime("%A") == first


@tries(max_examples=25)
@given(time=st.times().map(lambda time: time.replace(second=0, microsecond=0)))
def test_a_time_that_is_shown_can_be_typed_in_every_country(time: dt.time) -> None:
    for tag in TAGS:
        assert read_clock(formats_of(tag).clock(time)) == time, tag


@tries(max_examples=25)
@given(day=st.dates(dt.date(1970, 1, 1), dt.date(2200, 12, 31)))
def test_a_date_that_a_form_shows_can_be_typed_in_every_country(day: dt.date) -> None:
    for tag in TAGS:
        with translation.override(tag):
            field = forms.DateField()
            shown = field.widget.format_value(day)
            assert field.clean(shown) == field.clean(day.isoformat()) == day, (tag, shown)


@given(
    tag=st.sampled_from(TAGS),
    minute=st.integers(0, 2 * 365 * 24 * 60),
    zone=st.sampled_from(ZONES),
)
def test_a_moment_that_a_form_shows_can_be_typed_back(tag: str, minute: int, zone: str) -> None:
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minute)
    with translation.override(tag), timezone.override(ZoneInfo(zone)):
        field = MomentField()
        date, time = moment_as_boxes(moment)
        shown = [field.widget.widgets[0].format_value(date), time]
        assert field.clean(shown) == moment
        assert not field.has_changed(moment, shown)


@pytest.mark.parametrize("zone", ZONES[:3])
def test_each_minute_of_the_night_in_which_the_clocks_go_back_can_be_typed_back(zone: str) -> None:
    with timezone.override(ZoneInfo(zone)):
        night = [
            dt.datetime(2026, month, day, tzinfo=dt.UTC) + dt.timedelta(minutes=5 * step)
            for month, day in ((4, 4), (10, 24), (10, 25), (11, 1))
            for step in range(288)
        ]
        assert [MomentField().clean([str(each.date()), str(time)]) for each, time in map(shown_in, night)] == night


def shown_in(moment: dt.datetime) -> tuple[dt.datetime, str]:
    """A moment's local time, and the time as a form shows it."""
    return timezone.localtime(moment), moment_as_boxes(moment)[1]


@pytest.mark.parametrize(
    "typed", ["2:30 PM", "2:30pm", "2.30 p.m.", "02:30 PM", "14:30", "14.30", "14:30:00", " 2:30\u202fPM"]
)
def test_half_past_two_is_understood_as_people_type_it(typed: str) -> None:
    assert ClockField().clean(typed) == dt.time(14, 30)


@pytest.mark.parametrize("typed", ["14:30 PM", "25:00", "0:30 PM", "13 AM", "half past two", "2:60 PM", "12", "2:5"])
def test_what_is_no_time_is_refused_with_an_example_of_ones_own_clock(typed: str) -> None:
    with translation.override("en-US"), pytest.raises(forms.ValidationError, match=r"2:30 PM"):
        ClockField().clean(typed)


@given(
    currency=st.sampled_from(sorted(currencies())),
    amount=st.integers(0, 9_999_999),
    tag=st.sampled_from(["en-US", "en-DE", "en-KW", "en-IN", "en-CH"]),
)
def test_an_amount_that_is_shown_says_what_it_is(currency: str, amount: int, tag: str) -> None:
    price = Decimal(amount).scaleb(-decimals_of(currency))
    shown = formats_of(tag).money(price, currency)
    number = re.sub(r"[^0-9.]", "", shown.removeprefix(shown[: re.search(r"\d", shown).start()]))  # type: ignore[union-attr]
    assert Decimal(number) == price
    assert exact_amount(price, currency) == price


@pytest.mark.parametrize(
    ("amount", "currency", "shown", "told"),
    [
        ("12.500", "KWD", "KWD\N{NO-BREAK SPACE}12.500", "12.500"),
        ("12.000", "KWD", "KWD\N{NO-BREAK SPACE}12", "12.000"),
        ("7200.000", "JPY", "¥7,200", "7200"),
        ("72.500", "EUR", "€72.50", "72.50"),
        ("72.505", "EUR", "€72.505", "72.505"),
    ],
)
def test_money_has_the_decimals_of_its_currency(amount: str, currency: str, shown: str, told: str) -> None:
    assert formats_of("en-US").money(Decimal(amount), currency) == shown
    assert str(exact_amount(Decimal(amount), currency)) == told


@pytest.mark.parametrize(
    ("written", "currency", "amount"),
    [
        ("72.00", "EUR", "72.00"),
        ("€ 72,50", "EUR", "72.50"),
        ("1.250,00 €", "EUR", "1250.00"),
        ("1\N{NARROW NO-BREAK SPACE}250,5", "EUR", "1250.50"),
        ("$1,250", "USD", "1250.00"),
        ("$80", "CAD", "80.00"),
        ("80 CAD", "CAD", "80.00"),
        ("1,250,000", "JPY", "1250000"),
        ("12.500", "KWD", "12.500"),
        ("1.250,500", "KWD", "1250.500"),
        ("0", "EUR", "0.00"),
    ],
)
def test_an_amount_is_read_as_programs_write_it(written: str, currency: str, amount: str) -> None:
    assert str(read_amount(written, currency)) == amount


@pytest.mark.parametrize("written", ["", "free", "-3", "$5", "1.250.00", "72.5055", "999999999", "999,999,999", "1e3"])
def test_what_is_no_amount_in_euro_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(written)}$"):
        read_amount(written, "EUR")


def test_only_money_that_somebody_pays_with_is_a_currency() -> None:
    assert {"EUR", "USD", "GBP", "KWD", "JPY", "CHF", "KRW"} <= currencies()
    assert not {"XXX", "XTS", "XAU", "DEM", "EEE", "eur"} & currencies()
    assert max(map(decimals_of, currencies())) == 3


def test_djangos_own_formats_follow_the_country_that_is_active() -> None:
    for tag, time, first in (
        ("en-us", "2:30 PM", 0),
        ("en-gb", "14:30", 1),
        ("en-kw", "2:30 PM", 6),
        ("en", "14:30", 1),
    ):
        with translation.override(tag):
            assert date_format(MOMENT, "TIME_FORMAT") == time
            assert get_format("FIRST_DAY_OF_WEEK") == first
            assert forms.TimeField().clean("2:30 PM") == forms.TimeField().clean("14:30") == dt.time(14, 30)


def test_a_year_that_is_not_the_readers_is_named() -> None:
    this_year = timezone.localdate().year
    for year, named in ((this_year, False), (this_year + 1, True), (this_year - 1, True)):
        for tag in ("en-US", "en-DE"):
            formats, day = formats_of(tag), dt.date(year, 6, 1)
            for text in (formats.day(day), formats.short_day(day), formats.month_day(day)):
                assert (str(year) in text) == named


def test_no_template_writes_a_clock_or_a_date_by_hand() -> None:
    # What only programs read stays ISO 8601; a weekday and a month are words.
    allowed = {"c", "Y-m-d", "l", "l j", "M", "DATETIME_FORMAT"}
    found = {
        (path.name, used)
        for path in (settings.BASE_DIR / "templates").rglob("*.*")
        for used in re.findall(r"\|(?:date|time):\"([^\"]*)\"", path.read_text())
        if used not in allowed
    }
    assert not found
    assert len(list((settings.BASE_DIR / "templates").rglob("*.html"))) >= 100


def test_no_module_formats_a_wall_time_by_hand() -> None:
    # What programs read: the wire, keys and file names, what the log and the history keep, an input of the type `time`.
    allowed = [
        "booking/reminders/calendar_links.py",
        "booking/scheduling/models/private_calendar.py",
        "booking/scheduling/private_calendars/caldav.py",
        "booking/waitlist/answers.py",
        "booking/webhooks/actions.py",
        "booking/website/structured_data.py",
        "booking/waitlist/forms.py",
        "booking/appointments/models/change.py",
        "booking/records/practice_export.py",
        "booking/desk/payments/takings.py",
        "booking/appointments/selection.py",
        "clinic/backup/dated.py",
        "clinic/backup/loading.py",
        "clinic/operations/health.py",
        "clinic/country/locale.py",
        "clinic/mail/delivery.py",
        "clinic/country/wall_time_input.py",
    ]
    found = {
        str(path.relative_to(settings.BASE_DIR))
        for app in ("booking", "clients", "clinic")
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if re.search(r"%H[:.]?%M(?! UTC)|date_format\(|:%I", path.read_text())
    }
    assert found == set(allowed)
