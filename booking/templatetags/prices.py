"""Prices as people write them."""

from decimal import Decimal

from django import template
from django.utils.formats import number_format

register = template.Library()

SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


@register.filter
def price(amount: Decimal, currency: str) -> str:
    """72.00 and EUR as €72; cents only where there are any; a currency without a sign of its own by its code."""
    decimals = 0 if amount == amount.to_integral_value() else 2
    number = number_format(amount, decimal_pos=decimals, use_l10n=True)
    sign = SIGNS.get(currency)
    return f"{sign}{number}" if sign else f"{number} {currency}"
