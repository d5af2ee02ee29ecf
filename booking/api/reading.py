"""From what a program sent to what the actions take; everything wrong is named at once, by field."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as _

from booking.api.problems import InvalidRequest
from booking.api.schemas import AppointmentIn, MoveIn, PersonIn
from booking.appointments.add_ons import refuse_add_on
from booking.appointments.booking_request import PersonDetails, SafetyAnswers
from booking.appointments.forms import PersonForm
from booking.appointments.selection import read_add_ons, read_day, read_start, read_therapist
from booking.models import AddOn, Service, Therapist
from booking.scheduling.configuration import current_configuration
from booking.scheduling.order import Order
from booking.scheduling.terms import Terms
from clients.catalogue import current_catalogue

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """What a program asked to book, as the actions take it."""

    order: Order
    start: dt.datetime
    therapist: Therapist | None
    person: PersonDetails
    answers: SafetyAnswers


def must_be_service(slug: str) -> Service:
    """The service on offer with this slug. Raises Invalid."""
    found = current_configuration().service_on_offer(slug)
    if found is None:
        raise InvalidRequest({"service": [_("There is no such service on offer.")]})
    return found


def must_be_day(text: str, field: str) -> dt.date:
    """A date in the form YYYY-MM-DD. Raises Invalid."""
    day = read_day(text)
    if day is None:
        raise InvalidRequest({field: [_("Please write a date as YYYY-MM-DD.")]})
    return day


def must_be_start(text: str) -> dt.datetime:
    """An instant with offset, as aware UTC. Raises Invalid."""
    start = read_start(text)
    if start is None:
        raise InvalidRequest({"start": [_("Please write a time with its offset, such as 2026-11-27T09:00:00+01:00.")]})
    return start


def must_be_therapist(text: str, service: Service) -> Therapist:
    """The active therapist of this service with this public id. Raises Invalid."""
    found = read_therapist(text, service)
    if found is None:
        raise InvalidRequest({"therapist": [_("There is no such therapist for this service.")]})
    return found


def must_be_add_ons(slugs: Sequence[str], service: Service) -> tuple[AddOn, ...]:
    """The add-ons with these slugs, each offered with this service. Raises Invalid that names the others."""
    found = read_add_ons(slugs, service)
    missing = sorted(set(slugs) - {each.slug for each in found})
    if missing:
        raise InvalidRequest({"add_ons": [refuse_add_on(slug, service).message for slug in missing]})
    return found


def must_be_person(sent: PersonIn) -> PersonDetails:
    """Who comes, checked as the page checks it. Raises Invalid."""
    form = PersonForm(sent.dict())
    if not form.is_valid():
        raise InvalidRequest(
            {f"client.{field}": [str(each) for each in errors] for field, errors in form.errors.items()}
        )
    return form.person()


def must_be_answers(sent: AppointmentIn) -> SafetyAnswers:
    """The safety answers, each known to the catalogue. Raises Invalid."""
    if not sent.conditions and not sent.red_flags:
        return SafetyAnswers()
    index = current_catalogue().index
    unknown = {
        field: sorted(set(slugs) - set(known))
        for field, slugs, known in [
            ("conditions", sent.conditions, index.conditions),
            ("red_flags", sent.red_flags, index.red_flags),
        ]
    }
    errors = {
        field: [_("We do not know “%(slug)s”.") % {"slug": each} for each in slugs]
        for field, slugs in unknown.items()
        if slugs
    }
    if errors:
        raise InvalidRequest(errors)
    return SafetyAnswers(conditions=frozenset(sent.conditions), red_flags=frozenset(sent.red_flags))


def terms_in_request(sent: AppointmentIn | MoveIn) -> Terms:
    """Price and length that a request says its person was shown, as far as it names them."""
    return Terms(price=sent.price, currency=sent.currency or "", minutes=sent.minutes)


class ErrorCollector:
    """Reads one part after the other and remembers what was wrong with each."""

    def __init__(self) -> None:
        self.errors: dict[str, list[str]] = {}

    def read(self, reader: Callable[[], T]) -> T | None:
        """What `reader` reads, or None where it raised Invalid."""
        try:
            return reader()
        except InvalidRequest as error:
            self.errors |= error.errors
            return None


def read_request(sent: AppointmentIn) -> Asked:
    """All of a request to book, or Invalid with everything that is wrong with it."""
    collector = ErrorCollector()
    service = collector.read(lambda: must_be_service(sent.service))
    start = collector.read(lambda: must_be_start(sent.start))
    person = collector.read(lambda: must_be_person(sent.client))
    answers = collector.read(lambda: must_be_answers(sent))
    therapist, add_ons = None, None
    if service is not None:
        with_it = service
        add_ons = collector.read(lambda: must_be_add_ons(sent.add_ons, with_it))
    if sent.therapist is not None and service is not None:
        asked, of = str(sent.therapist), service
        therapist = collector.read(lambda: must_be_therapist(asked, of))
    if not sent.policy_accepted:
        collector.errors["policy_accepted"] = [_("Please accept the booking policy.")]
    if collector.errors or service is None or start is None or person is None or answers is None or add_ons is None:
        raise InvalidRequest(collector.errors)
    return Asked(Order.of(service, add_ons), start, therapist, person, answers)
