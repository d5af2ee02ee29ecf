"""Which reminders' mails reached their client, or may have: went out, or are on their way."""

from django.db.models import Q

from booking.models import ReminderState
from clinic.models import MailState


def was_told() -> Q:
    """Reminders whose mail, or that of the appointment which leads them, went out or is on its way."""
    own = Q(state=ReminderState.DONE) & (went_out("mail") | went_out("mail__resends"))
    leads = Q(merged_into__state=ReminderState.DONE)
    return own | leads & (went_out("merged_into__mail") | went_out("merged_into__mail__resends"))


def went_out(mail: str) -> Q:
    """The condition that a mail was not taken back, or only in doubt: then a first copy may have left."""
    kept = [state for state in MailState if state != MailState.WITHDRAWN]
    return Q(**{f"{mail}__state__in": kept}) | Q(**{f"{mail}__maybe_duplicate": True})
