"""How a country writes times, dates and money: CLDR's data, read through Babel. A locale and a value in, text out.

Pages and mails are in English; the country decides the clock, the order of a date, the first day of the week and the
currency's decimals. A locale is named by its tag, such as `en-US`: it is the language that Django has active while it
answers a request, so that Django's own formats (the admin, form fields, the `date` and `time` filters) follow the same
data (clinic/formats).
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, cached_property

from babel import Locale, UnknownLocaleError, numbers
from babel.core import get_global
from django.utils import dateformat, timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language

LANGUAGE = "en"
PLAIN_DATE = re.compile(r"[dMy]+([./-])[dMy]+\1[dMy]+")
LOCALE_TAG = re.compile(r"en(?:-([A-Z]{2}))?")
# A wall time as people type it: 14:30, 14.30, 9, 2:30 PM, 2.30 p.m., 2pm.
WRITTEN_AMOUNT = re.compile(r"(\d{1,8}|\d{1,3}[.,]\d{3})(?:([.,])(\d{1,3}))?")
# A price field holds less.
MOST_MONEY = 10**8
TYPED_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?:[:.](\d{2}))?([AP]M)?")
# What a date consists of, in Django's pattern language; the year is added where it is another one than the reader's.
# CLDR's English locales differ in nothing but commas here, some among their own lengths; these are en-US's and en-AU's.
MONTH_FIRST = {"day": "l, F j", "short_day": "D, M j", "month_day": "F j", "short_month_day": "M j"}
DAY_FIRST = {"day": "l j F", "short_day": "D j M", "month_day": "j F", "short_month_day": "j M"}


@dataclass(frozen=True)
class Formats:
    """The conventions of one locale. `tag` is `en-US`; `first_weekday` counts from Monday, 0."""

    tag: str
    twelve_hours: bool
    month_first: bool
    first_weekday: int
    date_input: str
    """How a date is typed, for strptime."""

    # Times --------------------------------------------------------------------------------------------------------

    def clock(self, value: dt.time | dt.datetime) -> str:
        """A wall time: 14:30 or 2:30 PM. In the hour that the autumn change repeats a moment names its zone too."""
        text = dateformat.format(value, self.clock_pattern) if isinstance(value, dt.datetime) else self.clock_of(value)
        return f"{text} {value.tzname()}" if isinstance(value, dt.datetime) and is_repeated(value) else text

    def clock_of(self, value: dt.time) -> str:
        """A time of day without a date."""
        return dateformat.format(dt.datetime.combine(dt.date(2000, 1, 1), value), self.clock_pattern)

    @property
    def clock_pattern(self) -> str:
        """The clock in Django's pattern language."""
        return "g:i A" if self.twelve_hours else "H:i"

    # Dates --------------------------------------------------------------------------------------------------------

    def date(self, value: dt.date, name: str, *, with_year: bool | None = None) -> str:
        """A date in one of the patterns above, by name. `with_year`: always, never, or (None) where it is another year
        than it is now where the reader is."""
        if with_year is None:
            here = value.tzinfo if isinstance(value, dt.datetime) and value.tzinfo else None
            with_year = value.year != timezone.localtime(timezone=here).year
        return dateformat.format(value, self.pattern(name, with_year=with_year))

    def pattern(self, name: str, *, with_year: bool) -> str:
        """The pattern of that name, for Django."""
        begin = (MONTH_FIRST if self.month_first else DAY_FIRST)[name]
        return begin + ((", Y" if self.month_first else " Y") if with_year else "")

    def day(self, value: dt.date) -> str:
        """Friday 27 November, and the year where it is another one."""
        return self.date(value, "day")

    def full_date(self, value: dt.date) -> str:
        """27 November 2026."""
        return self.date(value, "month_day", with_year=True)

    def short_date(self, value: dt.date) -> str:
        """27 Nov 2026."""
        return self.date(value, "short_month_day", with_year=True)

    def short_day(self, value: dt.date) -> str:
        """Fri 27 Nov, and the year where it is another one."""
        return self.date(value, "short_day")

    def month_day(self, value: dt.date) -> str:
        """27 November, and the year where it is another one."""
        return self.date(value, "month_day")

    # Weeks --------------------------------------------------------------------------------------------------------

    def weekdays(self) -> list[tuple[int, str]]:
        """The days of the week, the country's first one first: number (Monday is 0) and name."""
        return [(number % 7, str(WEEKDAYS[number % 7])) for number in range(self.first_weekday, self.first_weekday + 7)]

    def week_of(self, day: dt.date) -> list[dt.date]:
        """The seven days of the week that a day is in."""
        first = day - dt.timedelta(days=(day.weekday() - self.first_weekday) % 7)
        return [first + dt.timedelta(days=ahead) for ahead in range(7)]

    def place_in_week(self, weekday: int) -> int:
        """Where a weekday (Monday is 0) stands in the country's week, from 0."""
        return (weekday - self.first_weekday) % 7

    # Money --------------------------------------------------------------------------------------------------------

    def money(self, amount: Decimal, currency: str, *, all_decimals: bool = False) -> str:
        """An amount with its sign: €72, €72.50, KWD 12.500. Decimals only where there are any, then all of them; with
        `all_decimals` always, as receipts have it: €72.00.

        What is finer than the currency has decimals is shown as it is: nobody is told a price that is not the price.
        """
        if amount < 0:
            return f"\N{MINUS SIGN}{self.money(-amount, currency, all_decimals=all_decimals)}"
        digits = max(decimals_of(currency), -int(amount.normalize().as_tuple().exponent))
        is_whole = amount == amount.to_integral_value() and not all_decimals
        pattern = "#,##0" if is_whole or not digits else f"#,##0.{'0' * digits}"
        number = numbers.format_decimal(amount, pattern, locale=LANGUAGE)
        sign = numbers.get_currency_symbol(currency, locale=cldr_english(self.tag))
        return f"{sign}\N{NO-BREAK SPACE}{number}" if sign[-1].isalpha() else f"{sign}{number}"

    # Django -------------------------------------------------------------------------------------------------------

    @cached_property
    def for_django(self) -> dict[str, str | int | Sequence[str]]:
        """The conventions by the names of Django's settings. What is shown can be typed, and so can ISO 8601."""
        clock = self.clock_pattern
        others = [re.sub(r"[./-]", between, self.date_input) for between in "/.-"]
        dates = list(dict.fromkeys([self.date_input, "%Y-%m-%d", *others]))
        twelve, day = ["%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%I %p", "%I%p"], ["%H:%M", "%H:%M:%S", "%H:%M:%S.%f"]
        times = [*twelve, *day] if self.twelve_hours else [*day, *twelve]
        short = self.pattern("short_month_day", with_year=True)
        return {
            "TIME_FORMAT": clock,
            "DATE_FORMAT": self.pattern("month_day", with_year=True),
            "DATETIME_FORMAT": f"{self.pattern('short_day', with_year=True)}, {clock}",
            "MONTH_DAY_FORMAT": self.pattern("month_day", with_year=False),
            "SHORT_DATE_FORMAT": short,
            "SHORT_DATETIME_FORMAT": f"{short}, {clock}",
            "FIRST_DAY_OF_WEEK": (self.first_weekday + 1) % 7,  # Django counts from Sunday
            "DATE_INPUT_FORMATS": dates,
            "TIME_INPUT_FORMATS": times,
            "DATETIME_INPUT_FORMATS": [f"{date} {time}" for date in dates for time in times],
        }


