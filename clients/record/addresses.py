"""What the desk learns of an address that the mail server did not say: it bounced later, or it works again."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from clients.record.access_log import note_access
from clinic.country import locale
from clinic.models import AccessEvent, User


def mark_email_bounced(address: str, *, by: User) -> int:
    """Mark an address in the files of all who have it, as a refusal by the mail server does; return how many."""
    day = locale.current_formats().full_date(timezone.localdate())
    return set_email_error(address, _("it came back (noted on %(day)s)") % {"day": day}, by=by)


def clear_email_error(address: str, *, by: User) -> int:
    """Take back what is held against an address in the files of all who have it; return how many."""
    return set_email_error(address, "", by=by)


def set_email_error(address: str, why: str, *, by: User) -> int:
    """Write the reason into each open file at an address; empty where there is none."""
    with transaction.atomic():
        files = list(Client.objects.at_mailbox(address))
        Client.objects.filter(pk__in=[each.pk for each in files]).update(email_error=why)
        for each in files:
            note_access(each, noun="client", action=AccessEvent.Action.CHANGE, user=by)
    return len(files)
