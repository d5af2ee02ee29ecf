"""What can still be booked on one day, by therapist: what the board says of its gaps. The engine's own answer (I2)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from booking.models import Service
from booking.scheduling import availability
from booking.scheduling.availability import Resource, ResourceKey, Span
from booking.scheduling.busy import DayLoads, busy_in
from booking.scheduling.configuration import Configuration
from booking.scheduling.hours import staff_hours
from booking.scheduling.order import Order
from booking.scheduling.schedule import READ_MARGIN, service_rules, therapist_schedule


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
    practice = configuration.practice
    if day < now.astimezone(practice.zone).date() - dt.timedelta(days=1):
        return DayFits()
    services, therapists = [service] if service else configuration.services_on(), configuration.at_work()
    longest = dt.timedelta(minutes=max((each.minutes for each in services), default=0))
    start = dt.datetime.combine(day, dt.time.min, practice.zone) - READ_MARGIN
    end = dt.datetime.combine(day, dt.time.max, practice.zone) + READ_MARGIN + longest
    opening = staff_hours(configuration, therapists, first=day, last=day)
    busy = busy_in(start, end, None)
    diaries = {
        key: therapist_schedule(
            who, opening, busy.therapists[key], DayLoads(busy.sessions[key], practice.zone), busy.private[key]
        )
        for key, who in therapists.items()
    }
    found: defaultdict[ResourceKey, dict[dt.datetime, Service]] = defaultdict(dict)
    for each in services:
        order, resources = Order.of(each), configuration.resources_for(each.pk)
        offers = availability.free_times(
            service_rules(order, practice, has_rooms=resources.has_rooms),
            [diaries[key] for key in resources.performers if not order.endless],
            [Resource(key, busy.rooms[key]) for key in resources.rooms],
            [Resource(key, busy.kits[key]) for key in resources.kits],
            practice.zone,
            day,
            day,
            now,
        )
        for offer in offers:
            for key in offer.therapists:
                found[key].setdefault(availability.as_datetime(offer.start), each)
    fits = {key: [FittingStart(moment, starts[moment]) for moment in sorted(starts)] for key, starts in found.items()}
    return DayFits(fits, busy.private)
