"""Django's own formats, of the locale that is active: a country's English follows CLDR (clinic.country.locale)."""

from collections.abc import Sequence

from clinic.country.locale import current_formats


def __getattr__(name: str) -> str | int | Sequence[str]:
    """One of Django's formats by its name. Django asks once for each language, which is the country's own."""
    try:
        return current_formats().for_django[name]
    except KeyError:
        raise AttributeError(name) from None
