"""What was just sent, corrected from the browser that sent it: whoever else opens the link reads none of it."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from clients.intake.actions import confirm_unchanged, is_being_corrected, lock_request
from clients.intake.at_practice import form_at_practice
from clients.intake.stops import STOPPING_TRIAGES
from clients.models import IntakeRequest
from clients.record.access_log import note_access
from clients.record.export import BY_CLIENT
from clinic.models import AccessEvent
from clinic.web.http import HttpRequest

SENT_HERE = "sent-forms"
FORMS_REMEMBERED = 5
CAN_BE_CORRECTED_FOR = dt.timedelta(hours=1)


def note_sent(request: HttpRequest, row: IntakeRequest) -> None:
    """Remember that this browser sent a form. At the practice the device goes to somebody else, and none is kept."""
    if form_at_practice(request, row) is None:
        sent = [each for each in request.session.get(SENT_HERE, []) if each != str(row.public_id)]
        request.session[SENT_HERE] = [*sent, str(row.public_id)][-FORMS_REMEMBERED:]


def was_sent_here(request: HttpRequest, row: IntakeRequest) -> bool:
    """Whether this browser sent the form. Where somebody else reads the mail nothing is shown again."""
    return not row.client.hides_health and str(row.public_id) in request.session.get(SENT_HERE, [])


def can_be_corrected(request: HttpRequest, row: IntakeRequest) -> bool:
    """Whether this browser sent a form within the hour, or corrects it. What stopped the booking is taken back another
    way (clients/intake/retraction.py)."""
    if row.intake is None or row.intake.triage in STOPPING_TRIAGES or not was_sent_here(request, row):
        return False
    return is_being_corrected(row) or timezone.now() - row.intake.given_at < CAN_BE_CORRECTED_FOR


def is_closed(request: HttpRequest, row: IntakeRequest) -> bool:
    """Whether a form was sent and its pages are shut: to all but the browser that sent it and corrects it."""
    return row.intake is not None and not (is_being_corrected(row) and was_sent_here(request, row))


def reopen_sent(request_row: IntakeRequest, *, by_mail: bool) -> IntakeRequest:
    """Put what was answered into a sent form again. The intake stays with it, and counts until it is sent once more:
    nobody is asked for the form anew, and by its link nobody reads it."""
    with transaction.atomic():
        row = lock_request(request_row)
        if row.intake is None or row.answers:
            return row
        confirm_unchanged(row, row.intake, by_mail=by_mail, reopens=True)
        note_access(row.client, noun="intake", action=AccessEvent.Action.CHANGE, actor=BY_CLIENT)
    return row
