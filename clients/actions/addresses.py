"""What the desk learns of an address that the mail server did not say: it bounced later, or it works again."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.actions.access import note_access
from clients.models import Client
from clinic import locale
from clinic.models import AccessEvent, User


def mail_came_back(address: str, *, by: User) -> int:
    """Mark an address in the files of all who have it, as a refusal by the mail server does; return how many."""
    day = locale.current().full_date(timezone.localdate())
    return note_trouble(address, _("it came back (noted on %(day)s)") % {"day": day}, by=by)


def mail_arrives(address: str, *, by: User) -> int:
    """Take back what is held against an address in the files of all who have it; return how many."""
    return note_trouble(address, "", by=by)


def note_trouble(address: str, why: str, *, by: User) -> int:
    """Write the reason into each open file at an address; empty where there is none."""
    with transaction.atomic():
        files = list(Client.objects.at_mailbox(address))
        Client.objects.filter(pk__in=[each.pk for each in files]).update(email_trouble=why)
        for each in files:
            note_access(each, noun="client", action=AccessEvent.Action.CHANGE, user=by)
    return len(files)
