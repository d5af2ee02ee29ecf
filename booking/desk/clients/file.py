"""The overview of a client's file: how to reach them, what is coming and what was, and what must be changed here."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import appointments_for, client_for, clients_for, health_only, team_only
from booking.appointments.client_sign_in import notify_old_address
from booking.desk.banners import intakes_to_acknowledge, pain_scores_to_acknowledge
from booking.desk.clients.duplicates import likely_duplicates
from booking.desk.clients.forms import AlertForm, ContactForm
from booking.desk.clients.head import render_file
from booking.desk.clients.shared_allergies import alert_to_share
from booking.models import Appointment, Status
from clients.imports.tracing import lines_of_file
from clients.models import Client, ClientMerge, ClientQuerySet, ImportLine, Intake, PainScore
from clients.record.access_log import note_access
from clients.record.addresses import clear_email_error, mark_email_bounced
from clients.record.erasure import end_sign_in
from clinic.accounts.rights import may_read_health
from clinic.models import AccessEvent, Practice, User
from clinic.web.edits import locked_row
from clinic.web.http import StaffRequest, redirect_saying
from clinic.web.post_only import post_only

# How many appointments one page holds; earlier ones are a page of their own.
MOST_APPOINTMENTS = 40
MOST_PAGES = 500
# How many of what is coming, and of what was, stand open; the others unfold.
COMING_AT_ONCE, PAST_AT_ONCE = 3, 6


@dataclass(frozen=True)
class AppointmentsOfFile:
    """Some of a client's appointments: those to come, the next first; those before, the newest first."""

    coming: Sequence[Appointment]
    past: Sequence[Appointment]
    page: int
    has_older: bool

    @property
    def sections(self) -> list[tuple[str, Sequence[Appointment], Sequence[Appointment]]]:
        """What is coming, if anything, and what was: a heading, what stands open, and what unfolds."""
        past = PAST_AT_ONCE if self.page == 1 else MOST_APPOINTMENTS
        before = _("Before") if self.coming else _("Appointments")
        found = [(_("Coming"), self.coming[:COMING_AT_ONCE], self.coming[COMING_AT_ONCE:])] if self.coming else []
        return [*found, (before, self.past[:past], self.past[past:])]

    @property
    def next(self) -> Appointment | None:
        """The next that is booked."""
        return next((each for each in self.coming if each.is_ahead), None)

    @property
    def last(self) -> Appointment | None:
        """The newest that took place, as far as anybody said."""
        return next((each for each in self.past if each.went_as_booked), None)


def book_again_url(client: Client, last: Appointment | None) -> str:
    """Where to book for a client, with the service, add-ons and therapist of their last appointment filled in."""
    asked: list[tuple[str, str]] = [("client", str(client.public_id))]
    if last is not None:
        asked += [("service", last.service.slug), ("therapist", str(last.therapist.public_id))]
        asked += [("add_ons", part.add_on.slug) for part in last.added]
    return f"{reverse('booking:desk-book')}?{urlencode(asked)}"


def appointments_of_file(user: User, client: Client, page: int) -> AppointmentsOfFile:
    """A page of a client's appointments, the newest on the first. In two queries."""
    found = appointments_for(user).filter(client=client).with_people().order_by("-starts_at", "-pk")
    begin = (page - 1) * MOST_APPOINTMENTS
    rows = list(found[begin : begin + MOST_APPOINTMENTS + 1])
    shown, now = rows[:MOST_APPOINTMENTS], timezone.now()
    ahead = [each for each in shown if each.starts_at > now and each.status != Status.CANCELLED]
    behind = [each for each in shown if each not in ahead]
    return AppointmentsOfFile(ahead[::-1], behind, page, len(rows) > len(shown))


def page_from_query(request: StaffRequest) -> int:
    """Which page of a list an address asks for; the first where it names none."""
    asked = request.GET.get("page", "")
    return min(max(int(asked), 1), MOST_PAGES) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


def with_flags(files: ClientQuerySet) -> ClientQuerySet:
    """Files with what is rarely so, and is looked up only where it is: answers and numbers to see to, merges, the
    lines of an import."""
    mine = {"client": OuterRef("pk")}
    return files.annotate(
        has_answers_waiting=Exists(Intake.objects.needing_call().filter(**mine)),
        has_pain_waiting=Exists(PainScore.objects.needing_call().filter(**mine)),
        has_import_lines=Exists(ImportLine.objects.filter(**mine).exclude(settled_at=None)),
        has_merges=Exists(ClientMerge.objects.filter(kept=OuterRef("pk"), undone_at=None)),
    )


