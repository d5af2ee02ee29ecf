"""What an appointment would cost at another length."""

from decimal import ROUND_HALF_UP, Decimal

from booking.models import Appointment
from booking.scheduling.configuration import current_configuration


def price_for_length(appointment: Appointment, minutes: int) -> Decimal:
    """The price at `minutes` in all, in the appointment's own currency; what was added keeps its time and price.

    The price list says it where it has the service at that length; else it is in proportion, to the whole unit.
    """
    added, service = appointment.added, appointment.service
    extra = sum((part.price for part in added), Decimal())
    beside = sum(part.minutes for part in added)
    configuration = current_configuration()
    listed = (
        each.price
        for each in configuration.services_on()
        if (each.name, each.technique, each.minutes) == (service.name, service.technique, minutes - beside)
        and appointment.currency == configuration.practice.currency
    )
    share = (appointment.price - extra) * (minutes - beside) / max(appointment.minutes - beside, 1)
    return next(listed, share.quantize(Decimal(1), ROUND_HALF_UP)) + extra
