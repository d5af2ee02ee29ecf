"""From what a program sent to what the actions take; everything wrong is named at once, by field."""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain
from typing import TypeVar

from django.utils.translation import gettext as _

from booking.api.problems import InvalidRequest
from booking.api.schemas import AppointmentIn, MoveIn, PersonIn
from booking.appointments.booking_request import BookingRequest, PersonDetails
from booking.appointments.forms import PersonForm
from booking.appointments.on_offer import refuse_add_on
from booking.appointments.safety_form import is_within_last_year
from booking.appointments.screening import SafetyAnswers
from booking.appointments.selection import Selection, read_day, read_selection, read_start
from booking.models import Service
from booking.scheduling.configuration import current_configuration
from booking.scheduling.terms import Terms
from clients.catalogue import current_catalogue
from clients.models import Client
from clinic.models import Practice

T = TypeVar("T")


# What fits the column and can stand in a header: visible ASCII.
IDEMPOTENCY_HEADER = re.compile(r"[\x21-\x7e]{1,120}")


def must_be_idempotency_key(key: str | None) -> None:
    """Refuse what cannot be kept as one. Raises Invalid."""
    if key is not None and not IDEMPOTENCY_HEADER.fullmatch(key):
        raise InvalidRequest({"Idempotency-Key": [_("Up to 120 visible characters, for example a UUID.")]})


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
        raise InvalidRequest(unreadable_start())
    return start


def unreadable_start() -> dict[str, list[str]]:
    """What is wrong with a start that names no instant."""
    return {"start": [_("Please write a time with its offset, such as 2026-11-27T09:00:00+01:00.")]}


def must_be_selection(
    service: Service, *, therapist: str, add_ons: Sequence[str], start: str | None = None
) -> Selection:
    """What of a service was chosen: one of its therapists where one is named, add-ons that go with it, and a start.

    Raises Invalid that names all that cannot be had; a start is looked at only where one is asked for.
    """
    found = read_selection(service, start=start or "", therapist=therapist, add_ons=add_ons)
    wrong: dict[str, list[str]] = {}
    if start is not None and found.start is None:
        wrong |= unreadable_start()
    if therapist and found.therapist is None:
        wrong["therapist"] = [_("There is no such therapist for this service.")]
    if missing := sorted(set(add_ons) - {each.slug for each in found.add_ons}):
        wrong["add_ons"] = [refuse_add_on(slug, service).message for slug in missing]
    if wrong:
        raise InvalidRequest(wrong)
    return found


def errors_of(form: PersonForm, within: str = "") -> dict[str, list[str]]:
    """What is wrong with a form, by field; `within` stands before each field's name."""
    return {f"{within}{field}": [str(each) for each in errors] for field, errors in form.errors.items()}


def must_be_person(sent: PersonIn) -> PersonDetails:
    """Who comes, checked as the page checks it. Raises Invalid."""
    form = PersonForm(sent.dict())
    if not form.is_valid():
        raise InvalidRequest(errors_of(form, "client."))
    return form.person()


def file_by_id(public_id: uuid.UUID) -> Client | None:
    """The open file of this id, or the one that it was merged into."""
    found = Client.objects.filter(public_id=public_id).first()
    current = found.current_file() if found is not None else None
    return current if current is not None and current.erased_at is None else None


def must_be_answers(sent: AppointmentIn) -> SafetyAnswers:
    """The safety answers, each known to the catalogue; what got no yes is a no. Raises Invalid."""
    index = current_catalogue().index
    named: list[tuple[str, Iterable[str], Collection[str]]] = [
        ("conditions", sent.conditions, index.conditions),
        ("red_flags", sent.red_flags, index.red_flags),
        ("checked", sent.checked, index.red_flags),
        ("where", sent.where, index.conditions),
        ("where", chain.from_iterable(sent.where.values()), index.areas),
    ]
    errors: dict[str, list[str]] = {}
    for field, slugs, known in named:
        for each in sorted(set(slugs) - set(known)):
            errors.setdefault(field, []).append(_("We do not know “%(slug)s”.") % {"slug": each})
    if not all(map(is_within_last_year, sent.checked.values())):
        errors.setdefault("checked", []).append(_("Please give a day within the last 12 months."))
    if errors:
        raise InvalidRequest(errors)
    return SafetyAnswers(
        conditions=frozenset(sent.conditions),
        red_flags=frozenset(sent.red_flags) - sent.checked.keys(),
        checked={slug: day.isoformat() for slug, day in sent.checked.items()},
        where={slug: frozenset(areas) for slug, areas in sent.where.items() if areas},
        weeks=sent.weeks,
        with_pain=sent.with_pain,
    ).with_the_rest_denied()


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


def read_request(
    sent: AppointmentIn, who: Callable[[], PersonDetails | Client], *, practice: Practice, via: str, key: str | None
) -> BookingRequest:
    """A request to book, or Invalid with everything that is wrong with it; `who` reads for whom it is."""
    collector = ErrorCollector()
    service = collector.read(lambda: must_be_service(sent.service))
    selection = collector.read(lambda: selection_in_request(sent, service))
    person = collector.read(who)
    answers = collector.read(lambda: must_be_answers(sent))
    if not sent.policy_accepted:
        collector.errors["policy_accepted"] = [_("Please accept the booking policy.")]
    if collector.errors or selection is None or selection.start is None or person is None or answers is None:
        raise InvalidRequest(collector.errors)
    return BookingRequest(
        order=selection.order,
        start=selection.start,
        therapist=selection.therapist,
        client=person,
        answers=answers,
        policy_accepted=sent.policy_accepted,
        via=via,
        practice=practice,
        key=key,
        shown=terms_in_request(sent),
    )


def selection_in_request(sent: AppointmentIn, service: Service | None) -> Selection | None:
    """What was chosen, or None without a service: then only the start can be looked at. Raises Invalid."""
    if service is None:
        must_be_start(sent.start)
        return None
    therapist = str(sent.therapist) if sent.therapist is not None else ""
    return must_be_selection(service, start=sent.start, therapist=therapist, add_ons=sent.add_ons)
