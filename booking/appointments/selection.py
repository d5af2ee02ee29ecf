"""What a visitor chose, as it travels in addresses: day or start, therapist, add-ons; no health answer (I10)."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import AddOn, Service, Therapist
from booking.scheduling.configuration import current_configuration
from booking.scheduling.order import Order
from clinic.errors import Refusal
from clinic.web.links import uuid_or_none

DAY_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Dates at the edge of the calendar would overflow as soon as someone asks for the day before.
SHOWN_YEARS = range(1971, 2200)
# How addresses and forms name add-ons: once for each.
ADD_ON_FIELD = "add_ons"


@dataclass(frozen=True)
class Selection:
    """A service with what is added to it, a start (aware UTC) and a therapist, each perhaps still open.

    `day` is the local date that is looked at as long as no start is chosen.
    """

    service: Service
    start: dt.datetime | None = None
    therapist: Therapist | None = None
    add_ons: tuple[AddOn, ...] = ()
    day: dt.date | None = None

    @cached_property
    def order(self) -> Order:
        """What is to be booked, at today's lengths and prices."""
        return Order.of(self.service, self.add_ons)

    def url(self, step: str, **more: str) -> str:
        """The address of a step of the booking, named as in `urls`, with the choice so far."""
        return reverse(step, args=[self.service.slug]) + self.query(**more)

    def query(self, **more: str) -> str:
        """The choice as the query part of an address, with `?` in front where there is any."""
        parts: dict[str, str | list[str]] = {**more}
        if self.start is not None:
            parts["start"] = start_as_text(self.start)
        elif self.day is not None:
            parts.setdefault("day", self.day.isoformat())
        if self.therapist is not None:
            parts["therapist"] = str(self.therapist.public_id)
        if self.add_ons:
            parts[ADD_ON_FIELD] = [each.slug for each in self.add_ons]
        return f"?{urlencode(parts, doseq=True)}" if parts else ""

    @property
    def at_any_time(self) -> "Selection":
        """The selection with the start still open, on the day that it had."""
        if self.start is None:
            return self
        return replace(self, start=None, day=timezone.localtime(self.start).date())

    @property
    def with_anyone(self) -> "Selection":
        """The selection with any therapist."""
        return replace(self, therapist=None)


def start_as_text(start: dt.datetime) -> str:
    """An instant as it stands in addresses: UTC, so that no plus sign is read as a space."""
    return start.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_start(text: str) -> dt.datetime | None:
    """The aware UTC instant that an ISO 8601 text with an offset names, or None."""
    try:
        start = dt.datetime.fromisoformat(text.strip().replace(" ", "+"))
        # Years at the edge of the calendar would overflow as soon as someone asks for the day before.
        if start.tzinfo is None or not 1971 <= start.year <= 2200:
            return None
        return start.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def read_therapist(text: str, service: Service) -> Therapist | None:
    """The active therapist of a service whose public id this is, or None."""
    configuration, key = current_configuration(), uuid_or_none(text)
    performers = configuration.resources_for(service.pk).performers
    return next((each for each in map(configuration.therapist, performers) if each.public_id == key), None)


def read_add_ons(slugs: Iterable[str], service: Service) -> tuple[AddOn, ...]:
    """Those of the add-ons named that are offered with a service, in the practice's order, each once."""
    named = {slug for slug in slugs if "\x00" not in slug}
    return tuple(AddOn.objects.offered_with(service).filter(slug__in=named)) if named else ()


def read_selection(service: Service, *, start: str, therapist: str, add_ons: Iterable[str], day: str = "") -> Selection:
    """What somebody named, empty where nothing; what cannot be read counts as not chosen."""
    return Selection(
        service,
        start=read_start(start) if start else None,
        therapist=read_therapist(therapist, service) if therapist else None,
        add_ons=read_add_ons(add_ons, service),
        day=read_day(day),
    )


def selection_from(data: QueryDict, service: Service) -> Selection:
    """What an address or a form names."""
    return read_selection(
        service,
        start=data.get("start", ""),
        therapist=data.get("therapist", ""),
        add_ons=data.getlist(ADD_ON_FIELD),
        day=data.get("day", ""),
    )


def has_unoffered_add_on(data: QueryDict, selection: Selection) -> bool:
    """Whether an add-on was named that is not offered, or not any more."""
    return set(data.getlist(ADD_ON_FIELD)) != {each.slug for each in selection.add_ons}


def has_unreadable_part(data: QueryDict, selection: Selection) -> bool:
    """Whether something was named that could not be read: an old or a tampered address."""
    return bool(
        (data.get("start") and selection.start is None) or (data.get("therapist") and selection.therapist is None)
    )


def unreadable_selection() -> Refusal:
    """The answer to a start or therapist that nobody can read."""
    return Refusal(_("We could not read that time. Please choose one from the list."), code="invalid", field="start")


def read_day(text: str) -> dt.date | None:
    """The date that `YYYY-MM-DD` names, or None."""
    if not DAY_PATTERN.fullmatch(text.strip()):
        return None
    try:
        day = dt.date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if day.year in SHOWN_YEARS else None
