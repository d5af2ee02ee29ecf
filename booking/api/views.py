"""The API, version 1: services, free times, booking, moving, cancelling. The same actions as behind the pages."""

import datetime as dt
import re
import uuid
from typing import Annotated, Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Header, Query, Router, Status
from ninja.security import HttpBearer

from booking import actions, diary
from booking.api.problems import Invalid
from booking.api.reading import (
    Wish,
    must_be_add_ons,
    must_be_day,
    must_be_service,
    must_be_start,
    must_be_therapist,
    read_wish,
    terms_named,
)
from booking.api.schemas import AppointmentIn, AppointmentOut, CancelIn, MoveIn, Problem, ServiceOut, SlotsOut, Slug
from booking.api.times import in_zone
from booking.models import AddOn, Appointment, Service
from booking.visit_links import api_token, prolong
from clinic.errors import Refusal
from clinic.links import address
from clinic.models import ClientLink, LinkPurpose, Practice
from clinic.money import price_of
from clinic.throttle import hold_back, hold_back_bookings, network_of

router = Router()

LONGEST_RANGE = dt.timedelta(days=62)
# What fits the column and can stand in a header: visible ASCII.
KEY = re.compile(r"[\x21-\x7e]{1,120}")
REFUSALS: dict[int, Any] = {409: Problem, 415: Problem, 422: Problem, 429: Problem, 503: Problem}
CHANGES: dict[int, Any] = {200: AppointmentOut, 401: Problem, 404: Problem, **REFUSALS}


class VisitToken(HttpBearer):
    """The token of an appointment's `manage_url`."""

    def authenticate(self, request: HttpRequest, token: str) -> ClientLink | None:
        """The live link that the token opens, or None."""
        return ClientLink.objects.live().opened_by(token, LinkPurpose.VISIT)


@router.get("services", response=list[ServiceOut], summary="What can be booked")
def services(request: HttpRequest) -> list[dict[str, object]]:
    """The services on offer, in the practice's order."""
    currency = Practice.current().currency
    offered = Prefetch("add_ons", queryset=AddOn.objects.filter(active=True))
    return [
        {
            "slug": each.slug,
            "name": each.name,
            "technique": each.technique.slug,
            "minutes": each.minutes,
            "price": price_of(each),
            "currency": currency,
            "add_ons": each.add_ons.all(),
        }
        for each in Service.objects.on_offer().select_related("technique").prefetch_related(offered)
    ]


@router.get("slots", response={200: SlotsOut, 422: Problem, 429: Problem}, summary="Free times")
def slots(
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
    hold_back(request, scope="slots")
    wanted = must_be_service(service)
    begin, end = must_be_day(first, "from"), must_be_day(last, "to")
    if begin > end:
        raise Invalid({"to": [_("“to” lies before “from”.")]})
    if end - begin > LONGEST_RANGE:
        raise Invalid({"to": [_("Please ask for 62 days at most.")]})
    with_whom = must_be_therapist(therapist, wanted) if therapist else None
    added = must_be_add_ons(add_ons or [], wanted)
    free = diary.month_of(wanted, first=begin, last=end, add_ons=added, therapist=with_whom)
    practice = Practice.current()
    return {
        "service": wanted.slug,
        "time_zone": practice.time_zone,
        "slots": [
            {"start": in_zone(each.start, practice), "therapists": [who.public_id for who in each.therapists]}
            for each in free.offers
        ],
    }


@router.post("appointments", response={201: AppointmentOut, **REFUSALS}, summary="Book")
def appointments(
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
    hold_back(request, scope="book")
    if key is not None and not KEY.fullmatch(key):
        raise Invalid({"Idempotency-Key": [_("Up to 120 visible characters, for example a UUID.")]})
    read: Wish = read_wish(wish)
    practice = Practice.current()
    if practice.confirms_address:
        raise Refusal(_("Bookings here prove their address first. Please book on the page."), code="prove_address")
    hold_back_bookings(request, a_day=practice.bookings_per_network)
    booked = actions.book(
        service=read.service,
        add_ons=read.add_ons,
        start=read.start,
        therapist=read.therapist,
        client=read.person,
        answers=read.answers,
        policy_accepted=wish.policy_accepted,
        via=Appointment.Via.API,
        key=key,
        shown=terms_named(wish),
        is_stranger=True,
        network=network_of(request),
    )
    return Status(201, shown(booked))


@router.post("appointments/{uuid:public_id}/move", response=CHANGES, auth=VisitToken(), summary="Move")
def move(request: HttpRequest, public_id: uuid.UUID, wish: MoveIn) -> dict[str, object]:
    """Move an appointment to another free time with the same therapist, within the practice's rules for clients."""
    appointment = opened(request, public_id)
    start = must_be_start(wish.start)
    moved = actions.move(appointment, start=start, via=Appointment.Via.API, by_client=True, shown=terms_named(wish))
    prolong(moved)
    return shown(moved)


@router.post("appointments/{uuid:public_id}/cancel", response=CHANGES, auth=VisitToken(), summary="Cancel")
def cancel(request: HttpRequest, public_id: uuid.UUID, wish: CancelIn) -> dict[str, object]:
    """Cancel an appointment, within the practice's rules for clients."""
    appointment = opened(request, public_id)
    return shown(actions.cancel(appointment, reason=wish.reason, via=Appointment.Via.API, by_client=True))


def opened(request: HttpRequest, public_id: uuid.UUID) -> Appointment:
    """The appointment that the caller's token opens. Raises Http404 for any other, whether it exists or not (I8)."""
    hold_back(request, scope="change")
    link: ClientLink = request.auth  # type: ignore[attr-defined] # set by ninja from VisitToken
    found = Appointment.objects.with_people().filter(public_id=public_id).first() if link.opens(public_id) else None
    if found is None:
        raise Http404
    return found


def shown(appointment: Appointment) -> dict[str, object]:
    """An appointment for its owner; no health answer is in it (I10)."""
    practice = Practice.current()
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
        "manage_url": address("booking:visit", api_token(appointment)),
    }
