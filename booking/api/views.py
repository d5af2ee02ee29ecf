"""The API, version 1: services, free times, booking, moving, cancelling. The same actions as behind the pages."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Annotated, Any

from django.db.models import Prefetch
from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Header, Query, Router, Status
from ninja.security import HttpBearer

from booking.api.problems import InvalidRequest, in_zone
from booking.api.reading import (
    must_be_day,
    must_be_idempotency_key,
    must_be_person,
    must_be_selection,
    must_be_service,
    must_be_start,
    read_request,
    terms_in_request,
)
from booking.api.schemas import (
    AppointmentIn,
    AppointmentOut,
    CancelIn,
    MoveIn,
    ProblemDocument,
    SafetyOut,
    ServiceOut,
    SlotsOut,
    Slug,
)
from booking.appointments.book import book_appointment
from booking.appointments.links import extend_links, manage_token
from booking.appointments.move import move_appointment
from booking.appointments.safety_questions import SafetyQuestions, safety_questions_for
from booking.appointments.status import cancel_appointment
from booking.models import AddOn, Appointment, Service
from booking.scheduling import schedule
from booking.scheduling.order import Order
from booking.scheduling.schedule import open_services
from clients.care.entries import Condition
from clients.catalogue import current_catalogue
from clients.catalogue.texts import client_text
from clinic.country.money import price_of
from clinic.errors import Refusal
from clinic.models import ClientLink, LinkPurpose, Practice
from clinic.web.http import HttpRequest
from clinic.web.links import link_url
from clinic.web.throttle import network_mark, throttle_bookings, throttle_request

router = Router()

MOST_SLOT_DAYS = dt.timedelta(days=62)
BOOKING_PROBLEMS: dict[int, Any] = dict.fromkeys((409, 415, 422, 429, 503), ProblemDocument)
CHANGE_PROBLEMS: dict[int, Any] = {200: AppointmentOut, 401: ProblemDocument, 404: ProblemDocument, **BOOKING_PROBLEMS}


class AppointmentToken(HttpBearer):
    """The token of an appointment's `manage_url`."""

    def authenticate(self, request: Any, token: str) -> ClientLink | None:
        """The live link that the token opens, or None."""
        return ClientLink.objects.live().opened_by(token, LinkPurpose.APPOINTMENT)


@router.get("services", response=list[ServiceOut], summary="What can be booked")
def list_services(request: HttpRequest) -> list[dict[str, object]]:
    """The services that can be booked, in the practice's order."""
    currency = request.practice.currency
    offered = Prefetch("add_ons", queryset=AddOn.objects.filter(active=True))
    services = list(Service.objects.on_offer().prefetch_related(offered))
    bookable = open_services(services)
    return [
        {
            "slug": each.slug,
            "name": each.name,
            "technique": each.technique,
            "minutes": each.minutes,
            "price": price_of(each),
            "currency": currency,
            "add_ons": each.add_ons.all(),
        }
        for each in services
        if each.pk in bookable
    ]


@router.get("safety", response={200: SafetyOut, 422: ProblemDocument}, summary="What to ask before booking")
def list_safety_questions(
    request: HttpRequest,
    service: str,
    add_ons: Annotated[list[Slug] | None, Query(description="Slugs of add-ons, one parameter each")] = None,
) -> dict[str, object]:
    """The questions of the page as data; a yes goes into `conditions` or `red_flags` of the booking."""
    wanted = must_be_service(service)
    selection = must_be_selection(wanted, therapist="", add_ons=add_ons or [])
    return safety_out(selection.order, request.practice)


@router.get("slots", response={200: SlotsOut, 422: ProblemDocument, 429: ProblemDocument}, summary="Free times")
def list_slots(
    request: HttpRequest,
    service: str,
    first: Annotated[str, Query(alias="from", description="YYYY-MM-DD, the practice's local date")],
    last: Annotated[str, Query(alias="to", description="YYYY-MM-DD, inclusive; at most 62 days after `from`")],
    therapist: str | None = None,
    add_ons: Annotated[
        list[Slug] | None, Query(description="Slugs of add-ons, one parameter each; their minutes count in")
    ] = None,
) -> dict[str, object]:
    """The times that can be booked between two local dates, both inclusive; each with who has it."""
    throttle_request(request, scope="slots")
    wanted = must_be_service(service)
    begin, end = must_be_day(first, "from"), must_be_day(last, "to")
    if begin > end:
        raise InvalidRequest({"to": [_("“to” lies before “from”.")]})
    if end - begin > MOST_SLOT_DAYS:
        raise InvalidRequest({"to": [_("Please ask for 62 days at most.")]})
    practice, chosen = request.practice, must_be_selection(wanted, therapist=therapist or "", add_ons=add_ons or [])
    free = schedule.month_of(chosen.order, first=begin, last=end, therapist=chosen.therapist)
    return {
        "service": wanted.slug,
        "time_zone": practice.time_zone,
        "slots": [
            {"start": in_zone(each.start, practice), "therapists": [who.public_id for who in each.therapists]}
            for each in free.offers
        ],
    }