# Which locale ---------------------------------------------------------------------------------------------------------


@cache
def formats_of(tag: str) -> Formats:
    """The conventions of a locale by its tag, such as `en-US`. English of no country: 24 hours, day first, Monday."""
    found = LOCALE_TAG.fullmatch(tag)
    country = found[1] if found else None
    if country is None:
        return Formats(LANGUAGE, twelve_hours=False, month_first=False, first_weekday=0, date_input="%Y-%m-%d")
    english, local = cldr_english(tag), cldr_local(country)
    dates, clock = english.date_formats, unquoted_pattern(local.time_formats["short"].pattern)
    return Formats(
        tag,
        twelve_hours="a" in clock or "B" in clock,
        month_first=unquoted_pattern(dates["long"].pattern).find("M")
        < unquoted_pattern(dates["long"].pattern).find("d"),
        first_weekday=local.first_week_day,
        date_input=typed_date_format(local_language(country).date_formats["short"].pattern),
    )


def tag_of(country: str) -> str:
    """The locale of a country, by its ISO 3166-1 code."""
    return f"{LANGUAGE}-{country}"


def is_tag(text: str) -> bool:
    """Whether a text names a locale that we know: `en-` and a country of CLDR."""
    found = LOCALE_TAG.fullmatch(text)
    return bool(found and found[1] and found[1] in cldr_english("en").territories)


def current_formats() -> Formats:
    """The conventions of the language that is active: the practice's, while a request is answered."""
    language, _dash, country = (get_language() or LANGUAGE).partition("-")
    return formats_of(f"{language}-{country.upper()}" if country else LANGUAGE)


