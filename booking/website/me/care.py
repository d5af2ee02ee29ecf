"""What a client reads of their own care: plans, pain over time, the answers they gave, the consent that stands."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from booking.appointments.rebooking import REGULAR_MASSAGE, last_order_of
from booking.models import Appointment
from booking.scheduling.order import order_as_booked
from booking.website.me.access import client_home_url, own_file_only
from clients.catalogue import current_catalogue
from clients.intake.actions import confirm_unchanged
from clients.intake.answers import needs_hot_stone_consent
from clients.intake.consent import PURPOSES, purposes_in_words
from clients.intake.pages import STEP_PAGES
from clients.intake.prefill import answers_from_intake, earlier_intake
from clients.intake.summary import last_answers
from clients.models import Client, PainScore
from clients.pain.trend import pain_trend
from clients.plans.in_force import newest_plan
from clients.plans.page import plan_page
from clients.record.access import reader_label
from clients.record.access_log import note_access
from clients.record.self_service import (
    open_or_request_intake,
    recently_withdrawn_consent,
    undo_withdrawal,
    withdraw_purpose,
)
from clinic.models import AccessEvent
from clinic.web.http import HttpRequest, refusals_told
from clinic.web.post_only import post_only

# Without these no massage, or none with stones, can be given: what is asked before one is withdrawn.
NEEDS_CONFIRMATION = {
    "treatment": {
        "question": gettext_lazy("Withdraw your consent to the treatment?"),
        "meaning": gettext_lazy(
            "Without it we use your health answers no more and cannot massage you. "
            "What was done before stays as it was. What you noted about your tips is deleted for good."
        ),
    },
    "hot_stone": {
        "question": gettext_lazy("Withdraw your consent to hot stones?"),
        "meaning": gettext_lazy("Without it we cannot use hot stones. A massage by hand is still possible."),
    },
}


@own_file_only
@require_safe
def care_page(request: HttpRequest, client: Client) -> HttpResponse:
    """The home-care plans and how the pain went, as a drawing with its numbers."""
    note_access(client, noun="care plan", action=AccessEvent.Action.VIEW, actor=reader_label(request))
    newest = newest_plan(client)
    context = {
        "client": client,
        "plan": newest,
        "one": plan_page(newest, request.practice, now=timezone.now()).one if newest else None,
        "older": [plan for plan in client.plans.order_by("-made_at") if plan != newest],
        "trend": pain_trend(PainScore.objects.filter(client=client).order_by("given_at"), current_catalogue()),
        "back_url": client_home_url(client),
    }
    return render(request, "booking/website/me/care.html", context)


@own_file_only
@require_safe
def answers_page(request: HttpRequest, client: Client) -> HttpResponse:
    """What the client told last, and the way to tell something new."""
    note_access(client, noun="intake", action=AccessEvent.Action.VIEW, actor=reader_label(request))
    last, catalogue = earlier_intake(client), current_catalogue()
    context = {
        "client": client,
        "last": last,
        "answers": last_answers(answers_from_intake(last, catalogue), catalogue) if last else [],
        "back_url": client_home_url(client),
    }
    return render(request, "booking/website/me/answers.html", context)


@own_file_only
@post_only("booking:me-answers", "public_id")
def start_new_intake(request: HttpRequest, client: Client) -> HttpResponse:
    """Open the intake that waits, or a new one; to change one page of the last, at that page with the others as told.

    A given intake is never changed: a new one stands beside it.
    """
    usual = last_order_of(client)
    row = open_or_request_intake(client, technique_slug=usual.order.technique if usual else REGULAR_MASSAGE)
    change, last = request.POST.get("change"), earlier_intake(client)
    if change in STEP_PAGES and last is not None:
        confirm_unchanged(row, last)
        return redirect("clients:intake-step", key=row.public_id, step=change)
    return redirect("clients:intake", key=str(row.public_id))


@own_file_only
@require_safe
def consent_page(request: HttpRequest, client: Client) -> HttpResponse:
    """The consent in force with its words, and each purpose with a button that takes it back."""
    note_access(client, noun="consent", action=AccessEvent.Action.VIEW, actor=reader_label(request))
    standing = client.valid_consent(version=request.practice.consent_version)
    given = [name for name in PURPOSES if standing and getattr(standing, name)]
    context = {
        "client": client,
        "consent": standing,
        "purposes": list(zip(given, purposes_in_words(standing), strict=True)) if standing else [],
        "withdrawn": recently_withdrawn_consent(client, request.practice),
        "back_url": client_home_url(client),
    }
    return render(request, "booking/website/me/consent.html", context)


@own_file_only
@post_only("booking:me-consent", "public_id")
def withdraw_consent(request: HttpRequest, client: Client) -> HttpResponse:
    """Take back one purpose; without which a massage cannot take place, only after a question."""
    purpose = request.POST.get("purpose", "")
    if purpose in NEEDS_CONFIRMATION and "sure" not in request.POST:
        return confirm_withdrawal(request, client, purpose)
    with refusals_told(request):
        withdraw_purpose(client, purpose=purpose)
        messages.success(request, _("Withdrawn. It counts from now on."))
    return redirect("booking:me-consent", public_id=client.public_id)


def confirm_withdrawal(request: HttpRequest, client: Client, purpose: str) -> HttpResponse:
    """What taking back this purpose means, also for the appointments ahead."""
    ahead = client.appointments.upcoming().with_people().order_by("starts_at")
    context = {
        "client": client,
        "purpose": purpose,
        **NEEDS_CONFIRMATION[purpose],
        "ahead": [each for each in ahead if purpose != "hot_stone" or uses_hot_stones(each)],
        "back_url": reverse("booking:me-consent", args=[client.public_id]),
    }
    return render(request, "booking/website/me/withdraw.html", context)


def uses_hot_stones(appointment: Appointment) -> bool:
    """Whether hot stones are part of an appointment."""
    return any(
        needs_hot_stone_consent(current_catalogue(), technique) for technique in order_as_booked(appointment).techniques
    )


@own_file_only
@post_only("booking:me-consent", "public_id")
def undo_consent_withdrawal(request: HttpRequest, client: Client) -> HttpResponse:
    """Let what was taken back last stand again."""
    with refusals_told(request):
        undo_withdrawal(client, request.practice)
        messages.success(request, _("Undone. Your consent stands as before."))
    return redirect("booking:me-consent", public_id=client.public_id)
