"""A line of a file as a coming appointment: when, what, with whom, for whom. What cannot be read says why."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import AddOn, Service, Therapist
from clients.imports.clients import PeopleReader
from clients.imports.dates import DateOrder, NoDate, read_clock_alone, read_date, read_length, read_time_cell
from clients.imports.people import ImportedPerson, UnusableLine, person_of
from clients.models import ImportLine, ImportRun
from clinic.country.locale import read_amount
from clinic.identity import loose_key
from clinic.models import Practice

# How other programs call what does not take place any more, or has taken place.
CANCELLED = ("cancel", "declin", "reject", "delet", "void")
MISSED = ("no show", "no-show", "noshow", "did not arrive", "missed", "dna")
TAKEN_PLACE = ("complet", "finish", "checked out", "closed", "paid")
ASKED_FOR = ("request", "pending", "unconfirm", "tentative", "waiting", "unaccepted")


@dataclass(frozen=True, kw_only=True)
class ImportedAppointment:
    """What a line says of an appointment."""

    person: ImportedPerson
    start: dt.datetime
    minutes: int | None
    """As the file has it; without, the service says how long it is."""
    price: Decimal | None
    """As the file has it; without, the service says what it costs."""
    service: Service
    add_ons: tuple[AddOn, ...]
    therapist: Therapist
    only_requested: bool
    note: str


@dataclass
class PracticeNames:
    """The services, add-ons and therapists of the practice, and which name of a file means which of them."""

    services: dict[str, Service] = field(default_factory=dict)
    therapists: dict[str, Therapist] = field(default_factory=dict)
    add_ons: dict[str, AddOn] = field(default_factory=dict)
    told_services: Mapping[str, str] = field(default_factory=dict)
    told_therapists: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, mapping: Mapping[str, Mapping[str, str]]) -> "PracticeNames":
        """As they are now, with what somebody matched by hand."""
        return cls(
            services={each.slug: each for each in Service.objects.filter(active=True).order_by("position", "pk")},
            therapists={str(each.public_id): each for each in Therapist.objects.at_work().order_by("position", "pk")},
            add_ons={loose_key(each.name, ""): each for each in AddOn.objects.filter(active=True)},
            told_services=mapping.get("services", {}),
            told_therapists=mapping.get("therapists", {}),
        )

    def service(self, name: str, minutes: int | None) -> Service | None:
        """The service that a name means: as it was told, else by its name and length, else by its name alone."""
        if told := self.told_services.get(service_key(name, minutes)):
            return self.services.get(told)
        wanted = loose_key(name, "")
        named = [
            each
            for each in self.services.values()
            if wanted in (loose_key(each.name, ""), loose_key(f"{each.name} {each.minutes} min", ""))
        ]
        fitting = [each for each in named if each.minutes == minutes]
        found = fitting or (named if minutes is None else [])
        return found[0] if len(found) == 1 else None

    def therapist(self, name: str) -> Therapist | None:
        """The therapist that a name means; in a practice of one, that one."""
        if told := self.told_therapists.get(name):
            return self.therapists.get(told)
        if len(self.therapists) == 1:
            return next(iter(self.therapists.values()))
        wanted = loose_key(name, "")
        found = [each for each in self.therapists.values() if wanted and loose_key(each.name, "") == wanted]
        return found[0] if len(found) == 1 else None


def service_key(name: str, minutes: int | None) -> str:
    """What a service of a file is told apart by: its name, and its length where the file has one."""
    return f"{name} · {minutes} min" if minutes else name


class AppointmentReader:
    """Reads lines as appointments, by the columns and names of their import."""

    def __init__(self, run: ImportRun, practice: Practice) -> None:
        self.people = PeopleReader(run, practice)
        self.practice = practice
        self.names = PracticeNames.of(run.mapping)
        self.orders = {name: DateOrder(order) for name, order in run.mapping.get("dates", {}).items()}

    def cells(self, line: ImportLine) -> dict[str, str]:
        """What a line says by field. Raises UnusableLine for a line that is damaged as a whole."""
        cells, problem = self.people.lines.read(line)
        if problem:
            raise UnusableLine(problem)
        return cells

    def read(self, line: ImportLine) -> ImportedAppointment:
        """The appointment of a line. Raises UnusableLine."""
        cells = self.cells(line)
        only_requested = status_of_line(cells.get("status", ""))
        try:
            start = self.start_of(cells)
            minutes = self.minutes_of(cells, start)
        except NoDate as error:
            raise UnusableLine(_("when: %(why)s") % {"why": error}) from error
        if start <= timezone.now():
            raise UnusableLine(_("it is past: only what is still to come is booked"))
        return ImportedAppointment(
            person=person_of(cells, region=self.people.region, born=None, today=self.people.today),
            start=start,
            minutes=minutes,
            price=price_of_line(cells.get("price", ""), self.practice.currency),
            service=self.service_of(cells, minutes),
            add_ons=self.add_ons_of(cells.get("add_ons", "")),
            therapist=self.therapist_of(cells),
            only_requested=only_requested,
            note=cells.get("note", ""),
        )

    def start_of(self, cells: Mapping[str, str]) -> dt.datetime:
        """When it begins. Raises NoDate, also for a time that the clock leaves out in spring."""
        field, text = ("starts", cells["starts"]) if cells.get("starts") else ("day", cells.get("day", ""))
        if not text or field not in self.orders:
            raise NoDate(_("no date"))
        day, clock, offset = read_date(text, self.orders[field]), None, None
        if found := read_time_cell(text):
            clock, offset = found
        if cells.get("time") and (clock is None or field == "day"):
            clock, offset = read_clock_alone(cells["time"]), None
        if clock is None:
            raise NoDate(_("no time of day"))
        return self.instant(day, clock, offset)

    def instant(self, day: dt.date, clock: dt.time, offset: dt.timedelta | None) -> dt.datetime:
        """A moment by the clock of the practice, or by the offset that the file names; in UTC. Raises NoDate."""
        if offset is not None:
            return dt.datetime.combine(day, clock, dt.timezone(offset)).astimezone(dt.UTC)
        local = dt.datetime.combine(day, clock, self.practice.zone)
        start = local.astimezone(dt.UTC)
        if start.astimezone(self.practice.zone).time() != clock:
            raise NoDate(_("the clock leaves this time out when summer begins"))
        return start

    def minutes_of(self, cells: Mapping[str, str], start: dt.datetime) -> int | None:
        """The length as the file has it. Raises NoDate."""
        if text := cells.get("minutes"):
            return read_length(text) or None
        if not (text := cells.get("ends")):
            return None
        if found := read_time_cell(text):
            clock, offset = found
        else:
            clock, offset = read_clock_alone(text), None
        end = self.instant(self.practice.date_of(start), clock, offset)
        if end <= start:
            end += dt.timedelta(days=1)
        return round((end - start).total_seconds() / 60)

    def service_of(self, cells: Mapping[str, str], minutes: int | None) -> Service:
        """The service. Raises UnusableLine for one that is matched with none of ours."""
        parts = self.add_ons_of(cells.get("add_ons", ""))
        alone = minutes - sum(each.minutes for each in parts) if minutes else None
        found = self.names.service(cells.get("service", ""), alone)
        if found is None:
            raise UnusableLine(_("its service is matched with none of yours"))
        return found

    def add_ons_of(self, text: str) -> tuple[AddOn, ...]:
        """The add-ons, one a line or between semicolons. Raises UnusableLine for one that is not ours."""
        wanted = [each.strip() for each in text.replace("\n", ";").split(";") if each.strip()]
        found = [self.names.add_ons.get(loose_key(each, "")) for each in wanted]
        if not all(found):
            raise UnusableLine(_("an add-on is none of yours"))
        return tuple(each for each in found if each is not None)

    def therapist_of(self, cells: Mapping[str, str]) -> Therapist:
        """The therapist. Raises UnusableLine for one that is matched with none of ours."""
        found = self.names.therapist(cells.get("therapist", ""))
        if found is None:
            raise UnusableLine(_("its therapist is matched with none of yours"))
        return found


def price_of_line(text: str, currency: str) -> Decimal | None:
    """What it costs by the file; None where the file does not say. Raises UnusableLine."""
    try:
        return read_amount(text, currency) if text else None
    except ValueError as error:
        raise UnusableLine(_("its price is no amount in %(currency)s") % {"currency": currency}) from error


def status_of_line(text: str) -> bool:
    """Whether it was only asked for. Raises UnusableLine for what was cancelled, missed or has taken place."""
    said = text.strip().casefold()
    if any(each in said for each in CANCELLED):
        raise UnusableLine(_("it was cancelled there"))
    if any(each in said for each in MISSED):
        raise UnusableLine(_("the client did not come: only what is still to come is booked"))
    if any(each in said for each in TAKEN_PLACE):
        raise UnusableLine(_("it has taken place there: only what is still to come is booked"))
    return any(each in said for each in ASKED_FOR)


@dataclass(frozen=True)
class NameToMatch:
    """A name of a service or therapist in a file: as it stands there, on how many lines, and what of ours it means."""

    name: str
    lines: int
    meant: str


def names_to_match(run: ImportRun, practice: Practice) -> tuple[list[NameToMatch], list[NameToMatch]]:
    """The services and the therapists that the coming lines of a file name, in the order of how often."""
    reader = AppointmentReader(run, practice)
    services: dict[str, list[str]] = {}
    therapists: dict[str, list[str]] = {}
    for line in run.lines.order_by("number").iterator(chunk_size=1000):
        try:
            cells = reader.cells(line)
            status_of_line(cells.get("status", ""))
            start = reader.start_of(cells)
            minutes = reader.minutes_of(cells, start)
            parts = reader.add_ons_of(cells.get("add_ons", ""))
        except (UnusableLine, NoDate):
            continue
        if start <= timezone.now():
            continue
        alone = minutes - sum(each.minutes for each in parts) if minutes else None
        name = cells.get("service", "")
        meant = reader.names.service(name, alone)
        services.setdefault(service_key(name, alone), []).append(meant.slug if meant else "")
        person = reader.names.therapist(cells.get("therapist", ""))
        therapists.setdefault(cells.get("therapist", ""), []).append(str(person.public_id) if person else "")
    return counted(services.items()), counted(therapists.items())


def counted(found: Iterable[tuple[str, list[str]]]) -> list[NameToMatch]:
    """Names with how many lines have them, the most frequent first."""
    return sorted((NameToMatch(name, len(all_), all_[0]) for name, all_ in found), key=lambda each: -each.lines)
