"""Sending a mail once more because a person asks for it, unless what it says is no longer true."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.errors import NotPossible
from booking.models import Reminder
from booking.models.appointment import Status
from clinic.mail import ledger
from clinic.models import MailKind, MailState, OutgoingMail
from clinic.nudges import look_now

OVER = frozenset({MailState.SENT, MailState.FAILED, MailState.UNCERTAIN, MailState.WITHDRAWN})


def send_again(mail: OutgoingMail) -> OutgoingMail:
    """Write the same words as a new mail. Raises NotPossible where the first may still go, or is untrue by now (I5)."""
    with transaction.atomic():
        row = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
        if row.state not in OVER:
            raise NotPossible(_("This mail is still on its way."))
        if not row.text:
            raise NotPossible(_("The words of this mail were secret and are gone."))
        must_be_true(row)
        copy = ledger.again(row)
        transaction.on_commit(look_now)
    return copy


def must_be_true(mail: OutgoingMail) -> None:
    """Refuse to repeat what a visit has overtaken: moved, cancelled, begun. Raises NotPossible."""
    reminder = Reminder.objects.filter(mail=original(mail)).select_related("appointment").first()
    if reminder is None:
        return
    visit = reminder.appointment
    if reminder.kind == MailKind.WAITLIST and (visit.status != Status.OFFERED or reminder.not_after <= timezone.now()):
        raise NotPossible(_("That time is not held any more, so this mail would mislead."))
    if reminder.kind not in Reminder.BEFORE_START:
        return
    told = [reminder, *reminder.companions.select_related("appointment")]
    gone = any(each.appointment.status == Status.CANCELLED for each in told) and reminder.kind != MailKind.CANCELLED
    if gone or any(each.revision != each.appointment.revision for each in told):
        raise NotPossible(_("The visit was moved or cancelled since, so this mail would mislead."))
    if visit.starts_at <= timezone.now():
        raise NotPossible(_("The visit has begun or is over, so this mail comes too late."))


def original(mail: OutgoingMail) -> OutgoingMail:
    """The first mail of those that repeat it."""
    while mail.again_of is not None:
        mail = mail.again_of
    return mail
