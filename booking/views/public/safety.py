"""The safety question, and what follows from an answer that stops or slows a booking."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking import flow
from booking.actions import Answers, screen
from booking.errors import Emergency, NotSuitable
from booking.forms.public import SafetyForm
from booking.models import Appointment, Service
from booking.order import order_of
from booking.readiness import can_be_booked
from booking.views.public.common import (
    adding_url,
    answers_given,
    choose_again,
    offered,
    questions_about,
    sign_in_first,
    step,
    to,
)
from booking.views.public.gone import with_another_instead
from booking.views.public.wishes import Chosen, chosen_in, read_therapist
from clients.care import Level


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@with_another_instead
def service(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask what matters for this service first; nothing is ticked beforehand, whatever was said before."""
    wanted = offered(slug)
    if not can_be_booked(wanted):
        context = {"service": wanted, "back_url": reverse("booking:book")}
        return render(request, "booking/public/not_open.html", context)
    chosen = chosen_in(request.GET, wanted)
    if again := choose_again(request, wanted, chosen) or sign_in_first(request, wanted):
        return again
    questions = questions_about(wanted, chosen)
    form = SafetyForm(request.POST if request.method == "POST" else None, questions=questions)
    if request.method == "POST" and form.is_valid():
        onward = flow.interrupted(request)
        flow.keep_answers(request, form.answers(), asked=questions.slugs)
        flow.keep_wanted(request, wanted)
        return after_answers(wanted, form.answers(), chosen, onward)
    context = {
        "service": wanted,
        "booked": booked_here(request),
        "order": order_of(wanted, chosen.add_ons),
        "adding_url": adding_url(wanted, chosen),
        "form": form,
        "progress": step(2, _("Your safety")),
        "back_url": reverse("booking:book"),
    }
    status = 422 if form.errors else 200
    return render(request, "booking/public/safety.html", context, status=status)


def booked_here(request: HttpRequest) -> Appointment | None:
    """What this browser booked last: whoever goes back from there must not believe that they have to begin anew."""
    booked = flow.booked_lately(request)
    return (
        Appointment.objects.filter(public_id=booked[-1]).holding().select_related("service").first() if booked else None
    )


def after_answers(wanted: Service, answers: Answers, chosen: Chosen, onward: str = "") -> HttpResponse:
    """Where the answers lead: on to the times, to the form that was interrupted, or to the page that explains."""
    try:
        screened = screen(wanted, answers, add_ons=chosen.add_ons, start=chosen.start)
    except (Emergency, NotSuitable):
        return to("booking:outcome", wanted, chosen)
    if screened.level == Level.CLEARANCE:
        return to("booking:outcome", wanted, chosen)
    return to(onward or next_step(chosen), wanted, chosen)


def next_step(chosen: Chosen) -> str:
    """The name of the step after the safety question: the times, or the details where a time is chosen already."""
    return "booking:times" if chosen.start is None else "booking:details"


@login_not_required
@require_safe
@with_another_instead
def outcome(request: HttpRequest, slug: str) -> HttpResponse:
    """Say kindly what the answers mean here. They stay in the session, never in the address (I10)."""
    wanted = offered(slug)
    chosen = chosen_in(request.GET, wanted)
    if again := choose_again(request, wanted, chosen):
        return again
    answers = answers_given(request, wanted, chosen)
    if answers is None:
        return to("booking:service", wanted, chosen)
    try:
        screened = screen(order_of(wanted, chosen.add_ons), answers, start=chosen.start, therapist=chosen.therapist)
    except Emergency as error:
        # Nothing to book and nothing to read on stands on this page (I7): only what to do now, and a way to take back
        # what was ticked by mistake.
        back_url = reverse("booking:service", args=[wanted.slug]) + chosen.query()
        return render(request, "booking/public/emergency.html", {"error": error, "back_url": back_url})
    except NotSuitable as error:
        return not_suitable(request, wanted, chosen, error)
    if screened.level != Level.CLEARANCE:
        return to(next_step(chosen), wanted, chosen)
    context = {
        "service": wanted,
        "reasons": screened.because,
        "onward_url": reverse(next_step(chosen), args=[wanted.slug]) + chosen.query(),
        "progress": step(2, _("Your safety")),
        "back_url": reverse("booking:service", args=[wanted.slug]) + chosen.query(),
    }
    return render(request, "booking/public/clearance.html", context)


def later(request: HttpRequest, wanted: Service, chosen: Chosen, error: NotSuitable) -> HttpResponse:
    """What was told passes by itself: from when on it can be booked, and the way to those times. No doctor's form."""
    context = {
        "service": wanted,
        "error": error,
        "onward_url": reverse("booking:times", args=[wanted.slug]) + chosen.at_any_time.query(),
        "back_url": reverse("booking:service", args=[wanted.slug]) + chosen.query(),
    }
    return render(request, "booking/public/later.html", context)


def not_suitable(request: HttpRequest, wanted: Service, chosen: Chosen, error: NotSuitable) -> HttpResponse:
    """Why not this service today, and the nearest that suits: at the same time in one tap where it is free then."""
    instead = error.instead
    if error.later_from is not None and instead is None:
        return later(request, wanted, chosen, error)
    back_url = reverse("booking:service", args=[wanted.slug]) + chosen.query()
    if instead is None:
        context = {"service": wanted, "error": error, "back_url": back_url}
        return render(request, "booking/public/doctor_first.html", context)
    same_time = instead.start is not None
    # The one who has that time free; the client's own choice stands first where they are among them.
    therapist = read_therapist(instead.therapists[0], instead.service) if instead.therapists else None
    onward = Chosen(instead.start, therapist if chosen.therapist else None, instead.add_ons)
    order = order_of(instead.service, instead.add_ons)
    name = "booking:details" if same_time else "booking:times"
    context = {
        "service": wanted,
        "error": error,
        "instead": instead,
        "order": order,
        "same_length": order.minutes == order_of(wanted, chosen.add_ons).minutes,
        "onward_url": reverse(name, args=[instead.service.slug]) + onward.query(),
        "back_url": back_url,
    }
    return render(request, "booking/public/not_suitable.html", context)
