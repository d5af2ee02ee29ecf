"""What keeps clients from booking online, found by asking the availability engine on an empty diary.

A service is open where the engine offers any start of it with no appointment in the way. Where it offers none, each
fact (who gives it, hours, rooms, kits, notice) is held against the service alone, with everything else granted: a fact
under which nothing is offered is what is missing. It asks the version of the configuration, whatever the number of
services.
"""

import datetime as dt
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Service, WorkingHours
from booking.scheduling.availability import Hours, Resource
from booking.scheduling.configuration import Configuration, current_configuration
from booking.scheduling.schedule import Schedule, empty_schedule
from clinic.checks import mail_stays_local
from clinic.legal.missing import legal_data_missing

ALWAYS_AT_WORK = tuple(Hours(day, dt.time.min, dt.time.min) for day in range(7))
SHORTEST = 5


@dataclass(frozen=True)
class ReadinessGap:
    """Something that is missing, in a line, and the page where it is mended; empty where that is no page of ours."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class OwnerChecklist:
    """What an owner has to see to: what closes services to clients, and what closes nothing and yet is missing."""

    open_at_all: bool
    closing: tuple[ReadinessGap, ...]
    beside: tuple[ReadinessGap, ...]


def owner_checklist() -> OwnerChecklist:
    """The practice as it stands, for its owner."""
    configuration = current_configuration()
    services, closed = configuration.services_on(), closed_services(configuration)
    gaps: list[ReadinessGap] = []
    if not services:
        gaps.append(ReadinessGap(_("No service is bookable."), reverse("booking:desk-settings-services")))
    for found in closed.values():
        gaps += [each for each in found if each not in gaps]
    return OwnerChecklist(len(closed) < len(services), tuple(gaps), tuple(other_gaps(configuration)))


def closed_services(configuration: Configuration) -> dict[int, list[ReadinessGap]]:
    """What closes each service that clients cannot book and so do not see, by its primary key."""
    now = timezone.now()
    worlds = {each: empty_schedule(each, configuration, now) for each in configuration.services_on()}
    return {each.pk: readiness_gaps(each, world) for each, world in worlds.items() if not world.is_open}


def readiness_gaps(service: Service, world: Schedule) -> list[ReadinessGap]:
    """What closes a service: each fact under which the engine offers nothing, with everything else granted."""
    granted = replace(
        world,
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
    elif gap := hours_gaps(service, world, granted):
        found.append(gap)
    elif not replace(granted, rules=replace(granted.rules, notice=world.rules.notice)).is_open:
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


def hours_gaps(service: Service, world: Schedule, granted: Schedule) -> ReadinessGap | None:
    """What is wrong with the hours of those who give a service, the broadest first."""
    name, here = {"service": service.name}, reverse("booking:desk-settings-service", args=[service.pk])
    staff = reverse("booking:desk-settings-team")
    never_away = tuple(replace(each, away=()) for each in world.diaries)
    at_work = replace(granted, diaries=never_away)
    if not at_work.is_open:
        if not WorkingHours.objects.exists():
            return ReadinessGap(_("No working hours are on file."), staff)
        return ReadinessGap(_("Nobody who gives %(service)s has working hours ahead.") % name, staff)
    whole = replace(at_work, rules=replace(granted.rules, minutes=world.rules.minutes))
    if not whole.is_open:
        return ReadinessGap(_("%(service)s is longer than anybody works without a break.") % name, here)
    first, last = world.rules.first_start, world.rules.last_start
    timed = replace(whole, rules=replace(whole.rules, first_start=first, last_start=last))
    if not timed.is_open:
        return ReadinessGap(_("%(service)s may only start at times at which nobody works.") % name, here)
    if not replace(timed, diaries=world.diaries).is_open:
        return ReadinessGap(_("Everybody who gives %(service)s is away.") % name, reverse("booking:desk-time-off"))
    return None


def other_gaps(configuration: Configuration) -> list[ReadinessGap]:
    """What closes nothing and yet is missing."""
    found = []
    if not configuration.rooms:
        said = _("No room is on file: nothing keeps two appointments out of one room.")
        found.append(ReadinessGap(said, reverse("booking:desk-settings-rooms")))
    if not configuration.practice.phone:
        said = _("The practice has no phone number; several pages ask clients to call.")
        found.append(ReadinessGap(said, reverse("booking:desk-settings-practice")))
    if legal_data_missing(configuration.practice):
        said = _("Privacy notice and imprint lack what your country’s law asks for.")
        found.append(ReadinessGap(said, reverse("booking:desk-settings-legal")))
    if mail_stays_local():
        found.append(ReadinessGap(_("No mail server is set (EMAIL_URL): nobody receives a mail.")))
    return found
