"""What keeps clients from booking online, found by asking the availability engine on an empty diary.

A service is open where the engine offers any start of it with no appointment in the way. Where it offers none, each
fact (who gives it, hours, rooms, kits, notice) is held against the service alone, with everything else granted: a fact
under which nothing is offered is what is missing. As many queries for one service as for all.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Room, Service, StoneKit, Therapist, WorkingHours
from booking.scheduling import availability
from booking.scheduling.availability import Hours, Resource, ServiceRules, TherapistSchedule
from booking.scheduling.configuration import current_configuration
from booking.scheduling.conflicts import is_allowed_resource
from booking.scheduling.hours import StaffHours, staff_hours
from booking.scheduling.order import Order
from booking.scheduling.schedule import service_rules, therapist_schedule
from clinic.checks import mail_stays_local
from clinic.legal.missing import legal_data_missing
from clinic.models import Practice

# The engine is asked for so many days at a time; most services are offered in the first of them.
CHECKED_DAYS = dt.timedelta(days=7)
ALWAYS_AT_WORK = tuple(Hours(day, dt.time.min, dt.time.min) for day in range(7))
SHORTEST = 5


@dataclass(frozen=True)
class ReadinessGap:
    """Something that is missing, in a line, and the page where it is mended; empty where that is no page of ours."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class ServiceWorld:
    """What one service may draw on, as it stands or with some of it granted."""

    rules: ServiceRules
    diaries: tuple[TherapistSchedule, ...]
    rooms: tuple[Resource, ...]
    kits: tuple[Resource, ...]

    def is_open(self, practice: Practice, now: dt.datetime) -> bool:
        """Whether the engine offers any start up to the horizon."""
        first = now.astimezone(practice.zone).date()
        end = first + dt.timedelta(days=self.rules.horizon)
        while first <= end:
            last = min(first + CHECKED_DAYS, end)
            found = availability.free_times(
                self.rules, self.diaries, self.rooms, self.kits, practice.zone, first, last, now
            )
            if found:
                return True
            first = last + dt.timedelta(days=1)
        return False


@dataclass(frozen=True)
class PracticeFacts:
    """The practice as the tables have it, read once."""

    practice: Practice
    now: dt.datetime
    services: tuple[Service, ...]
    therapists: dict[int, Therapist]
    given_by: dict[int, frozenset[int]]
    opening: StaffHours
    rooms: tuple[Room, ...]
    kits: tuple[StoneKit, ...]
    only_rooms: dict[int, frozenset[int]]
    only_kits: dict[int, frozenset[int]]

    def world(self, service: Service) -> ServiceWorld:
        """What a service may draw on, with no appointment in the way."""
        order = Order.of(service)
        givers = [key for key in self.therapists if key in self.given_by.get(service.pk, frozenset())]
        rooms, kits = self.only_rooms.get(service.pk), self.only_kits.get(service.pk)
        return ServiceWorld(
            rules=service_rules(order, self.practice, has_rooms=bool(self.rooms)),
            diaries=tuple(therapist_schedule(self.therapists[key], self.opening, (), {}) for key in givers),
            rooms=tuple(Resource(each.pk) for each in self.rooms if is_allowed_resource(each, rooms)),
            kits=tuple(Resource(each.pk) for each in self.kits if is_allowed_resource(each, kits)),
        )

    def is_open(self, world: ServiceWorld) -> bool:
        """Whether clients can book in such a world."""
        return world.is_open(self.practice, self.now)


def read_practice_facts(services: Iterable[Service] | None = None) -> PracticeFacts:
    """Read what decides about these services, or about all that are switched on."""
    configuration, now = current_configuration(), timezone.now()
    practice = configuration.practice
    wanted = tuple(Service.objects.filter(active=True) if services is None else services)
    therapists = configuration.at_work()
    first = now.astimezone(practice.zone).date()
    ahead = max([each.horizon_in(practice) for each in wanted], default=dt.timedelta())
    return PracticeFacts(
        practice=practice,
        now=now,
        services=wanted,
        therapists=therapists,
        given_by=configuration.given_by,
        opening=staff_hours(configuration, therapists, first=first, last=first + ahead),
        rooms=tuple(Room.objects.filter(active=True)),
        kits=tuple(StoneKit.objects.filter(active=True)),
        only_rooms=configuration.only_rooms,
        only_kits=configuration.only_kits,
    )


def can_be_booked(service: Service) -> bool:
    """Whether this service is open for online booking at all: whether a time is free now is another question."""
    facts = read_practice_facts([service])
    return facts.is_open(facts.world(service))


def open_services(services: Sequence[Service]) -> set[int]:
    """The primary keys of those services that are open for online booking."""
    facts = read_practice_facts(services)
    return {each.pk for each in services if facts.is_open(facts.world(each))}


@dataclass(frozen=True)
class OwnerChecklist:
    """What an owner has to see to: what closes services to clients, and what closes nothing and yet is missing."""

    open_at_all: bool
    closing: tuple[ReadinessGap, ...]
    beside: tuple[ReadinessGap, ...]


