"""Telephone numbers as people write them, and as links that dial them."""

from django import template

from clinic.identity import shown_phone, tel_uri

register = template.Library()


@register.filter
def phone(number: str, country: str) -> str:
    """A number as it is dialled in a country: +4930123456 in DE as 030 123456."""
    return shown_phone(number, region=country)


@register.filter
def tel(number: str, country: str) -> str:
    """The address of a link that dials a number, however it is written: `tel:+4930123456`."""
    return tel_uri(number, region=country) or f"tel:{''.join(number.split())}"
