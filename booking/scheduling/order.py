"""What is booked as a whole: a service with its add-ons. The one place that knows total length, price and needs.

Engine, place, price, safety question and fingerprint all ask here, so that they agree.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from booking.models import LONGEST_APPOINTMENT, AddOn, Appointment, AppointmentAddOn, Service


@dataclass(frozen=True)
class Order:
    """A service and what is added to it; `minutes` and `price` are of all together."""

    service: Service
    add_ons: tuple[AddOn, ...]
    minutes: int
    price: Decimal

    @classmethod
    def of(cls, service: Service, add_ons: Iterable[AddOn] = ()) -> Self:
        """A new order at today's lengths and prices; an add-on that is named twice counts once."""
        add_ons = tuple(dict.fromkeys(add_ons))
        return cls(
            service=service,
            add_ons=add_ons,
            minutes=service.minutes + sum(each.minutes for each in add_ons),
            price=service.price + sum((each.price for each in add_ons), Decimal()),
        )

    @property
    def name(self) -> str:
        """What it is called, without lengths: “Regular massage + Hot towel”."""
        return " + ".join([self.service.name, *(each.name for each in self.add_ons)])

    @property
    def needs_kit(self) -> bool:
        """Whether a stone kit is needed, for the service or for something added."""
        return self.service.needs_kit or any(each.needs_kit for each in self.add_ons)

    @property
    def kit_busy_after(self) -> int:
        """Minutes for which a kit stays blocked after the session's end; never less than the buffer."""
        own = self.service.kit_busy_after if self.service.needs_kit else self.service.buffer_after
        return max([own, *(each.kit_buffer_after for each in self.add_ons if each.needs_kit)])

    @property
    def endless(self) -> bool:
        """Whether it is longer than any appointment may be, buffers included: many hours of add-ons, say."""
        service = self.service
        after = max(service.buffer_after, self.kit_busy_after)
        return dt.timedelta(minutes=service.buffer_before + self.minutes + after) > LONGEST_APPOINTMENT

    @property
    def techniques(self) -> tuple[str, ...]:
        """The kinds of massage in it, as catalogue slugs: the service's, then those that an add-on brings."""
        added = (each.technique for each in self.add_ons if each.technique)
        return tuple(dict.fromkeys([self.service.technique, *added]))

    @property
    def technique(self) -> str:
        """The kind of massage that consent, preparation and aftercare go by: what was added asks for more care."""
        return self.techniques[-1]

    @property
    def judged_items(self) -> tuple[str, ...]:
        """What the health answers are held against, as catalogue slugs: techniques, then the kinds of its add-ons."""
        return (*self.techniques, *dict.fromkeys(each.kind for each in self.add_ons if each.kind))

    def added_to(self, appointment: Appointment) -> list[AppointmentAddOn]:
        """The add-ons of a new appointment, still to be written, with name, length and price of today."""
        return [
            AppointmentAddOn(
                appointment=appointment, add_on=each, name=each.name, minutes=each.minutes, price=each.price
            )
            for each in self.add_ons
        ]

    def __str__(self) -> str:
        return " + ".join(str(each) for each in (self.service, *self.add_ons))


def order_as_booked(appointment: Appointment, *, minutes: int | None = None) -> Order:
    """The order of an appointment, with length and price as they were booked: moving changes neither.

    `minutes`: another length in all, at the same price.
    """
    return Order(
        service=appointment.service,
        add_ons=tuple(part.add_on for part in appointment.added),
        minutes=minutes or appointment.minutes,
        price=appointment.price,
    )


def order_after_swap(appointment: Appointment, service: Service, keeping: Sequence[AddOn]) -> Order:
    """The order with another service or without add-ons; what stays keeps its length and price."""
    booked = appointment.added
    kept = [part for part in booked if part.add_on in keeping]
    minutes, price = service.minutes, service.price
    if service.pk == appointment.service_id:
        minutes = appointment.minutes - sum(part.minutes for part in booked)
        price = appointment.price - sum((part.price for part in booked), Decimal())
    return Order(
        service=service,
        add_ons=tuple(part.add_on for part in kept),
        minutes=minutes + sum(part.minutes for part in kept),
        price=price + sum((part.price for part in kept), Decimal()),
    )
