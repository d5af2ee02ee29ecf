"""The safety question, and what follows from an answer that stops or slows a booking."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.booking_request import SafetyAnswers
from booking.appointments.forms import SafetyForm
from booking.appointments.screening import screen_order
from booking.appointments.selection import Selection, read_therapist, selection_from
from booking.errors import EmergencyAnswer, NotSuitable
from booking.models import Appointment
from booking.scheduling.readiness import can_be_booked
from booking.website import booking_session
from booking.website.common import (
    add_ons_url,
    answers_in_session,
    back_to_add_ons,
    offered_service,
    progress_step,
    questions_for_choice,
    redirect_to_step,
    sign_in_redirect,
)
from booking.website.unavailable import handles_gone_service
from clients.care import Level
from clinic.web.http import HttpRequest


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@handles_gone_service
def safety_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask what matters for this service first; nothing is ticked beforehand, whatever was said before."""
    wanted = offered_service(slug)
    if not can_be_booked(wanted):
        context = {"service": wanted, "back_url": reverse("booking:book")}
        return render(request, "booking/website/no_online_booking.html", context)
    selection = selection_from(request.GET, wanted)
    if again := back_to_add_ons(request, selection) or sign_in_redirect(request, wanted):
        return again
    questions = questions_for_choice(selection)
    form = SafetyForm(request.POST if request.method == "POST" else None, questions=questions)
    if request.method == "POST" and form.is_valid():
        onward = booking_session.interrupted_form(request)
        booking_session.store_answers(request, form.answers(), asked=questions.slugs)
        booking_session.store_service(request, wanted)
        return page_after_answers(request, form.answers(), selection, onward)
    context = {
        "service": wanted,
        "booked": last_booked_here(request),
        "order": selection.order,
        "adding_url": add_ons_url(selection),
        "form": form,
        "progress": progress_step(2, _("Your safety")),
        "back_url": reverse("booking:book"),
    }
    status = 422 if form.errors else 200
    return render(request, "booking/website/safety.html", context, status=status)


def last_booked_here(request: HttpRequest) -> Appointment | None:
    """What this browser booked last: whoever goes back from there must not believe that they have to begin anew."""
    booked = booking_session.booked_in_session(request)
    return (
        Appointment.objects.filter(public_id=booked[-1]).holding().select_related("service").first() if booked else None
    )


def page_after_answers(
    request: HttpRequest, answers: SafetyAnswers, selection: Selection, onward: str = ""
) -> HttpResponse:
    """Where the answers lead: on to the times, to the form that was interrupted, or to the page that explains."""
    try:
        screened = screen_order(selection.order, answers, start=selection.start, practice=request.practice)
    except (EmergencyAnswer, NotSuitable):
        return redirect_to_step("booking:safety-outcome", selection)
    if screened.level == Level.CLEARANCE:
        return redirect_to_step("booking:safety-outcome", selection)
    return redirect_to_step(onward or step_after_safety(selection), selection)


def step_after_safety(selection: Selection) -> str:
    """The name of the step after the safety question: the times, or the details where a time is chosen already."""
    return "booking:times" if selection.start is None else "booking:details"


@login_not_required
@require_safe
@handles_gone_service
def outcome_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Say kindly what the answers mean here. They stay in the session, never in the address (I10)."""
    selection = selection_from(request.GET, offered_service(slug))
    if again := back_to_add_ons(request, selection):
        return again
    answers = answers_in_session(request, selection)
    if answers is None:
        return redirect_to_step("booking:service", selection)
    try:
        screened = screen_order(
            selection.order,
            answers,
            start=selection.start,
            therapist=selection.therapist,
            practice=request.practice,
        )
    except EmergencyAnswer as error:
        # Nothing to book and nothing to read on stands on this page (I7): only what to do now, and a way to take back
        # what was ticked by mistake.
        back_url = selection.url("booking:service")
        return render(request, "booking/website/emergency.html", {"error": error, "back_url": back_url})
    except NotSuitable as error:
        return render_not_suitable(request, selection, error)
    if screened.level != Level.CLEARANCE:
        return redirect_to_step(step_after_safety(selection), selection)
    context = {
        "service": selection.service,
        "reasons": screened.because,
        "onward_url": selection.url(step_after_safety(selection)),
        "progress": progress_step(2, _("Your safety")),
        "back_url": selection.url("booking:service"),
    }
    return render(request, "booking/website/clearance.html", context)


def render_later(request: HttpRequest, selection: Selection, error: NotSuitable) -> HttpResponse:
    """What was told passes by itself: from when on it can be booked, and the way to those times. No doctor's form."""
    context = {
        "service": selection.service,
        "error": error,
        "onward_url": selection.at_any_time.url("booking:times"),
        "back_url": selection.url("booking:service"),
    }
    return render(request, "booking/website/not_yet.html", context)


def render_not_suitable(request: HttpRequest, selection: Selection, error: NotSuitable) -> HttpResponse:
    """Why not this service today, and the nearest that suits: at the same time in one tap where it is free then."""
    instead = error.instead
    if error.later_from is not None and instead is None:
        return render_later(request, selection, error)
    back_url = selection.url("booking:service")
    if instead is None:
        context = {"service": selection.service, "error": error, "back_url": back_url}
        return render(request, "booking/website/doctor_first.html", context)
    same_time = instead.start is not None
    # The one who has that time free; the client's own choice stands first where they are among them.
    service, add_ons = instead.order.service, instead.order.add_ons
    therapist = read_therapist(instead.therapists[0], service) if instead.therapists else None
    onward = Selection(service, instead.start, therapist if selection.therapist else None, add_ons)
    name = "booking:details" if same_time else "booking:times"
    context = {
        "service": selection.service,
        "error": error,
        "instead": instead,
        "order": onward.order,
        "same_length": onward.order.minutes == selection.order.minutes,
        "onward_url": onward.url(name),
        "back_url": back_url,
    }
    return render(request, "booking/website/not_suitable.html", context)
