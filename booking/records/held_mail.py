"""Letting mail go again after a restore, once a person has looked."""

import logging
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Reminder, ReminderState, WebhookDelivery
from clinic.mail import delivery_status, ledger
from clinic.models import DeliveryStatus, OutgoingMail, User
from clinic.operations.worker_signals import wake_worker

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class HeldMail:
    """What waits: since when and why, how much of it the old system may have sent already, and how much is new."""

    status: DeliveryStatus
    perhaps_sent: int
    other: int

    @property
    def waits(self) -> int:
        """How many wait in all."""
        return self.perhaps_sent + self.other


def held_mail() -> HeldMail | None:
    """What a person must decide about; None where mail is not held."""
    found = delivery_status.held_status()
    if found is None:
        return None
    perhaps = reminders_before_restore(found).count() + mails_before_restore(found).count()
    due = Reminder.objects.filter(state=ReminderState.DUE, due_at__lte=timezone.now()).count()
    return HeldMail(found, perhaps, due + OutgoingMail.objects.pending().count() - perhaps)


def reminders_before_restore(held: DeliveryStatus) -> QuerySet[Reminder]:
    """Reminders of the backup that fell due before the restore: the system that was backed up may have sent them."""
    return Reminder.objects.filter(
        state=ReminderState.DUE, due_at__lte=held.held_since, written_at__lte=held.held_since
    )


def mails_before_restore(held: DeliveryStatus) -> QuerySet[OutgoingMail]:
    """Mails of the backup whose time had come before the restore: likewise."""
    return OutgoingMail.objects.pending().filter(next_try_at__lte=held.held_since, created_at__lte=held.held_since)


def release_held_mail(*, send_old: bool, by: User | None) -> bool:
    """Let mail go; say whether it was held. Without `send_old` what may have gone out before is left out, with why.

    Either way the next sweep looks at everything again: what is too late or no longer true does not go.
    """
    with transaction.atomic():
        found = (
            DeliveryStatus.objects.select_for_update()
            .filter(name=delivery_status.SMTP, held_since__isnull=False)
            .first()
        )
        if found is None:
            return False
        if not send_old:
            why = _("May have gone out before the restore.")
            # Mails first: a reminder that is due has none yet.
            if found.held_since is not None:
                WebhookDelivery.objects.before_restore(found.held_since).withdraw(why=why)
            ledger.withdraw_mails(OutgoingMail.objects.filter(pk__in=mails_before_restore(found).values("pk")), why=why)
            reminders_before_restore(found).update(
                state=ReminderState.SKIPPED, skip_reason=why, settled_at=timezone.now()
            )
        delivery_status.release_mail()
        transaction.on_commit(wake_worker)
    logger.info("Mail was released by user %s; what was old %s.", by.pk if by else "-", "goes" if send_old else "stays")
    return True
