"""The codes by which the practice names its zone, country, currency and way of writing: known ones only."""

from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.country.locale import currencies, is_tag


def tz_table(name: str) -> list[list[str]]:
    """The rows of a table that comes with the tz database, its comments left out."""
    text = files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@cache
def countries() -> frozenset[str]:
    """The two-letter codes of ISO 3166-1, as they come with the time zones."""
    return frozenset(row[0] for row in tz_table("iso3166.tab"))


def check_zone(value: str) -> None:
    """Accept only the name of a time zone that this machine knows, such as `Europe/Berlin`."""
    if value not in available_timezones():
        words = _("“%(value)s” is not a time zone. Try for example Europe/Berlin.")
        raise ValidationError(words, params={"value": value})


def check_country(value: str) -> None:
    """Accept only a country's ISO 3166-1 code, such as `DE`: under a code of nowhere no law would hold."""
    if value not in countries():
        words = _("“%(value)s” is not a country’s code. Use its two letters, for example DE, GB or US.")
        raise ValidationError(words, params={"value": value})


def check_currency(value: str) -> None:
    """Accept only the code of a currency that some country pays with, such as `EUR`."""
    if value not in currencies():
        words = _("“%(value)s” is not a currency in use. Use its three letters, for example EUR, GBP or USD.")
        raise ValidationError(words, params={"value": value})


def check_locale(value: str) -> None:
    """Accept only a locale that we know, such as `en-US`."""
    if not is_tag(value):
        words = _("“%(value)s” is not known. Use en- and a country’s two letters, for example en-GB or en-US.")
        raise ValidationError(words, params={"value": value})
