"""The safety question, and what follows from an answer that stops or slows a booking."""

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.forms import FOR_OTHER
from booking.appointments.safety_form import SafetyForm, initial_from
from booking.appointments.safety_questions import SafetyQuestions
from booking.appointments.screening import SafetyAnswers, screen_order
from booking.appointments.selection import Selection, read_therapist, selection_from
from booking.errors import EmergencyAnswer, NotSuitable
from booking.models import Appointment
from booking.scheduling.schedule import open_services
from booking.website import booking_session
from booking.website.common import (
    WHOM,
    add_ons_url,
    answers_in_session,
    back_to_add_ons,
    offered_service,
    progress_step,
    questions_for_choice,
    redirect_to_step,
    safety_url,
    service_text,
    sign_in_redirect,
)
from booking.website.known_answers import KnownAnswers, known_answers
from booking.website.unavailable import handles_gone_service
from clients.care.words import about_them
from clients.catalogue.texts import level_in_words
from clinic.web.http import HttpRequest

# Asks for the whole form, with what was answered before filled in to be changed.
AGAIN = "again"
# The field that says which earlier answers were shown and are confirmed.
MARK = "known"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@handles_gone_service
def safety_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask what can rule this massage out, on one screen; what is known already is shown, not asked again."""
    wanted = offered_service(slug)
    if not open_services([wanted]):
        context = {"service": wanted, "back_url": reverse("booking:book")}
        return render(request, "booking/website/no_online_booking.html", context)
    selection = selection_from(request.GET, wanted)
    if again := back_to_add_ons(request, selection) or sign_in_redirect(request, wanted):
        return again
    questions = questions_for_choice(selection, request.practice)
    for_other = is_asked_for_other(request)
    known = None if AGAIN in request.GET else known_answers(request, selection, questions, for_other=for_other)
    if request.method == "POST":
        return take_answers(request, selection, questions, known)
    is_theirs = booking_session.is_for_other(request) == for_other
    earlier = booking_session.fresh_answers(request) if AGAIN in request.GET and is_theirs else None
    initial = initial_from(earlier[0], questions) if earlier else {}
    left = known.left if known else questions
    form = SafetyForm(questions=left, practice=request.practice, initial=initial, for_other=for_other)
    return render_safety(request, selection, form, known)


def is_asked_for_other(request: HttpRequest) -> bool:
    """Whether the questions are about somebody else than who books: as chosen, else as answered before."""
    chosen = (request.POST if request.method == "POST" else request.GET).get(WHOM)
    if chosen is None:
        return booking_session.fresh_answers(request) is not None and booking_session.is_for_other(request)
    return chosen == FOR_OTHER


def take_answers(
    request: HttpRequest, selection: Selection, questions: SafetyQuestions, known: KnownAnswers | None
) -> HttpResponse:
    """Keep what was answered, together with what was confirmed, and go where it leads."""
    if MARK not in request.POST:
        known = None
    elif known is None or request.POST[MARK] != known.mark:
        messages.info(request, _("Our questions have changed meanwhile. Please read them once more."))
        return redirect_to_step("booking:service", selection)
    left, for_other = known.left if known else questions, is_asked_for_other(request)
    form = SafetyForm(request.POST, questions=left, practice=request.practice, for_other=for_other)
    if not form.is_valid():
        return render_safety(request, selection, form, known)
    answers = form.answers().after(known.answers).with_the_rest_denied() if known else form.answers()
    onward = booking_session.interrupted_form(request)
    booking_session.store_answers(request, answers, asked=questions.slugs, for_other=for_other)
    booking_session.store_service(request, selection.service)
    return page_after_answers(request, answers, selection, onward)


def render_safety(
    request: HttpRequest, selection: Selection, form: SafetyForm, known: KnownAnswers | None
) -> HttpResponse:
    """The one screen of the safety question."""
    context = {
        "service": selection.service,
        "booked": last_booked_here(request),
        "order": selection.order,
        "adding_url": add_ons_url(selection),
        "form": form,
        "known": known,
        "for_other": is_asked_for_other(request),
        "for_me_url": safety_url(selection, for_other=False),
        "for_other_url": safety_url(selection, for_other=True),
        "known_names": known.answers.names(request.practice) if known else [],
        "again_url": selection.url("booking:service", **{AGAIN: "1"}),
        "progress": progress_step(2, _("Your safety")),
        "back_url": reverse("booking:book"),
    }
    return render(request, "booking/website/safety.html", context, status=422 if form.errors else 200)


def last_booked_here(request: HttpRequest) -> Appointment | None:
    """What this browser booked last: whoever goes back from there must not believe that they have to begin anew."""
    booked = booking_session.booked_in_session(request)
    return (
        Appointment.objects.filter(public_id=booked[-1]).holding().select_related("service", "client").first()
        if booked
        else None
    )


def page_after_answers(
    request: HttpRequest, answers: SafetyAnswers, selection: Selection, onward: str = ""
) -> HttpResponse:
    """Where the answers lead: on to the times, to the form that was interrupted, or to the page that explains."""
    try:
        screened = screen_order(selection.order, answers, start=selection.start, practice=request.practice)
    except (EmergencyAnswer, NotSuitable):
        return redirect_to_step("booking:safety-outcome", selection)
    if screened.asks_for_note:
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
        back_url = selection.url("booking:service", **{AGAIN: "1"})
        told = replace(error, texts=tuple(map(as_read_by(request), error.texts)))
        return render_outcome(request, "emergency", error=told, back_url=back_url)
    except NotSuitable as error:
        return render_not_suitable(request, selection, in_their_words(request, error))
    if not screened.asks_for_note:
        return redirect_to_step(step_after_safety(selection), selection)
    return render_outcome(
        request,
        "clearance",
        service=selection.service,
        outcome=as_read_by(request)(level_in_words(screened.level)),
        reasons=[replace(why, reason=as_read_by(request)(why.reason)) for why in screened.in_the_way],
        onward_url=selection.url(step_after_safety(selection)),
        progress=progress_step(2, _("Your safety")),
        back_url=selection.url("booking:service", **{AGAIN: "1"}),
    )


def render_outcome(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    """What the answers mean, to who comes or to who books for them."""
    for_other = booking_session.is_for_other(request)
    return render(request, f"booking/website/{template}.html", {**context, "for_other": for_other})


def as_read_by(request: HttpRequest) -> Callable[[str], str]:
    """How a text that speaks to who comes is said to who books."""
    return about_them if booking_session.is_for_other(request) else str


def in_their_words(request: HttpRequest, error: NotSuitable) -> NotSuitable:
    """A refusal as whoever books reads it."""
    say = as_read_by(request)
    message, reasons = error.message, tuple(replace(why, reason=say(why.reason)) for why in error.reasons)
    if error.is_doctor_first and booking_session.is_for_other(request):
        message = _("They should see a doctor before the massage. We are glad to book them in after that.")
    instead = error.instead and replace(
        error.instead, cares=tuple(replace(why, reason=say(why.reason)) for why in error.instead.cares)
    )
    return replace(error, message=say(message), reasons=reasons, instead=instead)


def render_later(request: HttpRequest, selection: Selection, error: NotSuitable) -> HttpResponse:
    """What was told passes by itself: from when on it can be booked, and the way to those times. No doctor's form."""
    return render_outcome(
        request,
        "not_yet",
        service=selection.service,
        error=error,
        onward_url=selection.at_any_time.url("booking:times"),
        back_url=selection.url("booking:service", **{AGAIN: "1"}),
    )


def render_not_suitable(request: HttpRequest, selection: Selection, error: NotSuitable) -> HttpResponse:
    """Why not this service today, and the nearest that suits: at the same time in one tap where it is free then."""
    instead = error.instead
    if error.later_from is not None and instead is None:
        return render_later(request, selection, error)
    back_url = selection.url("booking:service", **{AGAIN: "1"})
    if instead is None:
        template = "doctor_first" if error.is_doctor_first else "not_now"
        return render_outcome(request, template, service=selection.service, error=error, back_url=back_url)
    same_time = instead.start is not None
    # The one who has that time free; the client's own choice stands first where they are among them.
    service, add_ons = instead.order.service, instead.order.add_ons
    therapist = read_therapist(instead.therapists[0], service) if instead.therapists else None
    onward = Selection(service, instead.start, therapist if selection.therapist else None, add_ons, selection.day)
    name = "booking:details" if same_time else "booking:times"
    return render_outcome(
        request,
        "not_suitable",
        service=selection.service,
        error=error,
        instead=instead,
        order=onward.order,
        text=service_text(service, request.practice),
        onward_url=onward.url(name),
        later_url=selection.at_any_time.url("booking:times"),
        back_url=back_url,
    )