def owner_checklist() -> OwnerChecklist:
    """The practice as it stands, for its owner."""
    facts = read_practice_facts()
    closed = closed_services(facts)
    gaps: list[ReadinessGap] = []
    if not facts.services:
        gaps.append(ReadinessGap(_("No service is bookable."), reverse("booking:desk-settings-services")))
    for found in closed.values():
        gaps += [each for each in found if each not in gaps]
    return OwnerChecklist(len(closed) < len(facts.services), tuple(gaps), tuple(other_gaps(facts)))


def closed_services(facts: PracticeFacts | None = None) -> dict[int, list[ReadinessGap]]:
    """What closes each service that clients cannot book and so do not see, by its primary key."""
    facts = facts or read_practice_facts()
    worlds = {each.pk: facts.world(each) for each in facts.services}
    closed = [each for each in facts.services if not facts.is_open(worlds[each.pk])]
    return {each.pk: readiness_gaps(each, worlds[each.pk], facts) for each in closed}


def readiness_gaps(service: Service, world: ServiceWorld, facts: PracticeFacts) -> list[ReadinessGap]:
    """What closes a service: each fact under which the engine offers nothing, with everything else granted."""
    granted = ServiceWorld(
        rules=replace(world.rules, minutes=SHORTEST, first_start=None, last_start=None, notice=0),
        diaries=tuple(replace(each, hours=ALWAYS_AT_WORK, overrides=(), away=()) for each in world.diaries),
        rooms=(Resource(0),),
        kits=(Resource(0),),
    )
    here = reverse("booking:desk-settings-service", args=[service.pk])
    name = {"service": service.name}
    found = []
    if not world.diaries:
        found.append(ReadinessGap(_("No therapist gives %(service)s.") % name, reverse("booking:desk-settings-team")))
    elif gap := hours_gaps(service, world, granted, facts):
        found.append(gap)
    elif not facts.is_open(replace(granted, rules=replace(granted.rules, notice=world.rules.notice))):
        found.append(
            ReadinessGap(_("The notice of %(service)s is longer than the days ahead that can be booked.") % name, here)
        )
    if world.rules.needs_kit and not world.kits:
        said = _("%(service)s needs a stone kit, and none that it may use is on file.") % name
        found.append(ReadinessGap(said, reverse("booking:desk-settings-rooms")))
    if world.rules.needs_room and not world.rooms:
        said = _("%(service)s may be given in no room that is in use.") % name
        found.append(ReadinessGap(said, reverse("booking:desk-settings-rooms")))
    return found or [ReadinessGap(_("No time is offered for %(service)s.") % name, here)]


def hours_gaps(
    service: Service, world: ServiceWorld, granted: ServiceWorld, facts: PracticeFacts
) -> ReadinessGap | None:
    """What is wrong with the hours of those who give a service, the broadest first."""
    name, here = {"service": service.name}, reverse("booking:desk-settings-service", args=[service.pk])
    staff = reverse("booking:desk-settings-team")
    never_away = tuple(replace(each, away=()) for each in world.diaries)
    at_work = replace(granted, diaries=never_away)
    if not facts.is_open(at_work):
        if not WorkingHours.objects.exists():
            return ReadinessGap(_("No working hours are on file."), staff)
        return ReadinessGap(_("Nobody who gives %(service)s has working hours ahead.") % name, staff)
    whole = replace(at_work, rules=replace(granted.rules, minutes=world.rules.minutes))
    if not facts.is_open(whole):
        return ReadinessGap(_("%(service)s is longer than anybody works without a break.") % name, here)
    first, last = world.rules.first_start, world.rules.last_start
    timed = replace(whole, rules=replace(whole.rules, first_start=first, last_start=last))
    if not facts.is_open(timed):
        return ReadinessGap(_("%(service)s may only start at times at which nobody works.") % name, here)
    if not facts.is_open(replace(timed, diaries=world.diaries)):
        return ReadinessGap(_("Everybody who gives %(service)s is away.") % name, reverse("booking:desk-time-off"))
    return None


def other_gaps(facts: PracticeFacts) -> list[ReadinessGap]:
    """What closes nothing and yet is missing."""
    found = []
    if not facts.rooms:
        said = _("No room is on file: nothing keeps two appointments out of one room.")
        found.append(ReadinessGap(said, reverse("booking:desk-settings-rooms")))
    if not facts.practice.phone:
        said = _("The practice has no phone number; several pages ask clients to call.")
        found.append(ReadinessGap(said, reverse("booking:desk-settings-practice")))
    if legal_data_missing(facts.practice):
        said = _("Privacy notice and imprint lack what your country’s law asks for.")
        found.append(ReadinessGap(said, reverse("booking:desk-settings-legal")))
    if mail_stays_local():
        found.append(ReadinessGap(_("No mail server is set (EMAIL_URL): nobody receives a mail.")))
    return found
