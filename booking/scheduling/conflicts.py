"""Which appointments ahead could not be booked any more as they stand, by the settings as the database has them now.

Asked before and after an edit, in one transaction, the difference is what the edit does to people. The rules of time
are the availability engine's own; who, where and with what is held against the rows. As many queries for one
appointment as for thousands.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from django.utils.translation import gettext as _

from booking.models import AddOn, Appointment, Room, Service, StoneKit, Therapist
from booking.scheduling import availability
from booking.scheduling.availability import ResourceKey, Unavailable
from booking.scheduling.busy import Busy, DayLoads
from booking.scheduling.configuration import Configuration, current_configuration
from booking.scheduling.hours import therapist_schedules
from booking.scheduling.order import order_as_booked
from booking.scheduling.refusals import reason_for_team
from booking.scheduling.schedule import service_rules

LinkPairs = frozenset[tuple[ResourceKey, ResourceKey]]


def settings_conflicts() -> dict[int, str]:
    """By the primary key of each appointment ahead that the settings speak against: why, for the team."""
    ahead = read_upcoming()
    if not ahead:
        return {}
    configuration = current_configuration()
    add_ons = frozenset(AddOn.services.through.objects.values_list("service_id", "addon_id"))
    against = {each.pk: why for each in ahead if (why := allocation_conflict(each, configuration, add_ons))}
    words = cache(lambda reason, name: reason_for_team(reason, therapist=name))
    for each, reason in hours_conflicts(ahead, configuration):
        against.setdefault(each.pk, words(reason, each.therapist.name))
    return against


def read_upcoming() -> list[Appointment]:
    """The appointments ahead, each with its therapist, service, room, kit and add-ons.

    Thousands share a few of these, so each of them is read once and not joined to every row.
    """
    ahead = list(Appointment.objects.holding().prefetch_related("add_ons__add_on").order_by("starts_at"))
    therapists = Therapist.objects.select_related("user").in_bulk({each.therapist_id for each in ahead})
    services = Service.objects.in_bulk({each.service_id for each in ahead})
    rooms, kits = Room.objects.in_bulk(), StoneKit.objects.in_bulk()
    for each in ahead:
        each.therapist, each.service = therapists[each.therapist_id], services[each.service_id]
        each.room = rooms[each.room_id] if each.room_id else None
        each.kit = kits[each.kit_id] if each.kit_id else None
    return ahead


def allocation_conflict(each: Appointment, configuration: Configuration, add_ons: LinkPairs) -> str:
    """Why the therapist, the service, the room or the kit of an appointment is not to be had; empty where all are.

    `add_ons` are the keys of each service with each add-on that is offered with it.
    """
    who, service = each.therapist, each.service
    if not who.is_at_work:
        return _("%(name)s takes no appointments.") % {"name": who.name}
    if not service.active:
        return _("%(name)s is not bookable.") % {"name": service.name}
    if who.pk not in configuration.given_by.get(service.pk, ()):
        return _("%(name)s does not give %(service)s.") % {"name": who.name, "service": service.name}
    for part in each.added:
        if not part.add_on.active or (service.pk, part.add_on_id) not in add_ons:
            return _("%(name)s is not offered with it.") % {"name": part.add_on.name}
    rooms, kits = configuration.only_rooms.get(service.pk), configuration.only_kits.get(service.pk)
    if each.room is None and configuration.rooms:
        return _("It has no room.")
    if each.room is not None and (why := resource_conflict(each.room, rooms, service)):
        return why
    if each.kit is None and order_as_booked(each).needs_kit:
        return _("It has no stone kit.")
    if each.kit is not None and (why := resource_conflict(each.kit, kits, service)):
        return why
    return ""


def resource_conflict(place: Room | StoneKit, only: frozenset[ResourceKey] | None, service: Service) -> str:
    """Why a room or kit is not to be had for a service; empty where it is."""
    if not place.active:
        return _("%(name)s is out of use.") % {"name": place.name}
    if only is not None and place.pk not in only:
        return _("%(service)s may not take %(name)s.") % {"service": service.name, "name": place.name}
    return ""


def hours_conflicts(
    ahead: list[Appointment], configuration: Configuration
) -> Iterable[tuple[Appointment, Unavailable]]:
    """The appointments that lie outside hours, in time off, or on a day with more than its therapist takes."""
    practice, zone = configuration.practice, configuration.zone
    days = [each.starts_at.astimezone(zone).date() for each in ahead]
    therapists = {each.therapist_id: each.therapist for each in ahead}
    sessions: defaultdict[ResourceKey, list[tuple[int, int]]] = defaultdict(list)
    for each in ahead:
        sessions[each.therapist_id].append((availability.instant(each.starts_at), each.minutes))
    busy = Busy(booked={key: DayLoads(rows, zone) for key, rows in sessions.items()})
    diaries = therapist_schedules(configuration, therapists.values(), busy, first=min(days), last=max(days))
    alike: dict[tuple[ResourceKey, availability.ServiceRules], list[Appointment]] = defaultdict(list)
    for each in ahead:
        alike[each.therapist_id, service_rules(order_as_booked(each), practice, has_rooms=False)].append(each)
    for (key, rules), members in alike.items():
        starts = {each.pk: availability.instant(each.starts_at) for each in members}
        broken = availability.broken_rules(rules, diaries[key], zone, starts.values())
        for each in members:
            if (reason := broken.get(starts[each.pk])) is not None:
                yield each, reason
