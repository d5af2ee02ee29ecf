"""What an appointment costs at another length: as the price list says, else between its lengths."""

from decimal import Decimal

import pytest

from booking.appointments.length_price import price_for_length
from clinic.models import Practice
from tests.fixtures.cast import Cast


@pytest.mark.parametrize(
    ("minutes", "price", "follows"),
    [
        (60, "72", ["Regular massage, 60 min"]),
        (90, "98", ["Regular massage, 90 min"]),
        (75, "85", ["Regular massage, 60 min", "Regular massage, 90 min"]),
        (40, "53", ["Back relief massage, 25 min", "Regular massage, 60 min"]),
        (20, "30", ["Back relief massage, 25 min"]),
        (120, "131", ["Regular massage, 90 min"]),
    ],
)
def test_a_short_massage_made_longer_never_costs_more_than_the_longer_one(
    cast: Cast, minutes: int, price: str, follows: list[str]
) -> None:
    """In proportion the back relief of 25 minutes for 38 would cost 114 at 75, where 90 minutes are 98."""
    found = price_for_length(cast.appointment(cast.at(10), service=cast.back), minutes)
    assert (found.price, [str(each) for each in found.follows]) == (Decimal(price), follows)


def test_what_was_agreed_counts_before_the_list_and_another_currency_knows_no_list(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    appointment.price = Decimal(60)
    assert price_for_length(appointment, 75).price == 79
    Practice.objects.update(currency="CHF")
    assert price_for_length(appointment, 75).price == 75
