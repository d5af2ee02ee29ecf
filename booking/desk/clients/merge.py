"""Two files of one person: find the other one, look at both side by side, put them together, undo it."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from booking.appointments.access import appointments_for, client_for, clients_for, log_list_access, team_only
from booking.appointments.same_person import confirm_settled
from booking.desk.clients.forms import OF_HEALTH
from booking.models import Appointment
from booking.records.merge import (
    duplicate_waitlist_entries,
    merge_can_be_undone,
    merge_files,
    overlapping_appointments,
    rows_to_move,
    undo_merge,
)
from clients.models import Client
from clients.record.access_log import note_access
from clinic.accounts.rights import may_read_health
from clinic.country import locale
from clinic.errors import Refusal
from clinic.models import AccessEvent, User
from clinic.web.http import StaffRequest, refusals_in
from clinic.web.links import uuid_or_none

KEPT, FORMER, BOTH = "kept", "former", "both"
# What a person chooses between as a whole, and the columns it stands for.
CHOICES = {
    "name": (gettext_lazy("Name"), ("first_name", "last_name")),
    "email": (gettext_lazy("E-mail"), ("email",)),
    "phone": (gettext_lazy("Phone"), ("phone",)),
    "born_on": (gettext_lazy("Born on"), ("born_on",)),
    "desk_note": (gettext_lazy("Note for the desk"), ("desk_note",)),
    "emergency_contact": (gettext_lazy("In an emergency, call"), ("emergency_contact",)),
    "physician": (gettext_lazy("Doctor or midwife"), ("physician",)),
}
LONGEST_NOTE = Client._meta.get_field("desk_note").max_length or 0
LONGEST_CONTACT = Client._meta.get_field("physician").max_length or 0


class MergeForm(forms.Form):
    """One choice for each thing in which the two files differ; what only one of them has is taken without asking.

    Of health, only somebody who reads health records chooses; for others both are kept as far as they fit.
    """

    def __init__(self, *args: Any, kept: Client, former: Client, may_read: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept, self.former = kept, former
        for name, (label, columns) in CHOICES.items():
            ours, theirs = value_in_file(kept, columns), value_in_file(former, columns)
            if ours == theirs or not (ours and theirs) or (name in OF_HEALTH and not may_read):
                continue
            options = [(KEPT, ours), (FORMER, theirs)]
            if name == "desk_note" and len(self.both_notes) <= LONGEST_NOTE:
                options.insert(0, (BOTH, self.both_notes))
            self.fields[name] = forms.ChoiceField(
                label=label, choices=options, initial=options[0][0], widget=forms.RadioSelect
            )

    @property
    def both_notes(self) -> str:
        """The notes of both files, one after the other."""
        return f"{self.kept.desk_note} / {self.former.desk_note}"

    def joined(self, column: str) -> str:
        """What both files say in a column that nobody was asked about, as far as it fits."""
        both = [text for text in dict.fromkeys((getattr(self.kept, column), getattr(self.former, column))) if text]
        joined = " / ".join(both)
        return joined if len(joined) <= LONGEST_CONTACT else both[0]

    def contact(self) -> dict[str, Any]:
        """The columns of the file that is left, once valid."""
        found: dict[str, Any] = {}
        for name, (_label, columns) in CHOICES.items():
            fallback = KEPT if value_in_file(self.kept, columns) else FORMER
            chosen = self.cleaned_data.get(name, fallback)
            source = self.former if chosen == FORMER else self.kept
            found |= {column: getattr(source, column) for column in columns}
            if chosen == BOTH:
                found["desk_note"] = self.both_notes
            elif name in OF_HEALTH and name not in self.fields:
                found |= {column: self.joined(column) for column in columns}
        return found


def value_in_file(client: Client, columns: tuple[str, ...]) -> str:
    """What a file says there, as a person reads it."""
    values = (getattr(client, column) for column in columns)
    return " ".join(
        locale.current_formats().full_date(value) if columns == ("born_on",) else str(value)
        for value in values
        if value
    )


MOST_FILES_SHOWN = 20


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def merge_page(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Find the other file; with `?with=` both side by side; on POST they become one."""
    client = client_for(request.user, public_id)
    other = other_client(request, client)
    if other is None:
        return render_merge_search(request, client)
    may_read = may_read_health(request.user)
    if request.method != "POST":
        return render_merge_preview(request, client, other, MergeForm(kept=client, former=other, may_read=may_read))
    form = MergeForm(request.POST, kept=client, former=other, may_read=may_read)
    if form.is_valid():
        with refusals_in(form):
            merge_files(client, other, contact=form.contact(), practice=request.practice, by=request.user)
            confirmed = confirm_settled(client, by=request.user, practice=request.practice)
            messages.success(request, with_confirmed(_("One file now. It can be undone in the file."), confirmed))
            if appointment := appointment_to_return_to(request):
                return redirect("booking:desk-appointment", public_id=appointment.public_id)
            return redirect("booking:desk-client", public_id=client.public_id)
    return render_merge_preview(request, client, other, form, status=422)


