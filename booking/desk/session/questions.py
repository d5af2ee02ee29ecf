"""Questions open: what a client still has to answer before anything is released, asked here or sent to them."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.appointments.access import appointment_for, health_only
from booking.appointments.known_health import suitability_of_booking
from booking.desk.session.plan_review import plan_for_appointment
from booking.errors import NotPossible
from booking.models import Appointment
from booking.reminders.kinds.intake_missing import mail_intake_link
from booking.reminders.kinds.questions_open import mail_questions
from clients.catalogue import current_catalogue
from clients.models import CarePlan, Intake, IntakeRequest
from clients.plans.questions import QuestionErrors, answer_questions, asked_again
from clients.plans.wording import ClientWords
from clients.plans.writer import asked_in_words
from clients.record.access_log import note_access
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice
from clinic.web.http import StaffRequest, refusals_said
from clinic.web.post_only import post_only


def open_questions_of(appointment: Appointment, practice: Practice) -> list[dict[str, Any]]:
    """The warning signs that are asked and unanswered by everything known: slug, question, and whether "a doctor looked
    at it" is an answer."""
    intake = Intake.objects.latest_of(appointment.client)
    judged = suitability_of_booking(appointment, intake, practice)
    return asked_in_words(judged.questions, ClientWords(current_catalogue(), practice))


def plan_with_questions(appointment: Appointment, practice: Practice) -> CarePlan | None:
    """The plan whose page asks the questions: the newest, where it waits for them."""
    review = plan_for_appointment(appointment, practice)
    return review.plan if review and review.is_open else None


@health_only
@require_http_methods(["GET", "HEAD", "POST"])
def questions_page(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The questions, to be asked by phone or at the counter; what the client answers makes the plan anew."""
    appointment = appointment_for(request.user, public_id)
    if request.method != "POST":
        return render_questions(request, appointment)
    plan = plan_with_questions(appointment, request.practice)
    asked = [each["slug"] for each in open_questions_of(appointment, request.practice)]
    if plan is None or not asked:
        messages.info(request, _("These questions have been answered."))
        return redirect("booking:desk-appointment", public_id=public_id)
    try:
        answer_questions(plan, asked, request.POST, practice=request.practice, by=request.user)
    except QuestionErrors as wrong:
        return render_questions(request, appointment, errors=wrong.messages)
    except Refusal as refusal:
        messages.error(request, refusal.for_team)
    else:
        messages.success(request, _("Stored. The plan is made anew from these answers."))
    return redirect("booking:desk-appointment", public_id=public_id)


def render_questions(
    request: StaffRequest, appointment: Appointment, *, errors: Mapping[str, str] | None = None
) -> HttpResponse:
    """The page; with `errors`, beside the questions that they belong to."""
    note_access(appointment.client, noun="intake", action=AccessEvent.Action.VIEW, user=request.user)
    typed, asked = request.POST if errors else {}, open_questions_of(appointment, request.practice)
    context = {
        "appointment": appointment,
        "client": appointment.client,
        "questions": [asked_again(each, typed, errors or {}) for each in asked],
        "errors": errors,
        "can_answer": plan_with_questions(appointment, request.practice) is not None,
        "intake_awaited": awaited_intake(appointment) is not None,
        "today": timezone.localdate(),
    }
    return render(request, "booking/desk/questions_open.html", context, status=422 if errors else 200)


def awaited_intake(appointment: Appointment) -> IntakeRequest | None:
    """The health form that is still to be filled for this appointment; its answers answer the questions as well."""
    return IntakeRequest.objects.awaited().filter(appointment=appointment.public_id).first()


@health_only
@post_only("booking:desk-appointment-questions", "public_id")
def send_questions(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Mail the client a link to the questions, or to the health form where that is still to be filled."""
    appointment = appointment_for(request.user, public_id)
    plan, awaited = plan_with_questions(appointment, request.practice), awaited_intake(appointment)
    with refusals_said(request):
        if plan is not None:
            mail_questions(plan, appointment, request.practice)
        elif awaited is not None:
            mail_intake_link(appointment, awaited, request.practice)
        else:
            raise NotPossible(_("There is nothing to send. Please ask by phone."))
        messages.success(request, _("The link is on its way to the client."))
    return redirect("booking:desk-appointment-questions", public_id=public_id)
