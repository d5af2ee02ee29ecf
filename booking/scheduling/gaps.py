"""What can still be booked on one day, by therapist: what the board says of its gaps. The engine's own answer (I2)."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from booking.models import Service
from booking.scheduling import availability
from booking.scheduling.availability import Resource, ResourceKey
from booking.scheduling.configuration import current_configuration
from booking.scheduling.hours import staff_hours
from booking.scheduling.order import Order
from booking.scheduling.schedule import READ_MARGIN, busy_in, service_rules, therapist_schedule
from clinic.models import Practice


@dataclass(frozen=True)
class FittingStart:
    """A start (aware, UTC) that can be booked, and the first service of the list that can begin then."""

    start: dt.datetime
    service: Service


def fitting_starts(
    day: dt.date, practice: Practice, *, now: dt.datetime | None = None
) -> dict[ResourceKey, list[FittingStart]]:
    """By therapist, every start of a local date at which some service can be booked with them, in order.

    Read once for all services and therapists; the number of queries is fixed.
    """
    now = now or timezone.now()
    if day < now.astimezone(practice.zone).date() - dt.timedelta(days=1):
        return {}
    configuration = current_configuration()
    services, therapists = configuration.services_on(), configuration.at_work()
    longest = dt.timedelta(minutes=max((each.minutes for each in services), default=0))
    start = dt.datetime.combine(day, dt.time.min, practice.zone) - READ_MARGIN
    end = dt.datetime.combine(day, dt.time.max, practice.zone) + READ_MARGIN + longest
    opening = staff_hours(configuration, therapists, first=day, last=day)
    by_therapist, by_room, by_kit, loads = busy_in(practice.zone, start, end, None)
    diaries = {key: therapist_schedule(who, opening, by_therapist[key], loads[key]) for key, who in therapists.items()}
    found: defaultdict[ResourceKey, dict[dt.datetime, Service]] = defaultdict(dict)
    for service in services:
        order, resources = Order.of(service), configuration.resources_for(service.pk)
        offers = availability.free_times(
            service_rules(order, practice, has_rooms=resources.has_rooms),
            [diaries[key] for key in resources.performers if not order.endless],
            [Resource(key, by_room[key]) for key in resources.rooms],
            [Resource(key, by_kit[key]) for key in resources.kits],
            practice.zone,
            day,
            day,
            now,
        )
        for offer in offers:
            for key in offer.therapists:
                found[key].setdefault(availability.as_datetime(offer.start), service)
    return {key: [FittingStart(moment, starts[moment]) for moment in sorted(starts)] for key, starts in found.items()}
