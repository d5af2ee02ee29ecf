"""Letting mail go again after a restore, once a person has looked."""

import logging
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Reminder
from booking.models.reminder import ReminderState
from clinic.mail import channel, ledger
from clinic.models import MailChannel, OutgoingMail, User
from clinic.worker_signals import wake_worker

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Held:
    """What waits: since when and why, how much of it the old system may have sent already, and how much is new."""

    channel: MailChannel
    perhaps_sent: int
    other: int


def held() -> Held | None:
    """What a person must decide about; None where mail is not held."""
    found = channel.held()
    if found is None:
        return None
    perhaps = old_reminders(found).count() + old_mails(found).count()
    due = Reminder.objects.filter(state=ReminderState.DUE, due_at__lte=timezone.now()).count()
    return Held(found, perhaps, due + OutgoingMail.objects.pending().count() - perhaps)


def old_reminders(held: MailChannel) -> QuerySet[Reminder]:
    """Reminders of the backup that fell due before the restore: the system that was backed up may have sent them."""
    return Reminder.objects.filter(
        state=ReminderState.DUE, due_at__lte=held.held_since, written_at__lte=held.held_since
    )


def old_mails(held: MailChannel) -> QuerySet[OutgoingMail]:
    """Mails of the backup whose time had come before the restore: likewise."""
    return OutgoingMail.objects.pending().filter(next_try_at__lte=held.held_since, created_at__lte=held.held_since)


def release_mail(*, send_old: bool, by: User | None) -> bool:
    """Let mail go; say whether it was held. Without `send_old` what may have gone out before is left out, with why.

    Either way the next sweep looks at everything again: what is too late or no longer true does not go.
    """
    with transaction.atomic():
        found = MailChannel.objects.select_for_update().filter(name=channel.NAME, held_since__isnull=False).first()
        if found is None:
            return False
        if not send_old:
            why = _("May have gone out before the restore.")
            # Mails first: a reminder that is due has none yet.
            ledger.withdraw(OutgoingMail.objects.filter(pk__in=old_mails(found).values("pk")), why=why)
            old_reminders(found).update(state=ReminderState.SKIPPED, skip_reason=why, settled_at=timezone.now())
        channel.release()
        transaction.on_commit(wake_worker)
    logger.info("Mail was released by user %s; what was old %s.", by.pk if by else "-", "goes" if send_old else "stays")
    return True