def flagged_file(user: User, public_id: uuid.UUID) -> Client:
    """One client's file with its flags. Raises Http404 where it is not this person's to see."""
    files = with_flags(clients_for(user))
    return files.filter(public_id=public_id).first() or files.get(pk=client_for(user, public_id).pk)


@team_only
@require_safe
def client_file(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """One client's file."""
    return render_overview(request, flagged_file(request.user, public_id))


@team_only
@post_only("booking:desk-client", "public_id")
def change_contact(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Change how a client is reached, whom to call for them, and the note for the desk."""
    client = flagged_file(request.user, public_id)
    with transaction.atomic():
        may_read = may_read_health(request.user)
        form = ContactForm(request.POST, instance=locked_row(client), may_read_health=may_read)
        if form.is_valid():
            save_contact(form, practice=request.practice, by=request.user)
    if form.errors:
        return render_overview(request, client, form=form, status=409 if form.conflicts else 422)
    return redirect_saying(request, _("Saved."), "booking:desk-client", public_id=public_id)


def save_contact(form: ContactForm, *, practice: Practice, by: User) -> None:
    """Write what was changed, and nothing else: a new address starts without the old one's bounces, and the old one is
    told: who reads the new one may sign in as the client."""
    client = form.save(commit=False)
    columns, before = list(form.changed_data), form.initial["email"]
    if "email" in columns:
        if before and not client.email_error:
            notify_old_address(client, before, practice)
        client.email_error = ""
        columns.append("email_error")
    client.save(update_fields=columns)
    end_sign_in(before)
    note_access(client, noun="client", action=AccessEvent.Action.CHANGE, user=by)


@health_only
@post_only("booking:desk-client", "public_id")
def change_alert(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Change what stands out in a file; an empty text takes it away."""
    client = flagged_file(request.user, public_id)
    with transaction.atomic():
        form = AlertForm(request.POST, instance=locked_row(client))
        if form.is_valid():
            form.save(commit=False).save(update_fields=["alert", "alert_for_desk"])
            note_access(client, noun="client", action=AccessEvent.Action.CHANGE, user=request.user)
    if form.errors:
        context = {"alert_form": form}
        return render_overview(request, client, more=context, status=409 if form.conflicts else 422)
    return redirect_saying(request, _("Saved."), "booking:desk-client", public_id=public_id)


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


def render_overview(
    request: StaffRequest,
    client: Client,
    *,
    form: ContactForm | None = None,
    more: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The overview of a file, which must come with its flags: eight queries at most, however long it is."""
    user, may_read = request.user, may_read_health(request.user)
    note_access(client, noun="client", action=AccessEvent.Action.VIEW, user=user)
    flags = vars(client)
    appointments = appointments_of_file(user, client, page_from_query(request))
    this_side, duplicates = likely_duplicates(user, client)
    newest = Intake.objects.latest_of(client)
    context = {
        "this_side": this_side,
        "duplicates": duplicates,
        "intakes_to_acknowledge": intakes_to_acknowledge(user, client=client) if flags["has_answers_waiting"] else (),
        "pain_scores_to_acknowledge": pain_scores_to_acknowledge(user, client=client)
        if flags["has_pain_waiting"]
        else (),
        "form": form or ContactForm(instance=client, may_read_health=may_read),
        "editing": form is not None,
        "appointments": appointments,
        "book_again_url": book_again_url(client, appointments.last),
        "alert_to_share": alert_to_share(client, newest) if may_read else "",
        "contacts": contacts_of(client, newest, may_read_health=may_read),
        "import_lines": lines_of_file(client) if flags["has_import_lines"] else (),
        "merges": client.merges.standing().select_related("former", "by") if flags["has_merges"] else (),
        "consent": client.valid_consent(version=request.practice.consent_version),
        **(more or {}),
    }
    return render_file(request, client, "desk-client", context, template="overview", status=status)


@dataclass(frozen=True)
class ContactLine:
    """Whom to call for a client: as the desk has it, else as the newest health form says."""

    label: str
    text: str
    from_form: str = ""
    """What the newest health form says, where the desk has something else."""
    asked_on: dt.datetime | None = None
    """When the form said it, where the text is the form's."""


def contacts_of(client: Client, newest: Intake | None, *, may_read_health: bool) -> list[ContactLine]:
    """Whom to call in an emergency, and, for whoever reads health records, the doctor."""
    lines = [(_("In an emergency, call"), client.emergency_contact, newest.emergency_contact if newest else "")]
    if may_read_health:
        lines.append((_("Doctor or midwife"), client.physician, newest.physician if newest else ""))
    return [
        ContactLine(
            label,
            ours or theirs,
            from_form=theirs if ours and theirs and theirs != ours else "",
            asked_on=newest.given_at if newest and theirs and not ours else None,
        )
        for label, ours, theirs in lines
    ]