@router.post("appointments", response={201: AppointmentOut, **BOOKING_PROBLEMS}, summary="Book")
def create_appointment(
    request: HttpRequest,
    wish: AppointmentIn,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key", description="A UUID of yours: sent again with the same body it books nothing new"
        ),
    ] = None,
) -> Status[dict[str, object]]:
    """Book an appointment. The same key and body answer with the same appointment again."""
    throttle_request(request, scope="book")
    must_be_idempotency_key(key)
    practice, via = request.practice, Appointment.Via.API
    asked = read_request(wish, lambda: must_be_person(wish.client), practice=practice, via=via, key=key)
    if practice.confirms_address:
        raise Refusal(_("Bookings here prove their address first. Please book on the page."), code="prove_address")
    throttle_bookings(request, a_day=practice.bookings_per_network)
    booked = book_appointment(replace(asked, is_stranger=True, network=network_mark(request)))
    return Status(201, appointment_out(booked, practice))


@router.post("appointments/{uuid:public_id}/move", response=CHANGE_PROBLEMS, auth=AppointmentToken(), summary="Move")
def move_endpoint(request: HttpRequest, public_id: uuid.UUID, wish: MoveIn) -> dict[str, object]:
    """Move an appointment to another free time with the same therapist, within the practice's rules for clients."""
    appointment = appointment_by_token(request, public_id)
    start = must_be_start(wish.start)
    moved = move_appointment(
        appointment,
        start=start,
        via=Appointment.Via.API,
        practice=request.practice,
        by_client=True,
        shown=terms_in_request(wish),
    )
    extend_links(moved)
    return appointment_out(moved, request.practice)


@router.post(
    "appointments/{uuid:public_id}/cancel", response=CHANGE_PROBLEMS, auth=AppointmentToken(), summary="Cancel"
)
def cancel_endpoint(request: HttpRequest, public_id: uuid.UUID, wish: CancelIn) -> dict[str, object]:
    """Cancel an appointment, within the practice's rules for clients."""
    appointment = appointment_by_token(request, public_id)
    via, practice = Appointment.Via.API, request.practice
    cancelled = cancel_appointment(appointment, reason=wish.reason, via=via, practice=practice, by_client=True)
    return appointment_out(cancelled, practice)


def appointment_by_token(request: HttpRequest, public_id: uuid.UUID) -> Appointment:
    """The appointment that the caller's token opens. Raises Http404 for any other, whether it exists or not (I8)."""
    throttle_request(request, scope="change")
    link: ClientLink = request.auth  # type: ignore[attr-defined] # set by ninja from AppointmentToken
    found = Appointment.objects.with_people().filter(public_id=public_id).first() if link.opens(public_id) else None
    if found is None:
        raise Http404
    return found


def appointment_out(appointment: Appointment, practice: Practice) -> dict[str, object]:
    """An appointment for its owner; no health answer is in it (I10)."""
    return {
        "id": appointment.public_id,
        "start": in_zone(appointment.starts_at, practice),
        "end": in_zone(appointment.ends_at, practice),
        "service": appointment.service.slug,
        "add_ons": [each.add_on.slug for each in appointment.added],
        "therapist": appointment.therapist.public_id,
        "room": appointment.room.name if appointment.room else None,
        "status": appointment.status,
        "minutes": appointment.minutes,
        "price": appointment.price,
        "currency": appointment.currency,
        "manage_url": link_url("booking:appointment", manage_token(appointment)),
    }


def safety_out(order: Order, practice: Practice) -> dict[str, object]:
    """What the page asks before an order may be booked, in the words of the practice's country."""
    catalogue = current_catalogue()
    questions = safety_questions_for(catalogue, *order.judged_items, region=practice.country)
    return {
        "service": order.service.slug,
        "add_ons": [each.slug for each in order.add_ons],
        "groups": [
            {
                "slug": each.group.id,
                "name": each.group.name,
                "gate": client_text(each.group.gate, practice),
                "conditions": [condition_out(one, questions, practice) for one in each.conditions],
            }
            for each in questions.groups
        ],
        "red_flags": [
            {
                "slug": each.id,
                "question": client_text(each.question, practice),
                "may_be_checked": each.checked is not None,
            }
            for each in questions.red_flags
        ],
        "areas": [{"slug": each.id, "name": each.name} for each in catalogue.areas],
    }


def condition_out(condition: Condition, questions: SafetyQuestions, practice: Practice) -> dict[str, object]:
    """One condition, with what else is asked about it."""
    return {
        "slug": condition.id,
        "question": client_text(condition.ask, practice),
        "text": client_text(condition.text, practice),
        "asks_where": condition.id in questions.with_place,
        "asks_weeks": condition.id in questions.by_weeks,
        "lasts_days": condition.lasts_days,
    }
