"""Clients: found by name, address or phone; the file with everything that was said and done."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.access import appointments_for, client_for, clients_for, note_list, team_only
from booking.actions.signing_in import tell_old_address
from booking.forms.desk import ContactForm
from booking.views.desk.banners import answers_to_see, pains_to_see
from booking.views.desk.intakes import Given
from booking.views.desk.pain import trend
from booking.views.desk.twins import twins_of
from booking.views.desk.words import in_words
from clients.actions import note_access
from clients.actions.addresses import mail_arrives, mail_came_back
from clients.actions.erasing import forget_sign_in
from clients.catalogue import current
from clients.models import Client, Intake, PainScore
from clinic.edits import locked
from clinic.http import StaffRequest
from clinic.models import AccessEvent, Practice, User
from clinic.posting import post_only
from clinic.rights import reads_health

SHOWN = 50


def found(request: StaffRequest, words: str, limit: int = SHOWN) -> list[Client]:
    """The clients that match a search, at most `limit`."""
    return list(clients_for(request.user).matching(words[:200])[:limit])


@team_only
@require_safe
def clients(request: StaffRequest) -> HttpResponse:
    """Search. The list alone for htmx, the whole page for everyone else."""
    words = request.GET.get("q", "").strip()
    people = found(request, words)
    note_list(request.user, "clients")
    context = {"section": "clients", "q": words, "people": people, "more": len(people) == SHOWN}
    if request.htmx:
        return render(request, "booking/desk/includes/client_list.html", context)
    return render(request, "booking/desk/clients.html", context)


@team_only
@require_safe
def client_file(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """One client's file."""
    return file_page(request, client_for(request.user, public_id))


@team_only
@post_only("booking:desk-client", "public_id")
def contact(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Change how a client is reached, and the note for the desk."""
    client = client_for(request.user, public_id)
    with transaction.atomic():
        form = ContactForm(request.POST, instance=locked(client))
        if form.is_valid():
            save_contact(form, by=request.user)
    if form.errors:
        return file_page(request, client, form=form, status=409 if form.conflicts else 422)
    messages.success(request, _("Saved."))
    return redirect("booking:desk-client", public_id=public_id)


def save_contact(form: ContactForm, *, by: User) -> None:
    """Write what was changed, and nothing else: a new address starts without the old one's bounces, and the old one is
    told: who reads the new one may sign in as the client."""
    client = form.save(commit=False)
    columns, before = list(form.changed_data), form.initial["email"]
    if "email" in columns:
        if before and not client.email_trouble:
            tell_old_address(client, before)
        client.email_trouble = ""
        columns.append("email_trouble")
    client.save(update_fields=columns)
    forget_sign_in(before)
    note_access(client, noun="client", action=AccessEvent.Action.CHANGE, user=by)


@team_only
@post_only("booking:desk-client", "public_id")
def came_back(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note that mail to this client's address came back."""
    mail_came_back(client_for(request.user, public_id).email, by=request.user)
    messages.success(request, _("Noted. It stands in the file and on each visit until the address is changed."))
    return redirect("booking:desk-client", public_id=public_id)


@team_only
@post_only("booking:desk-client", "public_id")
def arrives(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note that mail to this client's address arrives after all."""
    mail_arrives(client_for(request.user, public_id).email, by=request.user)
    messages.success(request, _("Noted: mail to this address arrives."))
    return redirect("booking:desk-client", public_id=public_id)


def file_page(
    request: StaffRequest, client: Client, *, form: ContactForm | None = None, status: int = 200
) -> HttpResponse:
    """The file: contact, visits, intakes, plans, pain."""
    note_access(client, noun="client", action=AccessEvent.Action.VIEW, user=request.user)
    visits = appointments_for(request.user).filter(client=client)
    this_side, twins = twins_of(request.user, client)
    context = {
        "section": "clients",
        "client": client,
        "answers_to_see": answers_to_see(request.user, client=client),
        "this_side": this_side,
        "twins": twins,
        "pains_to_see": pains_to_see(request.user, client=client),
        "form": form or ContactForm(instance=client),
        "editing": form is not None,
        "visits": list(visits.with_people().order_by("-starts_at")),
        **(health_of(client) if reads_health(request.user) else {"reads_health": False}),
        "merges": client.merges.standing().select_related("former", "by"),
        "consent": client.valid_consent(version=Practice.current().consent_version),
    }
    return render(request, "booking/desk/client.html", context, status=status)


def health_of(client: Client) -> dict[str, Any]:
    """What was answered, advised and measured, for whoever reads health records."""
    catalogue = current()
    intakes = list(Intake.objects.filter(client=client).prefetch_related("marks").order_by("-given_at", "-id"))
    given = [Given(*intakes[place : place + 2]) for place in range(len(intakes))]
    return {
        "reads_health": True,
        "intakes": [
            {"intake": each.latest, "answers": in_words(each.latest, catalogue, each.changed)}
            for each in given
            if each.latest is not None
        ],
        "plans": client.plans.select_related("approved_by").prefetch_related("items"),
        "trend": trend(PainScore.objects.filter(client=client).order_by("given_at"), catalogue),
    }
