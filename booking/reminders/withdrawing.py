"""Taking back mails that wait in the ledger and are no longer true. Part of each sweep."""

import uuid
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from booking.models import Reminder, ReminderState
from booking.reminders.still_true import of_a_reminder, of_a_subject, readers, too_personal, untrue
from clinic.mail import ledger
from clinic.models import MailState, OutgoingMail


def withdraw_untrue() -> int:
    """Withdraw mails that wait and are no longer true, whatever path made them so; return how many.

    Those whose body may be under way are kept from going once more. What says more than its client wants is owed anew.
    """
    waiting = OutgoingMail.objects.pending()
    keys = list(waiting.filter(of_a_reminder(untrue)).values_list("pk", flat=True))
    about_subjects = list(waiting.filter(of_a_subject()).select_related("resend_of"))
    still_true = readers(about_subjects)
    keys += [mail.pk for mail in about_subjects if mail.pk not in still_true]
    withdrawn = ledger.withdraw_mails(OutgoingMail.objects.filter(pk__in=keys), why=_("No longer true.")) if keys else 0
    return withdrawn + withdraw_too_personal()


def withdraw_too_personal() -> int:
    """Withdraw tips that wait and were personal when they were written, and owe them anew without; return how many."""
    keys = list(OutgoingMail.objects.pending().filter(of_a_reminder(too_personal)).values_list("pk", flat=True))
    return write_anew(keys, why=_("The client took back their consent to personal tips.")) if keys else 0


def write_anew(keys: Collection[int], *, why: str) -> int:
    """Withdraw mails that have not begun to leave, and let their reminders write them again; return how many."""
    with transaction.atomic():
        withdrawn = ledger.withdraw_mails(OutgoingMail.objects.filter(pk__in=keys), why=why)
        owed = Reminder.objects.filter(mail__in=keys, mail__state=MailState.WITHDRAWN).select_related("appointment")
        for reminder in owed:
            # The appointment will have a new mail; the key keeps the old one among what is known of the client.
            key = f"anew:{reminder.appointment.public_id}:{uuid.uuid4().hex}"
            OutgoingMail.objects.filter(reminder=reminder).update(dedupe_key=key)
        Reminder.objects.filter(pk__in=[each.pk for each in owed]).update(
            state=ReminderState.DUE, mail=None, settled_at=None
        )
    return withdrawn
