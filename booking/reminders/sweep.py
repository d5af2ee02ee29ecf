"""The sweep: reminders that are due become mails, a small batch to a transaction, each on its own."""

import datetime as dt
import logging
import time
from collections.abc import Sequence

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from booking.models import Appointment, Reminder, ReminderState, in_time_off
from booking.reminders.combined import pass_lead_on
from booking.reminders.compose import compose, load_contexts
from booking.reminders.context import MailContext
from booking.reminders.kind import kind_codes, reminder_kind
from booking.reminders.message import Unneeded
from booking.reminders.still_true import answers_obstacle, reason_not_to_send, withdraw_untrue
from booking.reminders.timing import BeforeStart
from clients.models import Client
from clinic.mail import delivery_status, ledger
from clinic.mail.outcomes import failure_in_words
from clinic.models import ClientLink, MailState, OutgoingMail, Practice
from clinic.operations.worker_signals import record_heartbeat

logger = logging.getLogger(__name__)

# A run ends before Celery's time limit would end it in the middle of a batch.
LONGEST_RUN_SECONDS = 10 * 60


def sweep_reminders(practice: Practice, *, limit: int = 200) -> int:
    """Write the mails of all reminders that are due, `limit` to a transaction; return how many mails were written.

    Any number of these run side by side: a reminder that one holds, the others skip. The database's clock decides.
    While mail is held after a restore, nothing is written: the reminders are judged when a person lets mail go.
    """
    if delivery_status.held_status() is not None:
        record_heartbeat("reminders")
        return 0
    flag_refused_addresses()
    withdraw_untrue(practice)
    pass_lead_on()
    written = 0
    ends_at = time.monotonic() + LONGEST_RUN_SECONDS
    size = limit
    while time.monotonic() < ends_at:
        try:
            found, mails = sweep_batch(size, practice)
        except DatabaseError:
            if size == 1:
                raise
            # One row that the database refuses: go one by one, so that only that one is left out.
            logger.exception("A batch of reminders could not be written; trying them one by one.")
            size = 1
            continue
        written += mails
        record_heartbeat("reminders")
        if found < size:
            break
    record_heartbeat("reminders")
    return written


def waits_for_desk() -> Q:
    """Reminders of an appointment whose time was blocked: none says “see you soon” before the desk has decided."""
    before = kind_codes(lambda kind: isinstance(kind, BeforeStart))
    return Q(kind__in=before, not_after__gt=Now()) & Q(in_time_off("appointment__"))


def sweep_batch(size: int, practice: Practice) -> tuple[int, int]:
    """One transaction; returns how many reminders were found due and how many mails were written."""
    with transaction.atomic():
        reminders = list(
            Reminder.objects.filter(state=ReminderState.DUE, due_at__lte=Now())
            .exclude(waits_for_desk())
            .annotate(now=Now())
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("due_at", "pk")[:size]
        )
        if not reminders:
            return 0, 0
        # Read after the claim: whoever voids a reminder waits for its row, so nothing can change unseen.
        appointments = Appointment.objects.with_people().in_bulk([each.appointment_id for each in reminders])
        contexts = load_contexts(appointments.values(), practice)
        links = [link for each in reminders for link in settle(each, contexts[each.appointment_id], now=each.now)]
        return len(reminders), save(reminders, links, alone=size == 1)


def settle(reminder: Reminder, context: MailContext, *, now: dt.datetime) -> Sequence[ClientLink]:
    """Settle one reminder in memory, as a mail or skipped with the reason; return the links in its mail, unsaved."""
    client, links = context.appointment.client, tuple[ClientLink, ...]()
    why = reason_not_to_send(reminder, context.appointment, now=now) or answers_obstacle(reminder, context.known)
    try:
        if not why:
            message = compose(reminder.kind, context)
            reminder.mail = ledger.mail_row(
                kind=reminder.kind,
                to=client.email,
                name=str(client),
                not_after=min(reminder.not_after, reminder_kind(reminder.kind).expires(context) or reminder.not_after),
                **message.columns,
            )
            links = tuple(message.links)
    except Unneeded as reason:
        why = str(reason)
    except DatabaseError:
        raise
    except Exception as error:
        # One broken template or row must not hold up the others; the log names ids only.
        logger.exception("Reminder %s could not be written as a mail.", reminder.pk)
        why = _("Could not be written: %(error)s") % {"error": type(error).__name__}
    reminder.state = ReminderState.SKIPPED if why else ReminderState.DONE
    reminder.skip_reason, reminder.settled_at = why[:200], now
    return links


def save(reminders: Sequence[Reminder], links: Sequence[ClientLink], *, alone: bool) -> int:
    """Write reminders with their mails and links; return how many mails. What the database refuses when `alone` is
    skipped."""
    mails = [reminder.mail for reminder in reminders if reminder.mail is not None]
    try:
        with transaction.atomic():
            OutgoingMail.objects.bulk_create(mails)
            ClientLink.objects.bulk_create(links)
            Reminder.objects.bulk_update(reminders, ["state", "skip_reason", "mail", "settled_at"])
    except (DatabaseError, ValueError):
        if not alone:
            raise
        (reminder,) = reminders
        logger.exception("Reminder %s could not be saved as a mail.", reminder.pk)
        why = _("Could not be written: the database refused it")
        Reminder.objects.filter(pk=reminder.pk).update(state=ReminderState.SKIPPED, skip_reason=why, settled_at=Now())
        return 0
    return len(mails)


def flag_refused_addresses() -> None:
    """Copy what the mail server said of an address into the files of the clients who have it, once."""
    refused = OutgoingMail.objects.filter(state=MailState.FAILED, address_refused=True)
    for key, address, reply in list(refused.values_list("pk", "to_email", "reply")[:200]):
        with transaction.atomic():
            Client.objects.at_mailbox(address).update(email_error=(failure_in_words(reply) or reply)[:200])
            OutgoingMail.objects.filter(pk=key).update(address_refused=False)
