"""Two files of one person: find the other one, look at both side by side, put them together, undo it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.access import appointments_for, client_for, clients_for, note_list, team_only
from booking.actions.merging import clashes, may_be_undone, merge_files, undo_merge, waits_twice, would_move
from booking.forms.merging import MergeForm
from booking.models import Appointment
from clients.actions import note_access
from clients.models import Client
from clinic.errors import Refusal
from clinic.http import StaffRequest
from clinic.models import AccessEvent, User

SHOWN = 20


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Find the other file; with `?with=` both side by side; on POST they become one."""
    client = client_for(request.user, public_id)
    other = the_other(request, client)
    if other is None:
        return choose_page(request, client)
    if request.method != "POST":
        return preview_page(request, client, other, MergeForm(kept=client, former=other))
    form = MergeForm(request.POST, kept=client, former=other)
    if not form.is_valid():
        return preview_page(request, client, other, form, status=422)
    try:
        merge_files(client, other, contact=form.contact(), by=request.user)
    except Refusal as refusal:
        form.add_error(None, refusal.for_team)
        return preview_page(request, client, other, form, status=422)
    messages.success(request, _("One file now. You can undo this below."))
    return redirect("booking:desk-client", public_id=client.public_id)


def the_other(request: StaffRequest, client: Client) -> Client | None:
    """The file named by `?with=`, or None where none is, or it is this very one by now."""
    try:
        key = uuid.UUID(request.GET.get("with", ""))
    except ValueError:
        return None
    other = client_for(request.user, key)
    return None if other.pk == client.pk else other


def choose_page(request: StaffRequest, client: Client) -> HttpResponse:
    """A search for the other file of this person; at first by the last name."""
    words = request.GET.get("q", client.last_name or client.first_name).strip()
    people = list(clients_for(request.user).exclude(pk=client.pk).matching(words[:200])[:SHOWN]) if words else []
    note_list(request.user, "clients")
    context = {"section": "clients", "client": client, "q": words, "people": people}
    return render(request, "booking/desk/merge_choose.html", context)


def preview_page(
    request: StaffRequest, client: Client, other: Client, form: MergeForm, *, status: int = 200
) -> HttpResponse:
    """Both files side by side: what differs, what would move, what is in the way. Nothing of anybody's health."""
    for each in (client, other):
        note_access(each, noun="client", action=AccessEvent.Action.VIEW, user=request.user)
    context = {
        "section": "clients",
        "client": client,
        "other": other,
        "form": form,
        "files": [facts(request.user, each) for each in (client, other)],
        "moving": would_move(other),
        "clashes": clashes(client, other),
        "waits_twice": waits_twice(client, other),
        "swap_url": f"{reverse('booking:desk-merge', args=[other.public_id])}?with={client.public_id}",
    }
    return render(request, "booking/desk/merge.html", context, status=status)


def facts(user: User, client: Client) -> dict[str, object]:
    """What helps to say whether this is the same person."""
    appointments = appointments_for(user).filter(client=client).with_people().order_by("-starts_at")
    return {"client": client, "appointments": list[Appointment](appointments[:3])}


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: StaffRequest, public_id: uuid.UUID, merge_id: uuid.UUID) -> HttpResponse:
    """Ask once, then make two files of one again."""
    client = client_for(request.user, public_id)
    done = get_object_or_404(client.merges.standing().select_related("kept", "former", "by"), public_id=merge_id)
    if not may_be_undone(done):
        messages.error(request, _("This cannot be undone any more."))
        return redirect("booking:desk-client", public_id=client.public_id)
    error = ""
    if request.method == "POST":
        try:
            back = undo_merge(done, by=request.user)
        except Refusal as refusal:
            error = refusal.for_team
        else:
            messages.success(request, _("Two files again. Please look at the coming appointments of both."))
            return redirect("booking:desk-client", public_id=back.public_id)
    context = {"section": "clients", "client": client, "merge": done, "error": error}
    return render(request, "booking/desk/merge_undo.html", context, status=422 if error else 200)
