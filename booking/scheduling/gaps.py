"""What can still be booked on one day, by therapist: what the board says of its gaps. The engine's own answer (I2)."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from booking.models import Room, Service, StoneKit, Therapist
from booking.scheduling import availability
from booking.scheduling.availability import Resource, ResourceKey
from booking.scheduling.configuration import current_configuration
from booking.scheduling.conflicts import group_by_first, link_pairs
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
    services = list(Service.objects.filter(active=True))
    gives = set(link_pairs(Therapist.services.through, "service_id", "therapist_id"))
    only_rooms = group_by_first(link_pairs(Service.rooms.through, "service_id", "room_id"))
    only_kits = group_by_first(link_pairs(Service.kits.through, "service_id", "stonekit_id"))
    therapists = {each.pk: each for each in Therapist.objects.at_work()}
    rooms, kits = (list(noun.objects.filter(active=True).values_list("pk", flat=True)) for noun in (Room, StoneKit))
    longest = dt.timedelta(minutes=max((each.minutes for each in services), default=0))
    start = dt.datetime.combine(day, dt.time.min, practice.zone) - READ_MARGIN
    end = dt.datetime.combine(day, dt.time.max, practice.zone) + READ_MARGIN + longest
    opening = staff_hours(current_configuration(), therapists, first=day, last=day)
    by_therapist, by_room, by_kit, loads = busy_in(practice.zone, start, end, None)
    diaries = {key: therapist_schedule(who, opening, by_therapist[key], loads[key]) for key, who in therapists.items()}
    found: defaultdict[ResourceKey, dict[dt.datetime, Service]] = defaultdict(dict)
    for service in services:
        order = Order.of(service)
        offers = availability.free_times(
            service_rules(order, practice, has_rooms=bool(rooms)),
            [diary for key, diary in diaries.items() if (service.pk, key) in gives and not order.endless],
            [Resource(key, by_room[key]) for key in rooms if key in only_rooms.get(service.pk, {key})],
            [Resource(key, by_kit[key]) for key in kits if key in only_kits.get(service.pk, {key})],
            practice.zone,
            day,
            day,
            now,
        )
        for offer in offers:
            for key in offer.therapists:
                found[key].setdefault(availability.as_datetime(offer.start), service)
    return {key: [FittingStart(moment, starts[moment]) for moment in sorted(starts)] for key, starts in found.items()}
