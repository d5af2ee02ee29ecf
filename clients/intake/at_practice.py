"""The health form at the practice: filled by the client on a device that was handed over, or by the team with them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import django.http
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from clients.models import Client, IntakeRequest
from clients.record.access import owns_intake, reader_label
from clients.record.access_log import note_access
from clinic.accounts.handover import TABLET, give_more_time, hand_over, handover_of, is_handed_over
from clinic.accounts.rights import may_read_health
from clinic.models import AccessEvent, User
from clinic.web.http import HttpRequest

ENTERING_SESSION_KEY = "entering-forms"
# Forms that one person has open with clients at a time; the oldest goes.
FORMS_AT_A_TIME = 5
HANDED_OVER = "client at the practice"


@dataclass(frozen=True)
class FormAtPractice:
    """How a form is filled at the practice, as its pages say it."""

    client: Client
    leave_url: str
    entered_by: User | None = None


def begin_entering(request: django.http.HttpRequest, row: IntakeRequest) -> None:
    """Let this sign-in fill a form with its client. The caller has asked whether the file is this person's to see."""
    open_forms = [each for each in entering_keys(request) if each != str(row.public_id)]
    request.session[ENTERING_SESSION_KEY] = [*open_forms, str(row.public_id)][-FORMS_AT_A_TIME:]


def entering_keys(request: django.http.HttpRequest) -> list[str]:
    """The forms that this sign-in fills with clients."""
    held = request.session.get(ENTERING_SESSION_KEY)
    return held if isinstance(held, list) else []


def entered_by(request: HttpRequest, subject: uuid.UUID) -> User | None:
    """Who of the team fills this form with its client in this browser; nobody where a client fills it alone."""
    user = request.user
    if isinstance(user, User) and may_read_health(user) and str(subject) in entering_keys(request):
        return user
    return None


def may_fill(request: HttpRequest, subject: uuid.UUID) -> bool:
    """Whether a form opens without its link: for its client signed in, on a device handed over, or with the team."""
    return is_handed_over(request, subject) or owns_intake(request, subject) or entered_by(request, subject) is not None


def is_vouched_for(request: HttpRequest, subject: uuid.UUID) -> bool:
    """Whether somebody who reads health records gave this form to its client, or sits beside them."""
    held = handover_of(request)
    if held is not None and held.shows_record and is_handed_over(request, subject):
        return True
    return entered_by(request, subject) is not None


def form_at_practice(request: HttpRequest, row: IntakeRequest) -> FormAtPractice | None:
    """What the form's pages say of how it is filled; None at home."""
    by = entered_by(request, row.public_id)
    if by is not None:
        return FormAtPractice(row.client, desk_form_page(row), by)
    held = handover_of(request)
    if held is None or not held.opens(row.public_id):
        return None
    return FormAtPractice(row.client, reverse("tablet-leave") if held.locks else "")


def note_form_read(request: HttpRequest, row: IntakeRequest) -> None:
    """Note in the access log that a page of the form was read, and by whom."""
    by = entered_by(request, row.public_id)
    at_practice = by is None and is_handed_over(request, row.public_id)
    actor = HANDED_OVER if at_practice else reader_label(request)
    note_access(row.client, noun="intake", action=AccessEvent.Action.VIEW, user=by, actor=actor)


def note_page_saved(request: HttpRequest) -> None:
    """A page was saved: a form that was handed over stays open for longer."""
    held = handover_of(request)
    if held is not None:
        give_more_time(held)


def page_after_sending(request: HttpRequest, row: IntakeRequest) -> HttpResponse | None:
    """Where a form that is sent leads at the practice: to the thanks that show nothing of it."""
    held = handover_of(request)
    return redirect(TABLET) if held is not None and held.opens(row.public_id) else None


def lock_once_signed(request: HttpRequest, row: IntakeRequest) -> None:
    """Who signed a form that the team filled with them holds the device: it shows the thanks, and the desk again to
    whoever of the team types their PIN or password."""
    if entered_by(request, row.public_id) is not None:
        hand_over(request, row.public_id, shows_record=True, back_to=desk_form_page(row))


def desk_form_page(row: IntakeRequest) -> str:
    """The page of the desk that a form belongs to."""
    if row.appointment is not None:
        return reverse("booking:desk-appointment", args=[row.appointment])
    return reverse("booking:desk-client", args=[row.client.public_id])
