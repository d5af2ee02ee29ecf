"""The page between a time and the booking: what it is, what must be true today, and one button that says both."""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import flow
from booking.actions import book
from booking.again import Standing, standing_answers
from booking.errors import Emergency, NotSuitable, SlotTaken
from booking.models import Appointment, Service
from booking.order import order_of
from booking.terms import terms_in, terms_of
from booking.views.me.common import own_page, page_of
from booking.views.me.front import again_url
from booking.views.public.common import ServiceGone, as_refused, choose_again, is_near, offered, to
from booking.views.public.details import look, other_times
from booking.views.public.wishes import Chosen, chosen_in
from clients.access import reads_as
from clients.actions import note_access
from clients.models import Client
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice
from clinic.throttle import hold_back, network_of


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest, client: Client, slug: str) -> HttpResponse:
    """Show what is booked and ask for today's warning signs; the button answers "none" and books.

    Where the answers on file do not carry that far, or one of them speaks against it, the whole question is asked.
    """
    try:
        service = offered(slug)
    except ServiceGone:
        if request.method != "POST" and not Service.objects.filter(slug=slug).exists():
            raise
        messages.warning(request, _("That massage is not offered any more. Please choose another."))
        return redirect(page_of(client))
    chosen = chosen_in(request.GET, service)
    if unoffered := choose_again(request, service, chosen):
        return unoffered
    standing = standing_answers(client, order_of(service, chosen.add_ons))
    if chosen.start is None or standing is None:
        return to("booking:service", service, chosen)
    if request.method == "POST" and request.POST.get("asked") != standing.asked:
        changed = Refusal(_("Our questions have changed meanwhile. Please read them once more."))
        return page(request, client, service, chosen, standing, refusal=changed, status=422)
    if request.method == "POST":
        return book_again(request, client, service, chosen, standing, start=chosen.start)
    free, others = look(order_of(service, chosen.add_ons), chosen.start, chosen.therapist)
    gone = None if free else SlotTaken(_("That time is not free any more."), alternatives=others)
    return page(request, client, service, chosen, standing, refusal=gone, status=200 if free else 409)


def book_again(
    request: HttpRequest,
    client: Client,
    service: Service,
    chosen: Chosen,
    standing: Standing,
    *,
    start: dt.datetime,
) -> HttpResponse:
    """Book with the answers that stand, or say what is in the way."""
    try:
        hold_back(request, scope="book")
        appointment = book(
            service=service,
            add_ons=chosen.add_ons,
            start=start,
            therapist=chosen.therapist,
            client=client,
            answers=standing.answers,
            policy_accepted=True,
            via=Appointment.Via.WEB,
            key=key_in(request),
            shown=terms_in(request.POST),
            network=network_of(request),
        )
    except (Emergency, NotSuitable):
        return to("booking:service", service, chosen)
    except Refusal as error:
        return as_refused(page(request, client, service, chosen, standing, refusal=error), error)
    flow.finish(request, appointment.public_id)
    return redirect("booking:done", key=str(appointment.public_id))


def key_in(request: HttpRequest) -> str:
    """The key of this page's form, so that a second sending is the same booking (I4)."""
    try:
        return str(uuid.UUID(request.POST.get("key", "")))
    except ValueError:
        return str(uuid.uuid4())


def page(
    request: HttpRequest,
    client: Client,
    service: Service,
    chosen: Chosen,
    standing: Standing,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """What is booked, what is asked, the policy, and the button. That answers are on file is health data: logged."""
    note_access(client, noun="safety answers", action=AccessEvent.Action.VIEW, actor=reads_as(request))
    order, start, practice = order_of(service, chosen.add_ons), chosen.start, Practice.current()
    gone = refusal if isinstance(refusal, SlotTaken) else None
    context = {
        "client": client,
        "order": order,
        "start": start,
        "end": start + dt.timedelta(minutes=order.minutes) if start else None,
        "is_near": is_near(service, start),
        "therapist": chosen.therapist,
        "standing": standing,
        "policy": practice.policy,
        "terms": terms_of(order, practice),
        "key": uuid.uuid4(),
        "refusal": refusal,
        "alternatives": other_times(gone, chosen, again_url(client.public_id, service.slug)) if gone else [],
        "is_gone": gone is not None,
        "full_url": reverse("booking:service", args=[service.slug]) + chosen.query(),
        "back_url": page_of(client),
    }
    return render(request, "booking/me/again.html", context, status=status)
