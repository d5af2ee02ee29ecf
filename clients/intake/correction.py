"""What was just sent, corrected from the browser that sent it: whoever else opens the link reads none of it."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from clients.intake.actions import confirm_unchanged, lock_request
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


def can_be_corrected(request: HttpRequest, row: IntakeRequest) -> bool:
    """Whether this browser sent a form within the hour. What stopped the booking is taken back another way
    (clients/intake/retraction.py), and where somebody else reads the mail nothing is shown again."""
    return (
        row.intake is not None
        and row.intake.triage not in STOPPING_TRIAGES
        and not row.client.hides_health
        and str(row.public_id) in request.session.get(SENT_HERE, [])
        and timezone.now() - row.intake.given_at < CAN_BE_CORRECTED_FOR
    )


def reopen_sent(request_row: IntakeRequest, *, by_mail: bool) -> IntakeRequest:
    """Open a sent form again with all that was answered. The intake stays, and counts until it is sent once more."""
    with transaction.atomic():
        row = lock_request(request_row)
        if (sent := row.intake) is None:
            return row
        row.intake, row.answers = None, {}
        row.save(update_fields=["intake", "answers"])
        confirm_unchanged(row, sent, by_mail=by_mail)
        note_access(row.client, noun="intake", action=AccessEvent.Action.CHANGE, actor=BY_CLIENT)
    return row
