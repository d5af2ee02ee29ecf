"""What an appointment would cost at another length."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from booking.models import Appointment
from booking.scheduling.configuration import current_configuration
from booking.scheduling.models.add_on import part_in_words


@dataclass(frozen=True)
class PricedLength:
    """A length of a massage that has a price, on the price list or as it was booked."""

    name: str
    minutes: int
    price: Decimal

    def __str__(self) -> str:
        return part_in_words(self.name, self.minutes)


@dataclass(frozen=True)
class LengthPrice:
    """A price in the appointment's own currency, and the priced lengths that it follows: that very one, or those around
    it."""

    price: Decimal
    follows: Sequence[PricedLength]


def price_for_length(appointment: Appointment, minutes: int) -> LengthPrice:
    """The price at `minutes` in all; what was added keeps its time and price.

    The price list says it where it has that length of the same massage. Between two lengths that have a price it lies
    between the two, so that nobody pays more than the longer one costs; beyond them it is in proportion. To the whole
    unit.
    """
    extra = sum((part.price for part in appointment.added), Decimal())
    length = minutes - sum(part.minutes for part in appointment.added)
    known = priced_lengths(appointment)
    if length in known:
        return LengthPrice(known[length].price + extra, [known[length]])
    below = known.get(max((each for each in known if each < length), default=0))
    above = known.get(min((each for each in known if each > length), default=0))
    if below and above:
        share = Decimal(length - below.minutes) / (above.minutes - below.minutes)
        price = below.price + share * (above.price - below.price)
    else:
        nearest = below or above or known[min(known)]
        price = nearest.price * length / nearest.minutes
    around = [each for each in (below, above) if each]
    return LengthPrice(price.quantize(Decimal(1), ROUND_HALF_UP) + extra, around)


def priced_lengths(appointment: Appointment) -> dict[int, PricedLength]:
    """By minutes: what the appointment costs as booked, without what was added, and what the price list has of the same
    kind of massage, that of the same name before another."""
    added, service, configuration = appointment.added, appointment.service, current_configuration()
    own = max(appointment.minutes - sum(part.minutes for part in added), 1)
    price = appointment.price - sum((part.price for part in added), Decimal())
    found = {own: PricedLength(service.name, own, price)}
    if appointment.currency != configuration.practice.currency:
        return found
    listed = [each for each in configuration.services_on() if each.technique == service.technique]
    for each in sorted(listed, key=lambda each: (each.name != service.name, each.price)):
        found.setdefault(each.minutes, PricedLength(each.name, each.minutes, each.price))
    return found