def with_confirmed(said: str, confirmed: Sequence[Appointment]) -> str:
    """What was done with two files, and what waited for nothing else and is confirmed by that."""
    if not confirmed:
        return said
    waited = ngettext(
        "The booking that waited for it is confirmed.",
        "%(number)s bookings that waited for it are confirmed.",
        len(confirmed),
    )
    return f"{said} {waited % {'number': len(confirmed)}}"


def appointment_to_return_to(request: StaffRequest) -> Appointment | None:
    """The appointment on whose page somebody decided, named by `appointment`; None where they may not see it."""
    key = uuid_or_none(request.POST.get("appointment", "") or request.GET.get("appointment", ""))
    return appointments_for(request.user).filter(public_id=key).first() if key else None


def other_client(request: StaffRequest, client: Client) -> Client | None:
    """The file named by `?with=`, or None where none is, or it is this very one by now."""
    key = uuid_or_none(request.GET.get("with", ""))
    other = client_for(request.user, key) if key else client
    return None if other.pk == client.pk else other


def render_merge_search(request: StaffRequest, client: Client) -> HttpResponse:
    """A search for the other file of this person; at first by the last name."""
    words = request.GET.get("q", client.last_name or client.first_name).strip()
    people = (
        list(clients_for(request.user).exclude(pk=client.pk).matching(words[:200])[:MOST_FILES_SHOWN]) if words else []
    )
    log_list_access(request.user, "clients")
    context = {"client": client, "q": words, "people": people}
    return render(request, "booking/desk/merge_choose.html", context)


def render_merge_preview(
    request: StaffRequest, client: Client, other: Client, form: MergeForm, *, status: int = 200
) -> HttpResponse:
    """Both files side by side: what differs, what would move, what is in the way. Nothing of anybody's health."""
    for each in (client, other):
        note_access(each, noun="client", action=AccessEvent.Action.VIEW, user=request.user)
    context = {
        "client": client,
        "other": other,
        "form": form,
        "files": [identity_facts(request.user, each) for each in (client, other)],
        "moving": rows_to_move(other),
        "clashes": overlapping_appointments(client, other),
        "waits_twice": duplicate_waitlist_entries(client, other),
    }
    return render(request, "booking/desk/merge.html", context, status=status)


def identity_facts(user: User, client: Client) -> dict[str, object]:
    """What helps to say whether this is the same person."""
    appointments = appointments_for(user).filter(client=client).with_people().order_by("-starts_at")
    return {"client": client, "appointments": list[Appointment](appointments[:3])}


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def undo_merge_page(request: StaffRequest, public_id: uuid.UUID, merge_id: uuid.UUID) -> HttpResponse:
    """Ask once, then make two files of one again."""
    client = client_for(request.user, public_id)
    done = get_object_or_404(client.merges.standing().select_related("kept", "former", "by"), public_id=merge_id)
    if not merge_can_be_undone(done):
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
    context = {"client": client, "merge": done, "error": error}
    return render(request, "booking/desk/merge_undo.html", context, status=422 if error else 200)
