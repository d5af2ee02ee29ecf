"""What a client reads of their own care: plans, pain over time, the answers they gave, the consent that stands."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.again import usual_of
from booking.models import Appointment
from booking.order import as_booked
from booking.views.desk.pain import trend
from booking.views.me.common import own_page, page_of
from booking.views.me.front import newest_plan
from clients.access import reads_as
from clients.actions import note_access
from clients.actions.answers import needs_hot_stone_consent
from clients.actions.consent import PURPOSES, purposes
from clients.actions.earlier import earlier_intake, given_in
from clients.actions.keeping import begin_intake, taken_back_lately, undo_withdrawal, withdraw_purpose
from clients.catalogue import current
from clients.models import Client, PainScore
from clients.views.summary import last_answers
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice
from clinic.posting import post_only

REGULAR = "regular-massage"
# Without these no massage, or none with stones, can be given.
ASKED_FIRST = frozenset({"treatment", "hot_stone"})


@own_page
@require_safe
def care(request: HttpRequest, client: Client) -> HttpResponse:
    """The home-care plans and how the pain went, as a drawing with its numbers."""
    note_access(client, noun="care plan", action=AccessEvent.Action.VIEW, actor=reads_as(request))
    newest = newest_plan(client)
    context = {
        "client": client,
        "plan": newest,
        "older": [plan for plan in client.plans.order_by("-made_at") if plan != newest],
        "trend": trend(PainScore.objects.filter(client=client).order_by("given_at"), current()),
        "back_url": page_of(client),
    }
    return render(request, "booking/me/care.html", context)


@own_page
@require_safe
def answers(request: HttpRequest, client: Client) -> HttpResponse:
    """What the client told last, and the way to tell something new."""
    note_access(client, noun="intake", action=AccessEvent.Action.VIEW, actor=reads_as(request))
    last, catalogue = earlier_intake(client), current()
    context = {
        "client": client,
        "last": last,
        "answers": last_answers(given_in(last, catalogue), catalogue) if last else [],
        "back_url": page_of(client),
    }
    return render(request, "booking/me/answers.html", context)


@own_page
@post_only("booking:me-answers", "public_id")
def tell_more(request: HttpRequest, client: Client) -> HttpResponse:
    """Open the intake that waits, or a new one. A given intake is never changed: a new one stands beside it."""
    usual = usual_of(client)
    row = begin_intake(client, technique_slug=usual.order.technique if usual else REGULAR)
    return redirect("clients:intake", key=str(row.public_id))


@own_page
@require_safe
def consent(request: HttpRequest, client: Client) -> HttpResponse:
    """The consent in force with its words, and each purpose with a button that takes it back."""
    note_access(client, noun="consent", action=AccessEvent.Action.VIEW, actor=reads_as(request))
    standing = client.valid_consent(version=Practice.current().consent_version)
    given = [name for name in PURPOSES if standing and getattr(standing, name)]
    context = {
        "client": client,
        "consent": standing,
        "purposes": list(zip(given, purposes(standing), strict=True)) if standing else [],
        "taken_back": taken_back_lately(client),
        "back_url": page_of(client),
    }
    return render(request, "booking/me/consent.html", context)


@own_page
@post_only("booking:me-consent", "public_id")
def withdraw(request: HttpRequest, client: Client) -> HttpResponse:
    """Take back one purpose; without which a massage cannot take place, only after a question."""
    purpose = request.POST.get("purpose", "")
    if purpose in ASKED_FIRST and "sure" not in request.POST:
        return ask_first(request, client, purpose)
    try:
        withdraw_purpose(client, purpose=purpose)
    except Refusal as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Taken back. It counts from now on."))
    return redirect("booking:me-consent", public_id=client.public_id)


def ask_first(request: HttpRequest, client: Client, purpose: str) -> HttpResponse:
    """What taking back this purpose means, also for the appointments ahead."""
    ahead = client.appointments.upcoming().with_people().order_by("starts_at")
    context = {
        "client": client,
        "purpose": purpose,
        "ahead": [each for each in ahead if purpose != "hot_stone" or takes_stones(each)],
        "back_url": reverse("booking:me-consent", args=[client.public_id]),
    }
    return render(request, "booking/me/withdraw.html", context)


def takes_stones(appointment: Appointment) -> bool:
    """Whether hot stones are part of an appointment."""
    return any(needs_hot_stone_consent(current(), technique) for technique in as_booked(appointment).techniques)


@own_page
@post_only("booking:me-consent", "public_id")
def undo(request: HttpRequest, client: Client) -> HttpResponse:
    """Let what was taken back last stand again."""
    try:
        undo_withdrawal(client)
    except Refusal as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Undone. Your consent stands as before."))
    return redirect("booking:me-consent", public_id=client.public_id)
