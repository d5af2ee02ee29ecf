"""The waitlist at the desk: who waits, adding a client, offering a freed time, and what a client said by phone."""

import datetime as dt
import itertools
import uuid
from collections.abc import Callable, Sequence
from typing import cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.access import (
    appointment_for,
    client_for,
    clients_for,
    log_list_access,
    team_only,
    waitlist_entries_for,
    waitlist_entry_for,
)
from booking.appointments.safety_questions import safety_questions_for
from booking.desk.booking.people import details_from_search
from booking.desk.practice.appointment_mails import booking_notice, change_notice
from booking.desk.session.note_kept import saves_note_first
from booking.errors import EmergencyAnswer, NotSuitable
from booking.models import (
    Appointment,
    Status,
    Therapist,
    WaitlistEndReason,
    WaitlistEntry,
    WaitlistOffer,
    WaitlistState,
)
from booking.waitlist.answers import accept_offer, decline_offer
from booking.waitlist.entries import join_waitlist
from booking.waitlist.forms import DeskJoinForm, DeskNewClientForm
from booking.waitlist.matching import OpenTime
from booking.waitlist.offers import offer_time
from booking.waitlist.openings import SEEN_FREE, free_times_suiting
from booking.waitlist.upkeep import end_entry
from clients.catalogue import current_catalogue
from clients.models import Client, Intake
from clients.record.access_log import note_access
from clinic.errors import Refusal
from clinic.models import AccessEvent, User
from clinic.web.http import StaffRequest, refusals_said
from clinic.web.links import uuid_or_none
from clinic.web.post_only import post_only

DESK_WAITLIST_VIA = Appointment.Via.DESK
MOST_ENTRIES_SHOWN = 100
# How many times that are free already the form shows.
MOST_FREE = 5
PERSON_NAMES = ("first_name", "last_name", "email", "phone")
# How many clients a search shows, and how much of what is searched for is read.
MOST_FOUND, LONGEST_WORDS = 8, 200
# How many of those who wait for a freed time are shown beside it.
MOST_CANDIDATES = 8


