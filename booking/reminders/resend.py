"""Sending a mail once more because a person asks for it, unless what it says is no longer true."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.errors import NotPossible
from booking.models import Appointment, Reminder
from booking.reminders.kind import ReminderKind
from booking.reminders.still_true import (
    answers_obstacle,
    mails_about_topic,
    mails_of_reminder,
    past_their_day,
    reason_not_to_send,
    recipients,
    too_personal,
)
from clients.plans.knowledge import load_client_knowledge
from clinic.mail import ledger
from clinic.mail.kinds import KINDS
from clinic.models import OutgoingMail
from clinic.operations.worker_signals import wake_worker


def resend_mail(mail: OutgoingMail) -> OutgoingMail:
    """Write the same words as a new mail, to the address that is on file now.

    While a copy is on its way, that is the answer: a second click writes nothing. Raises NotPossible where the mail
    itself may still go, or is untrue by now (I5).
    """
    with transaction.atomic():
        first = lock_original(mail)
        last = first.latest
        if last.state in OutgoingMail.PENDING:
            if last == mail:
                raise NotPossible(_("This mail is still on its way."))
            return last
        if not first.text:
            raise NotPossible(_("The words of this mail were secret and are gone."))
        address, name = current_recipient(first)
        if not address:
            raise NotPossible(_("No e-mail address on file."))
        copy = ledger.resend(first, to=address, name=name)
        transaction.on_commit(wake_worker)
    return copy


def lock_original(mail: OutgoingMail) -> OutgoingMail:
    """The first mail of those with the same words, locked: whoever sends any of them again waits here."""
    return OutgoingMail.objects.select_for_update().get(pk=mail.resend_of_id or mail.pk)


def current_recipient(mail: OutgoingMail) -> tuple[str, str]:
    """Address and name of whom a first mail is for, as they are now. Raises NotPossible where it is untrue by now."""
    reminder = Reminder.objects.filter(mail=mail).first()
    if reminder is not None:
        appointment = must_still_hold(reminder)
        if OutgoingMail.objects.filter(mails_of_reminder(too_personal), pk=mail.pk).exists():
            raise NotPossible(
                _("The client took back their consent to personal tips, so this mail would say too much.")
            )
        if OutgoingMail.objects.filter(past_their_day(), pk=mail.pk).exists():
            raise NotPossible(_("It speaks of the day of the session, which is over."))
        return appointment.client.email, str(appointment.client)
    if OutgoingMail.objects.filter(mails_about_topic(), pk=mail.pk).exists():
        client = recipients([mail]).get(mail.pk)
        if client is None:
            raise NotPossible(_("What this mail says is no longer true, so it would mislead."))
        return client.email, str(client)
    if isinstance(KINDS[mail.kind], ReminderKind):
        raise NotPossible(_("No appointment asks for this mail any more."))
    return mail.to_email, mail.to_name


def must_still_hold(reminder: Reminder) -> Appointment:
    """The appointment of a reminder, if everything that its mail says would be said today. Raises NotPossible."""
    told = [reminder, *reminder.merged_reminders.all()]
    # Locked, so that whoever changes one of them now meets the copy when they void what it owes.
    rows = Appointment.objects.select_for_update(of=("self",), no_key=True).with_people().order_by("pk")
    appointments = {
        appointment.pk: appointment for appointment in rows.filter(pk__in=[each.appointment_id for each in told])
    }
    now = timezone.now()
    whys = [reason_not_to_send(each, appointments[each.appointment_id], now=now) for each in told]
    appointment = appointments[reminder.appointment_id]
    whys.append(answers_obstacle(reminder, load_client_knowledge(appointment.client)))
    if why := next(filter(None, whys), ""):
        raise NotPossible(_("This mail would mislead by now. %(why)s") % {"why": why})
    return appointment
