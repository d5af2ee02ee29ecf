"""Clients: found by name, address or phone; the file with everything that was said and done."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import appointments_for, client_for, clients_for, log_list_access, team_only
from booking.appointments.client_sign_in import notify_old_address
from booking.desk.banners import intakes_to_acknowledge, pain_scores_to_acknowledge
from booking.desk.calendar.intake_state import IntakePair
from booking.desk.clients.duplicates import likely_duplicates
from booking.desk.forms import ContactForm
from clients.catalogue import current_catalogue
from clients.intake.in_words import intake_in_words
from clients.models import Client, Intake, PainScore
from clients.pain.trend import pain_trend
from clients.record.access_log import note_access
from clients.record.addresses import clear_email_error, mark_email_bounced
from clients.record.erasure import end_sign_in
from clinic.accounts.rights import may_read_health
from clinic.models import AccessEvent, User
from clinic.web.edits import locked_row
from clinic.web.http import StaffRequest
from clinic.web.post_only import post_only

MOST_CLIENTS_SHOWN = 50


def search_clients(request: StaffRequest, words: str, limit: int = MOST_CLIENTS_SHOWN) -> list[Client]:
    """The clients that match a search, at most `limit`."""
    return list(clients_for(request.user).matching(words[:200])[:limit])


@team_only
@require_safe
def client_search(request: StaffRequest) -> HttpResponse:
    """Search. The list alone for htmx, the whole page for everyone else."""
    words = request.GET.get("q", "").strip()
    people = search_clients(request, words)
    log_list_access(request.user, "clients")
    context = {"section": "clients", "q": words, "people": people, "more": len(people) == MOST_CLIENTS_SHOWN}
    if request.htmx:
        return render(request, "booking/desk/includes/client_list.html", context)
    return render(request, "booking/desk/clients.html", context)


@team_only
@require_safe
def client_file(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """One client's file."""
    return render_client_file(request, client_for(request.user, public_id))


@team_only
@post_only("booking:desk-client", "public_id")
def change_contact(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Change how a client is reached, and the note for the desk."""
    client = client_for(request.user, public_id)
    with transaction.atomic():
        form = ContactForm(request.POST, instance=locked_row(client))
        if form.is_valid():
            save_contact(form, by=request.user)
    if form.errors:
        return render_client_file(request, client, form=form, status=409 if form.conflicts else 422)
    messages.success(request, _("Saved."))
    return redirect("booking:desk-client", public_id=public_id)


def save_contact(form: ContactForm, *, by: User) -> None:
    """Write what was changed, and nothing else: a new address starts without the old one's bounces, and the old one is
    told: who reads the new one may sign in as the client."""
    client = form.save(commit=False)
    columns, before = list(form.changed_data), form.initial["email"]
    if "email" in columns:
        if before and not client.email_error:
            notify_old_address(client, before)
        client.email_error = ""
        columns.append("email_error")
    client.save(update_fields=columns)
    end_sign_in(before)
    note_access(client, noun="client", action=AccessEvent.Action.CHANGE, user=by)


@team_only
@post_only("booking:desk-client", "public_id")
def mark_address_bounced(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note that mail to this client's address came back."""
    mark_email_bounced(client_for(request.user, public_id).email, by=request.user)
    messages.success(request, _("Noted. It stands in the file and on each appointment until the address is changed."))
    return redirect("booking:desk-client", public_id=public_id)


@team_only
@post_only("booking:desk-client", "public_id")
def clear_address_bounce(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note that mail to this client's address arrives after all."""
    clear_email_error(client_for(request.user, public_id).email, by=request.user)
    messages.success(request, _("Noted: mail to this address arrives."))
    return redirect("booking:desk-client", public_id=public_id)


def render_client_file(
    request: StaffRequest, client: Client, *, form: ContactForm | None = None, status: int = 200
) -> HttpResponse:
    """The file: contact, appointments, intakes, plans, pain."""
    note_access(client, noun="client", action=AccessEvent.Action.VIEW, user=request.user)
    appointments = appointments_for(request.user).filter(client=client)
    this_side, duplicates = likely_duplicates(request.user, client)
    context = {
        "section": "clients",
        "client": client,
        "intakes_to_acknowledge": intakes_to_acknowledge(request.user, client=client),
        "this_side": this_side,
        "duplicates": duplicates,
        "pain_scores_to_acknowledge": pain_scores_to_acknowledge(request.user, client=client),
        "form": form or ContactForm(instance=client),
        "editing": form is not None,
        "appointments": list(appointments.with_people().order_by("-starts_at")),
        **(health_record_of(client) if may_read_health(request.user) else {"may_read_health": False}),
        "merges": client.merges.standing().select_related("former", "by"),
        "consent": client.valid_consent(version=request.practice.consent_version),
    }
    return render(request, "booking/desk/client.html", context, status=status)


def health_record_of(client: Client) -> dict[str, Any]:
    """What was answered, advised and measured, for whoever reads health records."""
    catalogue = current_catalogue()
    intakes = list(Intake.objects.filter(client=client).prefetch_related("marks").order_by("-given_at", "-id"))
    given = [IntakePair(*intakes[place : place + 2]) for place in range(len(intakes))]
    return {
        "may_read_health": True,
        "intakes": [
            {"intake": each.latest, "answers": intake_in_words(each.latest, catalogue, each.changed)}
            for each in given
            if each.latest is not None
        ],
        "plans": client.plans.select_related("approved_by").prefetch_related("items"),
        "trend": pain_trend(PainScore.objects.filter(client=client).order_by("given_at"), catalogue),
    }
