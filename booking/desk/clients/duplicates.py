"""Two files that are perhaps of one person: what each says, and the decision that they are two people."""

import uuid
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from booking.appointments.access import appointments_for, client_for, clients_for, team_only
from booking.appointments.same_person import confirm_settled
from booking.desk.clients.merge import MergeForm, appointment_to_return_to, with_confirmed
from booking.models import Appointment
from clients.catalogue import current_catalogue
from clients.models import Client, Intake
from clients.record.access_log import note_access
from clients.record.merge import mark_not_duplicates
from clinic.accounts.rights import may_read_health
from clinic.models import AccessEvent, User
from clinic.web.http import StaffRequest
from clinic.web.post_only import post_only

MOST_DUPLICATES_SHOWN = 5


@dataclass(frozen=True)
class DuplicateSide:
    """One of two files, as far as it tells people apart: the person, the newest answers for who may read them, and the
    newest appointment."""

    client: Client
    intake: Intake | None
    health: str
    """What the newest answers are, in words; empty for whoever does not read them."""
    newest: Appointment | None
    joins_at_once: bool = False
    """Whether nothing but the name needs choosing between, and both are reached at one mailbox: who joins them lets
    nobody read what they did not read before."""


def likely_duplicates(user: User, client: Client) -> tuple[DuplicateSide | None, list[DuplicateSide]]:
    """A file and its likely duplicates side by side, at most five; nothing where there are none. Looking is noted."""
    others = list(clients_for(user).likely_duplicates_of(client)[:MOST_DUPLICATES_SHOWN])
    for each in others:
        note_access(each, noun="client", action=AccessEvent.Action.VIEW, user=user)
    if not others:
        return None, []
    sides = [replace(duplicate_side(user, each), joins_at_once=can_join_at_once(user, client, each)) for each in others]
    return duplicate_side(user, client), sides


def can_join_at_once(user: User, client: Client, other: Client) -> bool:
    """Whether two files need no look side by side before they are joined under the name of the first."""
    asked = MergeForm(kept=client, former=other, may_read=may_read_health(user)).fields.keys()
    return asked <= {"name"} and bool(client.email_key) and client.email_key == other.email_key


def duplicate_side(user: User, client: Client) -> DuplicateSide:
    """One client's side of the comparison."""
    newest = appointments_for(user).filter(client=client).select_related("service").order_by("-starts_at").first()
    if not may_read_health(user):
        return DuplicateSide(client, None, "", newest)
    intake, names = Intake.objects.latest_of(client), current_catalogue().index.conditions
    if intake is None:
        return DuplicateSide(client, None, _("None yet"), newest)
    conditions = [names[slug].name if slug in names else slug for slug in intake.conditions]
    return DuplicateSide(client, intake, ", ".join(conditions) or _("Nothing to mind"), newest)


@team_only
@post_only("booking:desk-client", "public_id")
def mark_not_duplicate(request: StaffRequest, public_id: uuid.UUID, other: uuid.UUID) -> HttpResponse:
    """Note that two files are of two people. Nobody is asked again."""
    client, somebody_else = client_for(request.user, public_id), client_for(request.user, other)
    mark_not_duplicates(client, [somebody_else], by=request.user)
    confirmed = [
        each
        for both in (client, somebody_else)
        for each in confirm_settled(both, by=request.user, practice=request.practice)
    ]
    messages.success(request, with_confirmed(_("Noted: these are two people."), confirmed))
    if request.POST.get("from") == "list":
        return redirect("booking:desk-clients-doubles")
    if appointment := appointment_to_return_to(request):
        return redirect("booking:desk-appointment", public_id=appointment.public_id)
    return redirect("booking:desk-client", public_id=public_id)
