"""Whose files a signed-in client may see: those at the mailbox that they proved to read. All else is a 404 (I8)."""

import datetime as dt
import uuid

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from clients.models import CarePlan, Client, ClientQuerySet, IntakeRequest
from clients.record.access_log import CLIENT_BY_LINK
from clients.record.export import BY_CLIENT
from clinic.accounts.codes import MAILBOX_PURPOSE
from clinic.accounts.second_factor import is_team_member
from clinic.identity import mailed_form
from clinic.models import User

# Where a session keeps the address that a code proved while somebody booked; it opens nothing.
PROVED_SESSION_KEY = "proved-address"
# As long as the booking form keeps what was typed: the next person at a shared browser has proved nothing.
PROOF_VALID_FOR = dt.timedelta(minutes=30)


def mailbox_of(request: HttpRequest) -> str:
    """The address that this session proved to read, by a mailed code; empty for strangers and for the team. The session
    says it, not the sign-in's own e-mail: that can be edited, and nobody would have proved it."""
    if not isinstance(request.user, User) or is_team_member(request.user):
        return ""
    return str(request.session.get(MAILBOX_PURPOSE, ""))


def has_proved(request: HttpRequest, address: str) -> bool:
    """Whether this session proved to read the mail of an address: by signing in, or by a code while booking."""
    proved = (mailbox_of(request), proved_address(request))
    return bool(address) and mailed_form(address) in {mailed_form(each) for each in proved if each}


def note_proved(request: HttpRequest, address: str) -> None:
    """Note that this session proved to read the mail of an address while booking."""
    request.session[PROVED_SESSION_KEY] = {"address": address, "at": timezone.now().isoformat()}


def proved_address(request: HttpRequest) -> str:
    """The address that was proved while booking, in the last half hour; else empty."""
    held = request.session.get(PROVED_SESSION_KEY)
    if not isinstance(held, dict) or timezone.now() - dt.datetime.fromisoformat(held["at"]) > PROOF_VALID_FOR:
        return ""
    return str(held["address"])


def own_files(request: HttpRequest) -> ClientQuerySet:
    """The open files at the mailbox of whoever is signed in; none for the team and for strangers."""
    return Client.objects.at_mailbox(mailbox_of(request)).order_by("first_name", "last_name", "pk")


def own_file(request: HttpRequest, public_id: uuid.UUID) -> Client:
    """One of them. Raises Http404."""
    return get_object_or_404(own_files(request), public_id=public_id)


def readable_files(request: HttpRequest) -> ClientQuerySet:
    """Those of them whose health the reader of the mailbox may see: not of somebody for whom they only booked."""
    return own_files(request).open_to_mailbox()


def owns_plan(request: HttpRequest, subject: uuid.UUID) -> bool:
    """Whether a care plan is of whoever is signed in."""
    return CarePlan.objects.filter(public_id=subject, client__in=readable_files(request)).exists()


def owns_intake(request: HttpRequest, subject: uuid.UUID) -> bool:
    """Whether an intake that was asked for is of whoever is signed in."""
    return IntakeRequest.objects.filter(public_id=subject, client__in=readable_files(request)).exists()


def reader_label(request: HttpRequest) -> str:
    """What the access log calls a client who reads: signed in, or by a link."""
    return BY_CLIENT if mailbox_of(request) else CLIENT_BY_LINK