@cache
def cldr_english(tag: str) -> Locale:
    """English as a country writes it, or as the world does where CLDR has no English of that country."""
    try:
        return Locale.parse(tag, sep="-")
    except UnknownLocaleError:
        return Locale.parse("en_001")


@cache
def cldr_local(country: str) -> Locale:
    """The locale that tells a country's clock and week: its English one, else that of its main language."""
    english = cldr_english(tag_of(country))
    return english if english.territory == country else local_language(country)


@cache
def local_language(country: str) -> Locale:
    """A country's main language, by CLDR's likely subtags; English where it names none."""
    try:
        return Locale.parse(f"und_{country}")
    except (UnknownLocaleError, ValueError):
        return cldr_english(tag_of(country))


def unquoted_pattern(pattern: str) -> str:
    """A pattern of CLDR without its literal words."""
    return re.sub(r"'[^']*'", "", pattern)


def typed_date_format(pattern: str) -> str:
    """CLDR's short date for strptime, with the whole year: `M/d/yy` becomes `%m/%d/%Y`. What is not digits between
    dots, strokes or dashes becomes ISO 8601."""
    if not PLAIN_DATE.fullmatch(pattern):
        return "%Y-%m-%d"
    names = {"d": "%d", "M": "%m", "y": "%Y"}
    return re.sub(r"d+|M+|y+", lambda found: names[found[0][0]], pattern)


# Reading what was typed -----------------------------------------------------------------------------------------------


def read_clock(text: str) -> dt.time:
    """The wall time that somebody typed: `14:30`, `2:30 PM`, `2.30 p.m.`, `2pm`. Raises ValueError."""
    plain = re.sub(r"\s+", "", text).upper()
    found = TYPED_CLOCK.fullmatch(re.sub(r"([AP])\.?M\.?$", r"\1M", plain))
    if found is None or not (found[2] or found[4]):
        raise ValueError(text)
    hour, minute, second = (int(part or 0) for part in found.group(1, 2, 3))
    if found[4]:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if found[4] == "PM" else 0)
    return dt.time(hour, minute, second)


def read_amount(text: str, currency: str) -> Decimal:
    """The amount that a program wrote: `72.00`, `€ 72,50`, `1.250,00`, `$1,250`. Raises ValueError, also for one in
    another currency, or finer than this one is."""
    plain, sign = re.sub(r"[\s'’]", "", text), numbers.get_currency_symbol(currency, locale=LANGUAGE)
    # A Canadian file has $, and not CA$.
    for mark in (currency, sign, sign[-1] if not sign[-1].isalpha() else ""):
        plain = plain.removeprefix(mark).removesuffix(mark)
    found = WRITTEN_AMOUNT.fullmatch(plain)
    if found is None:
        raise ValueError(text)
    whole, point, rest = found[1], found[2] or "", found[3] or ""
    digits = decimals_of(currency)
    if len(rest) == 3 and (point in whole or (whole.isdigit() and digits != 3)):
        whole, rest = whole + rest, ""  # 1,250 is more than a thousand
    amount = Decimal(f"{re.sub('[.,]', '', whole)}.{rest or 0}")
    if (rest and point in whole) or amount >= MOST_MONEY or amount != round(amount, digits):
        raise ValueError(text)
    return exact_amount(amount, currency)


def is_repeated(moment: dt.datetime) -> bool:
    """Whether the wall shows this time twice that day: in the hour that the clocks go back."""
    other = moment.replace(fold=1 - moment.fold)
    return other.utcoffset() != moment.utcoffset() and other.astimezone(dt.UTC).astimezone(moment.tzinfo) == other


# Currencies -----------------------------------------------------------------------------------------------------------


@cache
def currencies() -> frozenset[str]:
    """The ISO 4217 codes of the currencies that some country pays with today, by CLDR."""
    today = dt.date.today()  # noqa: DTZ011 - to the day is near enough
    return frozenset(
        code
        for country in get_global("territory_currencies")
        for code in numbers.get_territory_currencies(country, today, today, tender=True)
    )


@cache
def decimals_of(currency: str) -> int:
    """How many decimals a currency has: 2 for EUR, 3 for KWD, 0 for JPY."""
    return numbers.get_currency_precision(currency)


def exact_amount(amount: Decimal, currency: str) -> Decimal:
    """An amount with the decimals of its currency, as programs are told it; finer ones stay as they are."""
    rounded = amount.quantize(Decimal(1).scaleb(-decimals_of(currency)), ROUND_HALF_UP)
    return rounded if rounded == amount else amount.normalize()
