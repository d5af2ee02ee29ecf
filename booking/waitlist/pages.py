"""The waitlist as its clients see it: joining behind the safety question, and the page behind the mailed link.

The page shows days, hours and times, never a health answer (I10). Looking at it changes nothing (I9).
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.links import mint_appointment_link
from booking.appointments.selection import Selection, read_day, read_start, selection_from
from booking.errors import EmergencyAnswer, NotSuitable
from booking.models import Appointment, WaitlistEndReason
from booking.scheduling import schedule
from booking.scheduling.order import Order
from booking.scheduling.terms import terms_as_booked, terms_in_form, terms_of
from booking.waitlist.answers import accept_offer, book_free_time, decline_offer
from booking.waitlist.client_entry import ClientEntry, entry_of_link
from booking.waitlist.entries import change_preferences, join_waitlist
from booking.waitlist.forms import JoinForm, PreferencesForm, preferences_as_typed
from booking.waitlist.matching import OpenTime
from booking.waitlist.openings import SEEN_FREE, free_times_suiting
from booking.waitlist.upkeep import end_entry
from booking.website import booking_session
from booking.website.common import (
    answers_in_session,
    back_to_safety_question,
    is_past_cutoff,
    offered_service,
    redirect_to_step,
    required_step,
    safety_url,
    times_by_day,
    with_refusal_status,
)
from booking.website.unavailable import handles_gone_service
from clients.record.access import has_proved
from clinic.errors import Refusal
from clinic.models import LinkPurpose
from clinic.web.http import HttpRequest, refusals_told
from clinic.web.links import opened_by_link
from clinic.web.post_only import post_only
from clinic.web.throttle import throttle_bookings, throttle_request
from clinic.web.typed import typed_at

opened_by_waitlist_link = opened_by_link(LinkPurpose.WAITLIST)
# How many free times the page shows instead of one that went to somebody else.
MOST_OTHER_TIMES = 6


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@handles_gone_service
def waitlist_join(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask which days and hours suit, and who it is; on POST put them on the list."""
    selection = selection_from(request.GET, offered_service(slug)).at_any_time
    service = selection.service
    is_theirs = booking_session.is_for_other(request)
    if request.method == "POST" and (is_theirs or answers_in_session(request, selection) is None):
        typed = JoinForm(request.POST, service=service, practice=request.practice).typed
        return back_to_safety_question(request, selection, typed, "booking:waitlist-join")
    if is_theirs:
        # A place on the list is in one's own name: nobody's answers go into another's file.
        messages.info(request, _("You can wait here for yourself. For somebody else, please call us."))
        return redirect(safety_url(selection, for_other=False))
    elsewhere = required_step(request, selection, answers_in_session(request, selection))
    if elsewhere is not None:
        return elsewhere
    if request.method == "POST":
        return submit_join(request, selection)
    with_whom = {"therapist": selection.therapist.public_id} if selection.therapist else {}
    day = read_day(request.GET.get("day", ""))
    since = {"first_date": day} if day is not None else {}
    initial = {"therapist": None, **since, **booking_session.details_draft(request), **with_whom}
    return render_join(request, selection, JoinForm(initial=initial, service=service, practice=request.practice))


def submit_join(request: HttpRequest, selection: Selection) -> HttpResponse:
    """Join, or show the form again with what stands in the way."""
    # Nobody waits for what was to be added.
    service, practice = selection.service, request.practice
    answers = answers_in_session(request, Selection(service))
    if answers is None:
        return redirect_to_step("booking:service", selection)
    form = JoinForm(request.POST, service=service, practice=request.practice)
    try:
        throttle_request(request, scope="book")
        if not form.is_valid():
            return render_join(request, selection, form, status=422)
        free = free_times_suiting(service, form.suits(), form.with_whom(), practice)
        if free and SEEN_FREE not in request.POST:
            return render_join(request, replace(selection, therapist=form.with_whom()), form, free=free)
        is_stranger = not has_proved(request, form.cleaned_data["email"])
        if is_stranger:
            throttle_bookings(request, a_day=practice.bookings_per_network)
        join_waitlist(
            service=service,
            client=form.person(),
            answers=answers,
            suits=form.suits(),
            practice=practice,
            therapist=form.with_whom(),
            via=Appointment.Via.WEB,
            key=str(form.cleaned_data["key"]),
            is_stranger=is_stranger,
        )
    except (EmergencyAnswer, NotSuitable):
        return redirect_to_step("booking:safety-outcome", selection)
    except Refusal as error:
        return with_refusal_status(render_join(request, selection, form, refusal=error), error)
    booking_session.clear_booking(request)
    return redirect("booking:waitlist-joined")


def render_join(
    request: HttpRequest,
    selection: Selection,
    form: JoinForm,
    *,
    refusal: Refusal | None = None,
    free: Sequence[OpenTime] = (),
    status: int = 200,
) -> HttpResponse:
    """The form, with the times that are free already; what was to be added is named, because nobody waits for that."""
    context = {
        "service": selection.service,
        "form": form,
        "refusal": refusal,
        "free": [(details_url(selection, each), each.start) for each in free[:MOST_OTHER_TIMES]],
        "seen_free": SEEN_FREE,
        "left_out": [each.name for each in selection.add_ons],
        "back_url": selection.url("booking:times"),
    }
    return render(request, "booking/waitlist/join.html", context, status=status)


def details_url(selection: Selection, free: OpenTime) -> str:
    """Where a time that is free already is booked."""
    return replace(selection, start=free.start).url("booking:details")


@login_not_required
@require_safe
def joined_page(request: HttpRequest) -> HttpResponse:
    """On the list. The same page for everyone, so that nobody learns who waits already; the link goes by mail."""
    return render(request, "booking/waitlist/joined.html")


