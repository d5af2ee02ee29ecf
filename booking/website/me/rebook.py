"""The page between a time and the booking: what it is, what must be true today, and one button that says both."""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.appointments.book import book_appointment
from booking.appointments.booking_request import BookingRequest
from booking.appointments.rebooking import StandingAnswers, standing_answers
from booking.appointments.selection import Selection, selection_from
from booking.errors import EmergencyAnswer, NotSuitable, SlotTaken
from booking.models import Appointment, Service
from booking.scheduling.terms import terms_in_form, terms_of
from booking.website import booking_session
from booking.website.common import (
    ServiceGone,
    back_to_add_ons,
    is_past_cutoff,
    offered_service,
    redirect_to_step,
    with_refusal_status,
)
from booking.website.details import check_time, other_times
from booking.website.me.access import client_home_url, own_file_only
from booking.website.me.home import rebook_url
from clients.catalogue.texts import client_text
from clients.models import Client
from clients.record.access import reader_label
from clients.record.access_log import note_access
from clinic.errors import Refusal
from clinic.models import AccessEvent
from clinic.web.http import HttpRequest
from clinic.web.links import uuid_or_none
from clinic.web.throttle import network_mark, throttle_request


@own_file_only
@require_http_methods(["GET", "HEAD", "POST"])
def rebook_page(request: HttpRequest, client: Client, slug: str) -> HttpResponse:
    """Show it and ask for today's signs; "none" books. Where old answers do not carry, all is asked."""
    try:
        service = offered_service(slug)
    except ServiceGone:
        if request.method != "POST" and not Service.objects.filter(slug=slug).exists():
            raise
        messages.warning(request, _("That massage is not offered any more. Please choose another."))
        return redirect(client_home_url(client))
    selection = selection_from(request.GET, service)
    if unoffered := back_to_add_ons(request, selection):
        return unoffered
    standing = standing_answers(client, selection.order, request.practice)
    if selection.start is None or standing is None or not standing.suits:
        return redirect_to_step("booking:service", selection)
    if request.method == "POST" and request.POST.get("asked") != standing.asked:
        changed = Refusal(_("Our questions have changed meanwhile. Please read them once more."))
        return render_rebook(request, client, selection, standing, refusal=changed, status=422)
    if request.method == "POST":
        return rebook(request, client, selection, standing, start=selection.start)
    free, others = check_time(selection, selection.start, request.practice)
    gone = None if free else SlotTaken(_("That time is not free any more."), alternatives=others)
    return render_rebook(request, client, selection, standing, refusal=gone, status=200 if free else 409)


def rebook(
    request: HttpRequest,
    client: Client,
    selection: Selection,
    standing: StandingAnswers,
    *,
    start: dt.datetime,
) -> HttpResponse:
    """Book with the answers that stand, or say what is in the way."""
    try:
        throttle_request(request, scope="book")
        appointment = book_appointment(
            BookingRequest(
                order=selection.order,
                start=start,
                therapist=selection.therapist,
                client=client,
                answers=standing.answers.with_the_rest_denied(),
                policy_accepted=True,
                via=Appointment.Via.WEB,
                practice=request.practice,
                key=idempotency_key_in(request),
                shown=terms_in_form(request.POST),
                network=network_mark(request),
            )
        )
    except (EmergencyAnswer, NotSuitable):
        return redirect_to_step("booking:service", selection)
    except Refusal as error:
        return with_refusal_status(render_rebook(request, client, selection, standing, refusal=error), error)
    booking_session.finish_booking(request, appointment.public_id)
    return redirect("booking:booked", key=str(appointment.public_id))


def idempotency_key_in(request: HttpRequest) -> str:
    """The key of this page's form, so that a second sending is the same booking (I4)."""
    return str(uuid_or_none(request.POST.get("key", "")) or uuid.uuid4())


def render_rebook(
    request: HttpRequest,
    client: Client,
    selection: Selection,
    standing: StandingAnswers,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """What is booked, what is asked, the policy, and the button. That answers are on file is health data: logged."""
    note_access(client, noun="safety answers", action=AccessEvent.Action.VIEW, actor=reader_label(request))
    order, start, practice = selection.order, selection.start, request.practice
    gone = refusal if isinstance(refusal, SlotTaken) else None
    context = {
        "client": client,
        "order": order,
        "start": start,
        "end": start + dt.timedelta(minutes=order.minutes) if start else None,
        "is_near": is_past_cutoff(order.service, start, practice),
        "therapist": selection.therapist,
        "standing": standing,
        "today": [client_text(each.ask, practice) for each in standing.today.conditions],
        "signs": [client_text(each.question, practice) for each in standing.today.red_flags],
        "policy": practice.policy,
        "terms": terms_of(order, practice),
        "key": uuid.uuid4(),
        "refusal": refusal,
        "alternatives": other_times(gone, selection, rebook_url(client.public_id, order.service.slug)) if gone else [],
        "is_gone": gone is not None,
        "full_url": selection.url("booking:service"),
        "back_url": client_home_url(client),
    }
    return render(request, "booking/website/me/rebook.html", context, status=status)
