"""What can still be booked on one day, by therapist: what the board says of its gaps. The engine's own answer (I2)."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from booking import availability
from booking.availability import Key, Resource
from booking.configuration import current_configuration
from booking.diary import AROUND, busy_in, diary_of, rules_of
from booking.models import Room, Service, StoneKit, Therapist
from booking.opening import opening_of
from booking.order import order_of
from booking.settings_conflicts import grouped, pairs
from clinic.models import Practice


@dataclass(frozen=True)
class Fit:
    """A start (aware, UTC) that can be booked, and the first service of the list that can begin then."""

    start: dt.datetime
    service: Service


def fits_on(day: dt.date, practice: Practice, *, now: dt.datetime | None = None) -> dict[Key, list[Fit]]:
    """By therapist, every start of a local date at which some service can be booked with them, in order.

    Read once for all services and therapists; the number of queries is fixed.
    """
    now = now or timezone.now()
    if day < now.astimezone(practice.zone).date() - dt.timedelta(days=1):
        return {}
    services = list(Service.objects.filter(active=True))
    gives = set(pairs(Therapist.services.through, "service_id", "therapist_id"))
    only_rooms = grouped(pairs(Service.rooms.through, "service_id", "room_id"))
    only_kits = grouped(pairs(Service.kits.through, "service_id", "stonekit_id"))
    therapists = {each.pk: each for each in Therapist.objects.at_work()}
    rooms, kits = (list(noun.objects.filter(active=True).values_list("pk", flat=True)) for noun in (Room, StoneKit))
    longest = dt.timedelta(minutes=max((each.minutes for each in services), default=0))
    start = dt.datetime.combine(day, dt.time.min, practice.zone) - AROUND
    end = dt.datetime.combine(day, dt.time.max, practice.zone) + AROUND + longest
    opening = opening_of(current_configuration(), therapists, first=day, last=day)
    by_therapist, by_room, by_kit, loads = busy_in(practice.zone, start, end, None)
    diaries = {key: diary_of(who, opening, by_therapist[key], loads[key]) for key, who in therapists.items()}
    found: defaultdict[Key, dict[dt.datetime, Service]] = defaultdict(dict)
    for service in services:
        order = order_of(service)
        offers = availability.free_times(
            rules_of(order, practice, has_rooms=bool(rooms)),
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
    return {key: [Fit(moment, starts[moment]) for moment in sorted(starts)] for key, starts in found.items()}