@team_only
@require_safe
def desk_waitlist(request: StaffRequest) -> HttpResponse:
    """Who waits, the longest first, with what is held for whom."""
    still_open = WaitlistOffer.objects.filter(outcome=WaitlistOffer.Outcome.OPEN).select_related("appointment")
    found = (
        waitlist_entries_for(request.user)
        .live()
        .prefetch_related(Prefetch("offers", still_open, to_attr="open_offers"))
    )
    entries = list(found.order_by("created_at", "id")[:MOST_ENTRIES_SHOWN])
    log_list_access(request.user, "waitlist")
    context = {
        "entries": [(each, next(iter(each.open_offers), None)) for each in entries],  # type: ignore[attr-defined] # to_attr
        "more": len(entries) == MOST_ENTRIES_SHOWN,
    }
    return render(request, "booking/waitlist/desk.html", context)


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def add_to_waitlist(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put a client on the waitlist, with the safety question asked."""
    client = client_for(request.user, public_id)
    form = DeskJoinForm(
        request.POST if request.method == "POST" else None,
        questions=safety_questions_for(current_catalogue(), ""),
        intake=Intake.objects.latest_of(client),
        practice=request.practice,
    )
    note_access(client, noun="client", action=AccessEvent.Action.VIEW, user=request.user)
    return join_at_desk(request, form, client)


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def add_somebody_to_waitlist(request: StaffRequest) -> HttpResponse:
    """Find the client who is to wait, or put somebody on the list who has no file yet."""
    words = request.GET.get("q", "").strip()
    form = DeskNewClientForm(
        request.POST if request.method == "POST" else None,
        initial=details_from_search(words),
        questions=safety_questions_for(current_catalogue(), ""),
        people=clients_for(request.user),
        practice=request.practice,
    )
    return join_at_desk(request, form, None)


def join_at_desk(request: StaffRequest, form: DeskJoinForm | DeskNewClientForm, client: Client | None) -> HttpResponse:
    """The form; on POST put on the list, once somebody has seen what is free already."""
    if request.method != "POST":
        return render_add_to_waitlist(request, form, client)
    if not form.is_valid():
        return render_add_to_waitlist(request, form, client, status=422)
    typed, suits, therapist = form.cleaned_data, form.suits(), form.with_whom()
    free = free_times_suiting(typed["service_choice"], suits, therapist, request.practice)
    if free and SEEN_FREE not in request.POST:
        return render_add_to_waitlist(request, form, client, free=free)
    try:
        entry = join_waitlist(
            service=typed["service_choice"],
            client=client or cast("DeskNewClientForm", form).person(),
            answers=form.answers(),
            suits=suits,
            practice=request.practice,
            therapist=therapist,
            via=DESK_WAITLIST_VIA,
        )
    except (EmergencyAnswer, NotSuitable) as unsafe:
        form.add_error("safety", unsafe.for_team)
        return render_add_to_waitlist(request, form, client, unsafe=unsafe, status=422)
    except Refusal as refusal:
        form.add_error("service_choice", refusal.for_team)
        return render_add_to_waitlist(request, form, client, status=422)
    note_access(entry.client, noun="waitlist", action=AccessEvent.Action.CHANGE, user=request.user)
    messages.success(request, _("On the list. They are asked when such a time opens."))
    return redirect("booking:desk-waitlist")


def render_add_to_waitlist(
    request: StaffRequest,
    form: DeskJoinForm | DeskNewClientForm,
    client: Client | None,
    *,
    unsafe: EmergencyAnswer | NotSuitable | None = None,
    free: Sequence[OpenTime] = (),
    status: int = 200,
) -> HttpResponse:
    """The form, for a client or for whoever is found or named on it; with the times that are free already."""
    words = request.GET.get("q", "").strip()
    context = {
        "client": client,
        "form": form,
        "unsafe": unsafe,
        "free": [(booking_fields(form, client, each), each.start) for each in free[:MOST_FREE]],
        "seen_free": SEEN_FREE,
        "q": words,
        "people": list(clients_for(request.user).matching(words[:LONGEST_WORDS])[:MOST_FOUND]) if words else [],
    }
    return render(request, "booking/waitlist/desk_add.html", context, status=status)


def booking_fields(
    form: DeskJoinForm | DeskNewClientForm, client: Client | None, free: OpenTime
) -> list[tuple[str, str]]:
    """What is sent to the form of a booking, to go on there with a time that is free already and all that was typed.

    Sent, and not in an address: nobody's name and no answer belongs there (I10).
    """
    typed, local = form.cleaned_data, timezone.localtime(free.start)
    whom = form.with_whom() or Therapist.objects.get(pk=free.therapists[0])
    fields = {"show": "free", "key": str(uuid.uuid4()), "day": local.date().isoformat(), "start": local.isoformat()}
    fields |= {"service": typed["service_choice"].slug, "therapist": str(whom.public_id), "safety": typed["safety"]}
    if client is not None:
        fields["client"] = str(client.public_id)
    fields |= {name: str(typed[name]) for name in (*PERSON_NAMES, "weeks") if typed.get(name)}
    ticked = [(name, slug) for name in ("conditions", "red_flags") for slug in typed.get(name) or ()]
    return [*fields.items(), *ticked]


@team_only
@post_only("booking:desk-waitlist")
def end_waitlist_entry(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take an entry off the list; what is held for it is free again."""
    entry = waitlist_entry_for(request.user, public_id)
    with refusals_said(request):
        end_entry(entry, why=WaitlistEndReason.DESK, by=request.user)
        messages.success(request, _("Taken off the list."))
    return redirect("booking:desk-waitlist")


def candidates_for_time(user: User, appointment: Appointment, zone: ZoneInfo) -> list[WaitlistEntry]:
    """Whom the time of a cancelled appointment suits, the longest waiting first, in one query."""
    if appointment.status != Status.CANCELLED or appointment.starts_at <= timezone.now():
        return []
    given = appointment.therapist.services.filter(active=True)
    waits = (
        waitlist_entries_for(user).filter(state=WaitlistState.WAITING, service__in=given).order_by("created_at", "id")
    )
    suiting = (
        each
        for each in waits
        if each.therapist_id in (None, appointment.therapist_id)
        and each.suits.takes(
            appointment.starts_at, appointment.starts_at + dt.timedelta(minutes=each.service.minutes), zone
        )
    )
    return list(itertools.islice(suiting, MOST_CANDIDATES))


@team_only
@post_only("booking:desk-appointment", "public_id")
@saves_note_first
def offer_freed_time(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Offer the time of a cancelled appointment to one who waits."""
    appointment = appointment_for(request.user, public_id)
    key = uuid_or_none(request.POST.get("entry", ""))
    if key is None:
        raise Http404
    entry = waitlist_entry_for(request.user, key)
    try:
        made = offer_time(
            entry,
            start=appointment.starts_at,
            therapist=appointment.therapist,
            by=request.user,
            practice=request.practice,
        )
    except Refusal as refusal:
        messages.error(request, refusal.for_team)
        return redirect("booking:desk-appointment", public_id=public_id)
    messages.success(request, _("Offered. The time is held for them."))
    return redirect("booking:desk-appointment", public_id=made.appointment.public_id)


def record_answer(
    request: StaffRequest,
    public_id: uuid.UUID,
    do: Callable[[WaitlistOffer], object],
    said: Callable[[Appointment], str],
) -> HttpResponse:
    """Write down what the client said about a held time; `said` words it. Then the appointment's page."""
    appointment = appointment_for(request.user, public_id)
    held = get_object_or_404(WaitlistOffer.objects.select_related("appointment"), appointment=appointment)
    held.entry = WaitlistEntry.objects.with_people().get(pk=held.entry_id)
    with refusals_said(request):
        do(held)
        note_access(appointment.client, noun="appointment", action=AccessEvent.Action.CHANGE, user=request.user)
        appointment.refresh_from_db()
        messages.success(request, said(appointment))
    return redirect("booking:desk-appointment", public_id=public_id)


@team_only
@post_only("booking:desk-appointment", "public_id")
@saves_note_first
def record_yes(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The client takes the held time."""
    return record_answer(
        request,
        public_id,
        lambda held: accept_offer(held, practice=request.practice, via=DESK_WAITLIST_VIA, by=request.user),
        lambda appointment: change_notice([appointment], *booking_notice(appointment)),
    )


@team_only
@post_only("booking:desk-appointment", "public_id")
@saves_note_first
def record_no(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The client does not want it; the next in line is asked."""
    return record_answer(request, public_id, decline_offer, lambda _appointment: _("Noted. The next in line is asked."))