@opened_by_waitlist_link
@require_safe
def entry_page(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """What is held for them, or what they wait for, or how it ended."""
    return render_entry(request, entry_of_link(subject))


def render_entry(
    request: HttpRequest, wait: ClientEntry, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    """The page. Where an offer ran out, the times that are free now stand there, each one tap from booked."""
    wait = replace(wait, refusal=refusal)
    entry, practice = wait.entry, request.practice
    order = Order.of(entry.service)
    free: list[schedule.FreeTime] = []
    if wait.wants_others and entry.service.active:
        free = schedule.next_free_times(order, therapist=entry.therapist, limit=MOST_OTHER_TIMES)
    others = times_by_day((each.start for each in free), lambda start: {"value": start.isoformat()})
    context: dict[str, object] = {
        "wait": wait,
        "entry": entry,
        "others": others,
    }
    if free:
        context["terms"] = terms_of(order, practice)
    if free and is_past_cutoff(entry.service, free[0].start, practice):
        context["changeable_from"] = timezone.now() + entry.service.cutoff_in(practice)
    if wait.is_held and wait.appointment is not None:
        context["is_near"] = is_past_cutoff(entry.service, wait.appointment.starts_at, practice)
        context.setdefault("terms", terms_as_booked(wait.appointment, practice))
    return render(request, "booking/waitlist/page.html", context, status=status)


@opened_by_waitlist_link
@require_http_methods(["GET", "HEAD", "POST"])
def accept_held_time(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Yes, book it. A refusal stands at this address, where a phone may load it anew: that leads back."""
    wait = entry_of_link(subject)
    if wait.offer is None or request.method != "POST":
        return redirect("booking:waitlist", key=str(subject))
    try:
        appointment = accept_offer(wait.offer, practice=request.practice, shown=terms_in_form(request.POST))
    except (EmergencyAnswer, NotSuitable):
        return render_entry(request, wait, refusal=call_us_refusal(), status=422)
    except Refusal as error:
        return with_refusal_status(render_entry(request, entry_of_link(subject), refusal=error), error)
    return redirect_to_appointment(request, appointment)


def call_us_refusal() -> Refusal:
    """What it is about stands on no page that a link opens (I10)."""
    return Refusal(_("Before we book this we would like to speak with you. Please call us."))


def redirect_to_appointment(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """On to the appointment's own page, which this link's holder may open from now on."""
    booking_session.finish_booking(request, appointment.public_id)
    return redirect("booking:booked", key=mint_appointment_link(appointment))


@opened_by_waitlist_link
@post_only("booking:waitlist", "key")
def decline_held_time(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Decline the held time; the next in line is asked."""
    offer = entry_of_link(subject).offer
    if offer is None:
        return redirect("booking:waitlist", key=str(subject))
    said = _("Thank you for saying so. You stay on the list, and hear of the next time that suits you.")
    return run_entry_action(request, subject, lambda: decline_offer(offer), said)


def run_entry_action(request: HttpRequest, subject: uuid.UUID, do: Callable[[], object], said: str) -> HttpResponse:
    """Do what was asked and say so, or say why not; then show the entry."""
    with refusals_told(request):
        do()
        messages.success(request, said)
    return redirect("booking:waitlist", key=str(subject))


@opened_by_waitlist_link
@require_http_methods(["GET", "HEAD", "POST"])
def take_free_time(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Book another time that is free now, in one tap; loaded anew, it leads back as `accept` does."""
    wait = entry_of_link(subject)
    if request.method != "POST":
        return redirect("booking:waitlist", key=str(subject))
    start = read_start(request.POST.get("start", ""))
    if start is None or not wait.entry.is_live:
        messages.warning(request, _("We could not read that time. Please choose one from the list."))
        return redirect("booking:waitlist", key=str(subject))
    try:
        throttle_request(request, scope="book")
        appointment = book_free_time(
            wait.entry, start=start, practice=request.practice, shown=terms_in_form(request.POST)
        )
    except (EmergencyAnswer, NotSuitable):
        return render_entry(request, wait, refusal=call_us_refusal(), status=422)
    except Refusal as error:
        return with_refusal_status(render_entry(request, wait, refusal=error), error)
    return redirect_to_appointment(request, appointment)


@opened_by_waitlist_link
@require_http_methods(["GET", "HEAD", "POST"])
def change_entry(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Change the days and hours that suit."""
    entry = entry_of_link(subject).entry
    if not entry.is_live:
        return redirect("booking:waitlist", key=str(subject))
    typed = None if request.method == "POST" else typed_at(request)
    form = PreferencesForm(
        request.POST if request.method == "POST" else typed,
        service=entry.service,
        practice=request.practice,
        initial=preferences_as_typed(entry),
    )
    if request.method == "POST" and form.is_valid():
        said = _("Changed. We write to you as soon as such a time opens.")
        suits, therapist = form.suits(), form.with_whom()
        return run_entry_action(
            request,
            subject,
            lambda: change_preferences(entry, suits=suits, therapist=therapist, practice=request.practice),
            said,
        )
    context = {
        "entry": entry,
        "form": form,
        "typed_again": typed,
        "back_url": reverse("booking:waitlist", args=[str(subject)]),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "booking/waitlist/change.html", context, status=status)


@opened_by_waitlist_link
@post_only("booking:waitlist", "key")
def leave_waitlist(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Leave the list; what was held is free again."""
    entry = entry_of_link(subject).entry
    said = _("You are off the list. You are welcome back any time.")
    return run_entry_action(request, subject, lambda: end_entry(entry, why=WaitlistEndReason.LEFT), said)
