"""What the practice has settled, as one value per version: who works when, and where, with what and by whom services
are given. Whoever asks for times reads it once, and then only appointments."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model

from booking.models import (
    AddOn,
    Holiday,
    HoursOverride,
    ReminderRule,
    Room,
    Service,
    StoneKit,
    Therapist,
    TimeOff,
    WorkingHours,
)
from booking.scheduling import availability
from booking.scheduling.availability import DateOverride, Hours, ResourceKey, Span
from clients.models import CatalogueEdit
from clinic.models import Picture, Practice, User
from clinic.models.configuration import PerVersion, StoredRow

# The tables that the configuration is made of: every change of theirs gives it another version.
CONFIGURED: tuple[type[Model], ...] = (
    *(AddOn, AddOn.services.through, CatalogueEdit, Holiday, HoursOverride, Picture, Practice, ReminderRule, Room),
    Service,
    *(Service.kits.through, Service.rooms.through, StoneKit, Therapist, Therapist.services.through, TimeOff),
    *(User, WorkingHours),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfiguredTherapist:
    """A therapist, the services they give, and when they work. Time off is in instants, the practice's left out."""

    row: StoredRow[Therapist]
    key: ResourceKey
    at_work: bool
    services: frozenset[ResourceKey]
    hours: tuple[Hours, ...]
    overrides: tuple[DateOverride, ...]
    away: tuple[Span, ...]

    @property
    def can_be_chosen(self) -> bool:
        """Whether clients see them: who gives nothing yet, or has no hours yet, could not be booked."""
        return self.at_work and bool(self.services) and bool(self.hours or self.overrides)


@dataclass(frozen=True, slots=True)
class ConfiguredService:
    """A service as it was read."""

    row: StoredRow[Service]
    slug: str
    technique: str
    active: bool

    def instance(self) -> Service:
        """The service as an instance of its own."""
        return self.row.instance()


@dataclass(frozen=True, slots=True)
class Resources:
    """What suits a service, in the practice's order: rooms and kits in use, and performers."""

    rooms: tuple[ResourceKey, ...]
    kits: tuple[ResourceKey, ...]
    performers: tuple[ResourceKey, ...]


@dataclass(frozen=True, slots=True)
class NamedClosure:
    """A time in instants in which one therapist, or without one nobody, works, and what the team calls it.

    An `is_holiday` that is not `closed` is a working day like any other.
    """

    span: Span
    name: str
    therapist: ResourceKey | None = None
    is_holiday: bool = False
    closed: bool = True


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """All of it. Instances that it hands out are the caller's own."""

    practice_row: StoredRow[Practice]
    zone: ZoneInfo
    therapists: dict[ResourceKey, ConfiguredTherapist]
    """In the practice's order, those who take no appointments included."""
    services: dict[ResourceKey, ConfiguredService]
    """In the practice's order, those that are switched off included."""
    rooms: tuple[ResourceKey, ...]
    kits: tuple[ResourceKey, ...]
    """In use, in the practice's order."""
    only_rooms: dict[ResourceKey, frozenset[ResourceKey]]
    only_kits: dict[ResourceKey, frozenset[ResourceKey]]
    """By service, where it names any: then it takes no others."""
    closed: tuple[Span, ...]
    """When nobody works: time off of the whole practice, and its holidays."""
    named_closures: tuple[NamedClosure, ...]
    """All time off and every holiday by name, those that are working days included."""
    room_rows: dict[ResourceKey, StoredRow[Room]]
    kit_rows: dict[ResourceKey, StoredRow[StoneKit]]
    """In the practice's order, those that are not in use included."""
    reminder_rules: dict[ResourceKey | None, tuple[StoredRow[ReminderRule], ...]]
    """By service; under None those of every service without a rule of its own."""

    @property
    def practice(self) -> Practice:
        """The practice."""
        return self.practice_row.instance()

    def therapist(self, key: ResourceKey) -> Therapist:
        """A therapist by primary key. Raises KeyError."""
        return self.therapists[key].row.instance()

    def at_work(self) -> dict[ResourceKey, Therapist]:
        """The therapists who take appointments, in the practice's order."""
        return {key: each.row.instance() for key, each in self.therapists.items() if each.at_work}

    def services_on(self) -> list[Service]:
        """The services that are switched on, in the practice's order."""
        return [each.instance() for each in self.services.values() if each.active]

    def reminder_rules_for(self, service: ResourceKey, kinds: Collection[str]) -> list[ReminderRule]:
        """The rules of these kinds, on or off, for the service with this primary key: its own, else the general one."""
        rows = (*self.reminder_rules.get(None, ()), *self.reminder_rules.get(service, ()))
        rules = {rule.kind: rule for rule in (row.instance() for row in rows)}
        return [rule for kind, rule in rules.items() if kind in kinds]

    def service_on_offer(self, slug: str) -> Service | None:
        """The service with this slug, where it is switched on and somebody at work gives it."""
        key = next((key for key, each in self.services.items() if each.slug == slug and each.active), None)
        return self.services[key].instance() if key is not None and self.resources_for(key).performers else None

    @cached_property
    def given_by(self) -> dict[ResourceKey, frozenset[ResourceKey]]:
        """The keys of the therapists who give each service, those who take no appointments included."""
        found = rows_by((service, key) for key, each in self.therapists.items() for service in each.services)
        return {service: frozenset(keys) for service, keys in found.items()}

    @cached_property
    def given_techniques(self) -> dict[str, frozenset[ResourceKey]]:
        """The keys of the therapists who give any service of each kind of massage, by its catalogue slug."""
        found = rows_by(
            (each.technique, key) for service, each in self.services.items() for key in self.given_by.get(service, ())
        )
        return {technique: frozenset(keys) for technique, keys in found.items()}

    def gives_all(self, therapist: ResourceKey, techniques: Iterable[str]) -> bool:
        """Whether a therapist gives each of these kinds of massage; one that nobody has a service of is anybody's."""
        return all(therapist in self.given_techniques.get(each, {therapist}) for each in techniques)

    def resources_for(self, service: ResourceKey) -> Resources:
        """What the service with this primary key may take."""
        return Resources(
            rooms=only(self.rooms, self.only_rooms.get(service)),
            kits=only(self.kits, self.only_kits.get(service)),
            performers=tuple(key for key, each in self.therapists.items() if each.at_work and service in each.services),
        )


