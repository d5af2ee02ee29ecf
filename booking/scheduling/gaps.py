"""What can still be booked on one day, by therapist: what the board says of its gaps. The engine's own answer (I2)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from booking.models import Service
from booking.scheduling import availability
from booking.scheduling.availability import ResourceKey, Span
from booking.scheduling.configuration import Configuration
from booking.scheduling.order import Order
from booking.scheduling.schedule import busy_of, schedule_of


@dataclass(frozen=True)
class FittingStart:
    """A start (aware, UTC) that can be booked, and the first service of the list that can begin then."""

    start: dt.datetime
    service: Service


@dataclass(frozen=True)
class DayFits:
    """What still fits on a date, by therapist: every start at which some service can be booked, in order; and when
    their own calendars are busy."""

    starts: Mapping[ResourceKey, Sequence[FittingStart]] = field(default_factory=dict)
    private: Mapping[ResourceKey, Sequence[Span]] = field(default_factory=dict)


def day_fits(
    day: dt.date, configuration: Configuration, now: dt.datetime, *, service: Service | None = None
) -> DayFits:
    """What still fits on a date, or where this service does, all read at once; nothing for one that is over."""
    if day < now.astimezone(configuration.zone).date() - dt.timedelta(days=1):
        return DayFits()
    services = [service] if service else configuration.services_on()
    orders = {each: Order.of(each) for each in services}
    busy = busy_of(orders.values(), first=day, last=day, zone=configuration.zone)
    found: defaultdict[ResourceKey, dict[dt.datetime, Service]] = defaultdict(dict)
    for each, order in orders.items():
        seen = schedule_of(order, configuration, busy, first=day, last=day, now=now)
        for offer in seen.offers(day, day):
            for key in offer.therapists:
                found[key].setdefault(availability.as_datetime(offer.start), each)
    fits = {key: [FittingStart(moment, starts[moment]) for moment in sorted(starts)] for key, starts in found.items()}
    return DayFits(fits, busy.private)
