"""A client fills the health form at the practice: on this device, on another by a code, or together with the team."""

import uuid
from dataclasses import dataclass
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import appointments_for, client_for, clients_for, health_only, team_only
from booking.appointments.rebooking import REGULAR_MASSAGE
from booking.desk.session.note_kept import saves_note_first
from booking.models import Appointment, Service
from clients.intake.actions import request_intake
from clients.intake.at_practice import begin_entering
from clients.models import Client, IntakeRequest
from clients.record.access_log import note_access
from clinic.accounts.handover import TABLET, code_address, end_handover, hand_over, show_code
from clinic.accounts.pins import PinForm, has_pin, set_pin
from clinic.accounts.rights import may_read_health
from clinic.accounts.sessions import passive
from clinic.models import AccessEvent, Handover, User
from clinic.web.http import StaffRequest
from clinic.web.links import uuid_or_none
from clinic.web.post_only import post_only


@dataclass(frozen=True)
class Target:
    """Whose form it is, and the appointment it is for where one is named."""

    client: Client
    appointment: Appointment | None

    @property
    def page(self) -> str:
        """The page of the desk that it was begun from."""
        if self.appointment is not None:
            return reverse("booking:desk-appointment", args=[self.appointment.public_id])
        return reverse("booking:desk-client", args=[self.client.public_id])


def target_of(request: StaffRequest, public_id: uuid.UUID) -> Target:
    """The client, with the appointment that `appointment` names. Raises Http404 where either is not theirs to see."""
    client = client_for(request.user, public_id)
    named = request.POST.get("appointment", "") or request.GET.get("appointment", "")
    key = uuid_or_none(named)
    if key is None:
        return Target(client, None)
    return Target(client, get_object_or_404(appointments_for(request.user).with_people(), client=client, public_id=key))


@team_only
@require_safe
def health_form_page(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The ways to fill it here, and what is handed over now."""
    target = target_of(request, public_id)
    return render_ways(request, target, form=None if has_pin(request.user) else PinForm())


def render_ways(request: StaffRequest, target: Target, *, form: PinForm | None) -> HttpResponse:
    """The page, with the PIN to be set where there is none yet."""
    rows = target.client.intake_requests.filter(intake=None).values_list("public_id", flat=True)
    context: dict[str, Any] = {
        "client": target.client,
        "appointment": target.appointment,
        "back_url": target.page,
        "form": form,
        "begun": (waiting := open_form_of(target, request.user)) and bool(waiting.answers),
        "reads_health": may_read_health(request.user),
        "handed_over": [each for each in live_handovers().filter(subject__in=list(rows)) if not each.awaits_scan],
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "booking/desk/health_form.html", context, status=status)


def live_handovers() -> Any:
    """What is in clients' hands now."""
    now = timezone.now()
    return Handover.objects.select_related("by", "device").filter(ended_at=None, expires_at__gt=now)


@team_only
@post_only("booking:desk-health-form", "public_id")
@saves_note_first
def hand_over_tablet(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give this device to the client: from here on it opens nothing but the form. The first time one sets a PIN."""
    target = target_of(request, public_id)
    if not has_pin(request.user):
        form = PinForm(request.POST if "pin" in request.POST else None)
        if not form.is_bound or not form.is_valid():
            return render_ways(request, target, form=form)
        set_pin(request.user, form.cleaned_data["pin"], request=request)
    row = form_to_hand_over(request, target)
    hand_over(request, row.public_id, shows_record=may_read_health(request.user), back_to=target.page)
    return redirect(TABLET)


@team_only
@post_only("booking:desk-health-form", "public_id")
@saves_note_first
def show_form_code(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Make a code that opens the form on the device that scans it first."""
    target = target_of(request, public_id)
    row = form_to_hand_over(request, target)
    held = show_code(request.user, row.public_id, shows_record=may_read_health(request.user))
    return redirect("booking:desk-handover", public_id=held.public_id)


@health_only
@post_only("booking:desk-health-form", "public_id")
@saves_note_first
def enter_with_client(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The form's own pages, filled by the team with the client; the answers are marked so."""
    target = target_of(request, public_id)
    row = form_to_fill(target, request.user)
    begin_entering(request, row)
    return redirect("clients:intake", key=row.public_id)


def form_to_hand_over(request: StaffRequest, target: Target) -> IntakeRequest:
    """The form to be filled, noted in the access log as handed over."""
    row = form_to_fill(target, request.user)
    note_access(target.client, noun="health form", action=AccessEvent.Action.CHANGE, user=request.user)
    return row


def handover_for(request: StaffRequest, public_id: uuid.UUID) -> tuple[Handover, IntakeRequest]:
    """A handover and its form. Raises Http404 where its client is not this person's to see."""
    held = get_object_or_404(Handover.objects.select_related("by", "device"), public_id=public_id)
    rows = IntakeRequest.objects.select_related("client").filter(client__in=clients_for(request.user))
    return held, get_object_or_404(rows, public_id=held.subject)


@passive
@team_only
@require_safe
def handover_page(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The code to scan, and how far it is: waiting, opened, sent, over. The page asks again by itself."""
    held, row = handover_for(request, public_id)
    context = {
        "held": held,
        "client": row.client,
        "sent": row.intake_id is not None,
        "code": code_picture(held) if held.awaits_scan else "",
        "address": code_address(held) if held.awaits_scan and request.user.pk == held.by_id else "",
        "appointment": row.appointment,
    }
    return render(request, "booking/desk/handover.html", context)


def code_picture(held: Handover) -> SafeString:
    """The code as an SVG that goes into the page: its address leaves this server in no other way."""
    drawn = segno.make(code_address(held), error="m")
    # The library escapes what it writes, and what it draws is an address of ours.
    picture = drawn.svg_inline(omitsize=True, border=4, dark="#2a2926", light="#ffffff", title=_("Code to scan"))
    return mark_safe(picture)  # noqa: S308


@team_only
@post_only("booking:desk-handover", "public_id")
def end_handover_now(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Close a form that is in somebody's hands: the tablet is lost, or it was the wrong client."""
    held, row = handover_for(request, public_id)
    end_handover(held)
    messages.success(request, _("The form is closed there. What was typed is kept."))
    return redirect("booking:desk-health-form", public_id=row.client.public_id)


def open_form_of(target: Target, by: User) -> IntakeRequest | None:
    """The form that waits to be filled, the appointment's own first; None where none does.

    One that holds answers is handed on by those alone who read health records: whoever hands over a device has it in
    their own hands first.
    """
    rows, appointment = target.client.intake_requests.filter(intake=None).order_by("-requested_at"), target.appointment
    if not may_read_health(by):
        rows = rows.filter(answers={}, by_mail=False)
    own = rows.filter(appointment=appointment.public_id).first() if appointment is not None else None
    return own or rows.first()


def form_to_fill(target: Target, by: User) -> IntakeRequest:
    """The form that waits, or a new one: for the appointment, unless one was asked for it before."""
    client, appointment = target.client, target.appointment
    if waiting := open_form_of(target, by):
        return waiting
    if appointment is None:
        last = Appointment.objects.select_related("service").filter(client=client).order_by("-starts_at").first()
        return request_intake(client, technique_slug=last.service.technique if last else REGULAR_MASSAGE)
    asked_before = IntakeRequest.objects.filter(appointment=appointment.public_id).exists()
    return request_intake(
        client,
        technique_slug=appointment.service.technique,
        appointment=None if asked_before else appointment.public_id,
        short=appointment.service.form == Service.Form.SHORT,
    )