def only(keys: tuple[ResourceKey, ...], named: frozenset[ResourceKey] | None) -> tuple[ResourceKey, ...]:
    """Those of the keys that are named; all where nothing is."""
    return keys if named is None else tuple(key for key in keys if key in named)


def current_configuration() -> Configuration:
    """The configuration as it stands, also within the transaction that changes it. Asks its version, and no more."""
    return CONFIGURATION.current()


def read_configuration() -> Configuration:
    """The configuration from its tables."""
    practice = Practice.read()
    named = read_closures(practice.zone)
    off = rows_by((each.therapist, each.span) for each in named if not each.is_holiday)
    rules = rows_by((rule.service_id, StoredRow(rule)) for rule in ReminderRule.objects.order_by("pk"))
    rooms, kits = Room.objects.order_by("position", "pk"), StoneKit.objects.order_by("position", "pk")
    return Configuration(
        practice_row=StoredRow(practice),
        zone=practice.zone,
        therapists=read_therapists(off),
        services={
            each.pk: ConfiguredService(StoredRow(each), each.slug, each.technique, each.active)
            for each in Service.objects.all()
        },
        rooms=tuple(each.pk for each in rooms if each.active),
        kits=tuple(each.pk for each in kits if each.active),
        only_rooms=linked(Service.rooms.through, "service_id", "room_id"),
        only_kits=linked(Service.kits.through, "service_id", "stonekit_id"),
        closed=(*off[None], *(each.span for each in named if each.is_holiday and each.closed)),
        named_closures=named,
        room_rows={each.pk: StoredRow(each) for each in rooms},
        kit_rows={each.pk: StoredRow(each) for each in kits},
        reminder_rules={key: tuple(rows) for key, rows in rules.items()},
    )


def read_closures(zone: ZoneInfo) -> tuple[NamedClosure, ...]:
    """Time off by its beginning, then the holidays."""
    off = TimeOff.objects.order_by("starts_at").values_list("therapist_id", "starts_at", "ends_at", "reason")
    days = Holiday.objects.order_by("date").values_list("date", "name", "closed")
    return (
        *(NamedClosure(availability.span_around(starts, ends), why, who) for who, starts, ends, why in off),
        *(
            NamedClosure(availability.day_span(zone, day), name, is_holiday=True, closed=closed)
            for day, name, closed in days
        ),
    )


def read_therapists(off: dict[ResourceKey | None, list[Span]]) -> dict[ResourceKey, ConfiguredTherapist]:
    """Everybody in the practice's order; `off` is time off by therapist."""
    hours = rows_by(
        (key, Hours(weekday, starts, ends, valid_from, valid_until))
        for key, weekday, starts, ends, valid_from, valid_until in WorkingHours.objects.order_by("pk").values_list(
            "therapist_id", "weekday", "starts", "ends", "valid_from", "valid_until"
        )
    )
    overrides = rows_by(
        (key, DateOverride(date, () if starts is None or ends is None else ((starts, ends),)))
        for key, date, starts, ends in HoursOverride.objects.order_by("pk").values_list(
            "therapist_id", "date", "starts", "ends"
        )
    )
    services = linked(Therapist.services.through, "therapist_id", "service_id")
    at_work = set(Therapist.objects.at_work().values_list("pk", flat=True))
    return {
        each.pk: ConfiguredTherapist(
            row=StoredRow(each),
            key=each.pk,
            at_work=each.pk in at_work,
            services=services.get(each.pk, frozenset()),
            hours=tuple(hours[each.pk]),
            overrides=tuple(overrides[each.pk]),
            away=tuple(off[each.pk]),
        )
        for each in Therapist.objects.order_by("position", "sort_key", "name", "pk")
    }


def rows_by(pairs: Iterable[tuple[Any, Any]]) -> defaultdict[Any, list[Any]]:
    """What belongs to each first part, in order."""
    groups: defaultdict[Any, list[Any]] = defaultdict(list)
    for one, other in pairs:
        groups[one].append(other)
    return groups


def linked(link: type[Model], one: str, other: str) -> dict[ResourceKey, frozenset[ResourceKey]]:
    """The rows of a link between two tables, by the first."""
    pairs = link._default_manager.values_list(one, other)
    return {key: frozenset(others) for key, others in rows_by(pairs).items()}


CONFIGURATION = PerVersion(read_configuration)
