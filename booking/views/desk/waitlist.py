"""The waitlist at the desk: who waits, adding a client, offering a freed time, and what a client said by phone."""

import datetime as dt
import itertools
import uuid
from collections.abc import Callable

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.access import appointment_for, client_for, note_list, team_only, wait_for, waits_for
from booking.actions.waitlist import accept_offer, decline_offer, end_wait, join_waitlist, offer_time
from booking.errors import Emergency, NotSuitable
from booking.forms.waiting import DeskWaitForm
from booking.models import Appointment, WaitlistEntry, WaitlistOffer
from booking.models.appointment import Status
from booking.models.waitlist import WaitEnd, WaitState
from booking.questions import questions_for
from booking.views.desk.keeping import keeps_note
from booking.views.desk.mails import booked_in_words, telling
from clients.actions import note_access
from clients.catalogue import current
from clients.models import Client
from clinic.errors import Refusal
from clinic.http import StaffRequest
from clinic.models import AccessEvent, Practice, User
from clinic.posting import post_only

VIA = Appointment.Via.DESK
SHOWN = 100
# How many of those who wait for a freed time are shown beside it.
CANDIDATES = 8


@team_only
@require_safe
def waitlist(request: StaffRequest) -> HttpResponse:
    """Who waits, the longest first, with what is held for whom."""
    still_open = WaitlistOffer.objects.filter(outcome=WaitlistOffer.Outcome.OPEN).select_related("appointment")
    found = waits_for(request.user).live().prefetch_related(Prefetch("offers", still_open, to_attr="open_offers"))
    entries = list(found.order_by("created_at", "id")[:SHOWN])
    note_list(request.user, "waitlist")
    context = {"section": "waitlist", "entries": entries, "more": len(entries) == SHOWN}
    return render(request, "booking/desk/waitlist.html", context)


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put a client on the waitlist, with the safety question asked."""
    client = client_for(request.user, public_id)
    form = DeskWaitForm(
        request.POST if request.method == "POST" else None,
        questions=questions_for(current(), ""),
        intake=client.latest_intake(),
    )
    if request.method != "POST":
        return add_page(request, client, form)
    if not form.is_valid():
        return add_page(request, client, form, status=422)
    typed = form.cleaned_data
    try:
        join_waitlist(
            service=typed["service_choice"],
            client=client,
            answers=form.answers(),
            suits=form.suits(),
            therapist=form.with_whom(),
            via=VIA,
        )
    except (Emergency, NotSuitable) as unsafe:
        form.add_error("safety", unsafe.for_team)
        return add_page(request, client, form, unsafe=unsafe, status=422)
    except Refusal as refusal:
        form.add_error("service_choice", refusal.for_team)
        return add_page(request, client, form, status=422)
    note_access(client, noun="waitlist", action=AccessEvent.Action.CHANGE, user=request.user)
    messages.success(request, _("On the list. They are asked when such a time opens."))
    return redirect("booking:desk-waitlist")


def add_page(
    request: StaffRequest,
    client: Client,
    form: DeskWaitForm,
    *,
    unsafe: Emergency | NotSuitable | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form."""
    note_access(client, noun="client", action=AccessEvent.Action.VIEW, user=request.user)
    context = {"section": "waitlist", "client": client, "form": form, "unsafe": unsafe}
    return render(request, "booking/desk/waitlist_add.html", context, status=status)


@team_only
@post_only("booking:desk-waitlist")
def end(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take an entry off the list; what is held for it is free again."""
    entry = wait_for(request.user, public_id)
    try:
        end_wait(entry, why=WaitEnd.DESK, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.for_team)
    else:
        messages.success(request, _("Taken off the list."))
    return redirect("booking:desk-waitlist")


def waiting_for(user: User, visit: Appointment) -> list[WaitlistEntry]:
    """Those whom the time of a cancelled visit suits, the longest waiting first. One query; the action looks closer."""
    if visit.status != Status.CANCELLED or visit.starts_at <= timezone.now():
        return []
    given = visit.therapist.services.filter(active=True)
    waits = waits_for(user).filter(state=WaitState.WAITING, service__in=given).order_by("created_at", "id")
    zone = Practice.current().zone
    suiting = (
        each
        for each in waits
        if each.therapist_id in (None, visit.therapist_id)
        and each.suits.takes(visit.starts_at, visit.starts_at + dt.timedelta(minutes=each.service.minutes), zone)
    )
    return list(itertools.islice(suiting, CANDIDATES))


@team_only
@post_only("booking:desk-visit", "public_id")
@keeps_note
def offer(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Offer the time of a cancelled visit to one who waits."""
    visit = appointment_for(request.user, public_id)
    try:
        entry = wait_for(request.user, uuid.UUID(request.POST.get("entry", "")))
    except ValueError:
        raise Http404 from None
    try:
        made = offer_time(entry, start=visit.starts_at, therapist=visit.therapist, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.for_team)
        return redirect("booking:desk-visit", public_id=public_id)
    messages.success(request, _("Offered. The time is held for them."))
    return redirect("booking:desk-visit", public_id=made.appointment.public_id)


def answer(
    request: StaffRequest,
    public_id: uuid.UUID,
    do: Callable[[WaitlistOffer], object],
    said: Callable[[Appointment], str],
) -> HttpResponse:
    """Write down what the client said about a held time, then show the visit; `said` puts what it became into words."""
    visit = appointment_for(request.user, public_id)
    held = WaitlistOffer.objects.select_related("appointment").filter(appointment=visit).first()
    if held is None:
        raise Http404
    held.entry = WaitlistEntry.objects.with_people().get(pk=held.entry_id)
    try:
        do(held)
    except Refusal as refusal:
        messages.error(request, refusal.for_team)
    else:
        note_access(visit.client, noun="visit", action=AccessEvent.Action.CHANGE, user=request.user)
        visit.refresh_from_db()
        messages.success(request, said(visit))
    return redirect("booking:desk-visit", public_id=public_id)


@team_only
@post_only("booking:desk-visit", "public_id")
@keeps_note
def said_yes(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The client takes the held time."""
    return answer(
        request,
        public_id,
        lambda held: accept_offer(held, via=VIA, by=request.user),
        lambda visit: telling([visit], *booked_in_words(visit)),
    )


@team_only
@post_only("booking:desk-visit", "public_id")
@keeps_note
def said_no(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The client does not want it; the next in line is asked."""
    return answer(request, public_id, decline_offer, lambda _visit: _("Noted. The next in line is asked."))
