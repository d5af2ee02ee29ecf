"""Prices as rows keep them and forms take them: Decimal, with the decimals of the practice's currency."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.country.locale import decimals_of, exact_amount
from clinic.models import Practice

# No legal tender has more (CLDR): the dinars of Bahrain, Iraq, Jordan, Kuwait, Libya and Tunisia, and the rial of Oman.
MOST_DECIMALS = 3
ONE_CENT = Decimal("0.01")


def own_currency() -> str:
    """The practice's currency, for fields and rows that nobody hands it to."""
    return Practice.current().currency


def check_price(value: Decimal) -> None:
    """Refuse a price that nobody can pay: finer than the practice's currency."""
    currency = own_currency()
    digits = decimals_of(currency)
    if exact_amount(value, currency).as_tuple().exponent != -digits:
        words = (
            _("Prices in %(currency)s have at most %(digits)d decimals.")
            if digits
            else _("Prices in %(currency)s have no decimals.")
        )
        raise ValidationError(words, params={"currency": currency, "digits": digits})


class PriceInput(forms.DecimalField):
    """Shows an amount with the decimals of the practice's currency: 72.00, 12.500, 7200."""

    def prepare_value(self, value: Any) -> Any:
        """The amount of a row; what somebody typed stays as it is."""
        return exact_amount(value, own_currency()) if isinstance(value, Decimal) else value


if TYPE_CHECKING:
    DecimalField = models.DecimalField[Decimal | int | str, Decimal]
else:
    DecimalField = models.DecimalField


class PriceField(DecimalField):
    """An amount in the practice's currency, or in that of its row where it has one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 11)
        kwargs.setdefault("decimal_places", MOST_DECIMALS)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Decimal | None, _expression: object, _connection: object) -> Decimal | None:
        """With two decimals, as most currencies have, unless the third says something: 72.00, 12.505."""
        return value if value is None or value != (short := value.quantize(ONE_CENT)) else short

    def formfield(self, **kwargs: Any) -> Any:
        """The field of a form."""
        return super().formfield(**{"form_class": PriceInput, **kwargs})


def price_of(row: Any) -> Decimal:
    """The price of a row with the decimals of its currency, for programs and tables."""
    return exact_amount(row.price, getattr(row, "currency", "") or own_currency())
