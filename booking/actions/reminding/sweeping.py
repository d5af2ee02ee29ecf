"""The sweep: reminders that are due become mails, a small batch to a transaction, each on its own."""

import datetime as dt
import logging
import time
from collections import defaultdict
from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from booking.actions.reminding.obstacles import answers_obstacle, obstacle, withdraw_stale
from booking.actions.reminding.together import hand_on
from booking.messages import Unneeded, compose
from booking.messages.facts import Facts, gather
from booking.models import Appointment, Reminder
from booking.models.reminder import ReminderState
from clients.models import Client
from clinic.mail import channel, ledger
from clinic.mail.plain import hindrance
from clinic.models import ClientLink, MailState, OutgoingMail, Practice
from clinic.worker_signals import record_heartbeat

logger = logging.getLogger(__name__)

# A run ends before Celery's time limit would end it in the middle of a batch.
LONGEST_RUN_SECONDS = 10 * 60
# Django's bulk_update would build a CASE of hundreds of branches for each column.
DONE = """
    UPDATE booking_reminder
    SET state = 'done', skip_reason = '', mail_id = written.mail, settled_at = statement_timestamp()
    FROM unnest(%s::bigint[], %s::bigint[]) AS written (reminder, mail) WHERE id = written.reminder
"""


@dataclass
class Batch:
    """What one transaction will write."""

    settled: list[Reminder]
    links: list[ClientLink]

    @property
    def mails(self) -> list[OutgoingMail]:
        """The mails among it, in the order of their reminders."""
        return [reminder.mail for reminder in self.settled if reminder.mail is not None]


def sweep_reminders(*, limit: int = 200) -> int:
    """Write the mails of all reminders that are due, `limit` to a transaction; return how many mails were written.

    Any number of these run side by side: a reminder that one holds, the others skip. The database's clock decides.
    While mail is held after a restore, nothing is written: the reminders are judged when a person lets mail go.
    """
    if channel.held() is not None:
        record_heartbeat("reminders")
        return 0
    flag_refused_addresses()
    withdraw_stale()
    hand_on()
    written = 0
    ends_at = time.monotonic() + LONGEST_RUN_SECONDS
    size = limit
    while time.monotonic() < ends_at:
        try:
            found, mails = sweep_batch(size)
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


def sweep_batch(size: int) -> tuple[int, int]:
    """One transaction; returns how many reminders were found due and how many mails were written."""
    with transaction.atomic():
        reminders = list(
            Reminder.objects.filter(state=ReminderState.DUE, due_at__lte=Now())
            .annotate(now=Now())
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("due_at", "pk")[:size]
        )
        if not reminders:
            return 0, 0
        # Read after the claim: whoever voids a reminder waits for its row, so nothing can change unseen.
        visits = Appointment.objects.with_people().in_bulk([each.appointment_id for each in reminders])
        practice = Practice.current()
        facts = gather(visits.values(), practice)
        batch = Batch([], [])
        for reminder in reminders:
            judge(reminder, facts[reminder.appointment_id], batch, now=reminder.now)
        return len(reminders), save(batch, alone=size == 1)


def judge(reminder: Reminder, facts: Facts, batch: Batch, *, now: dt.datetime) -> None:
    """Settle one reminder in memory: as a mail, or skipped with the reason."""
    reminder.settled_at = now
    why = obstacle(reminder, facts.appointment, now=now) or answers_obstacle(reminder, facts.known)
    if not why:
        why = render(reminder, facts, batch)
    if why:
        reminder.state, reminder.skip_reason = ReminderState.SKIPPED, why[:200]
    else:
        reminder.state = ReminderState.DONE
    batch.settled.append(reminder)


def render(reminder: Reminder, facts: Facts, batch: Batch) -> str:
    """Compose the mail of a reminder; return why not, or an empty text."""
    client = facts.appointment.client
    links: list[ClientLink] = []
    try:
        message = compose(reminder.kind, facts, links)
        reminder.mail = ledger.draft(
            kind=reminder.kind,
            to=client.email,
            name=str(client),
            subject=message.subject,
            text=message.text,
            html=message.html,
            calendar=message.calendar,
            calendar_method=message.calendar_method,
            headers=message.headers,
            not_after=reminder.not_after,
        )
    except Unneeded as reason:
        return str(reason)
    except DatabaseError:
        raise
    except Exception as error:
        # One broken template or row must not hold up the others; the log names ids only.
        logger.exception("Reminder %s could not be written as a mail.", reminder.pk)
        return _("Could not be written: %(error)s") % {"error": type(error).__name__}
    batch.links += links
    return ""


def save(batch: Batch, *, alone: bool) -> int:
    """Write mails, links and reminders; return how many mails. What the database refuses when `alone` is skipped."""
    try:
        with transaction.atomic():
            OutgoingMail.objects.bulk_create(batch.mails)
            ClientLink.objects.bulk_create(batch.links)
            settle(batch.settled)
    except (DatabaseError, ValueError):
        if not alone:
            raise
        (reminder,) = batch.settled
        logger.exception("Reminder %s could not be saved as a mail.", reminder.pk)
        why = _("Could not be written: the database refused it")
        Reminder.objects.filter(pk=reminder.pk).update(state=ReminderState.SKIPPED, skip_reason=why, settled_at=Now())
        return 0
    return len(batch.mails)


def settle(reminders: list[Reminder]) -> None:
    """Write what became of each: one statement for those with a mail, one for each reason against."""
    done = {each.pk: each.mail.pk for each in reminders if each.mail is not None}
    with connection.cursor() as cursor:
        cursor.execute(DONE, [list(done), list(done.values())])
    skipped = defaultdict(list)
    for each in reminders:
        if each.state == ReminderState.SKIPPED:
            skipped[each.skip_reason].append(each.pk)
    for why, keys in skipped.items():
        Reminder.objects.filter(pk__in=keys).update(state=ReminderState.SKIPPED, skip_reason=why, settled_at=Now())


def flag_refused_addresses() -> None:
    """Copy what the mail server said of an address into the files of the clients who have it, once."""
    refused = OutgoingMail.objects.filter(state=MailState.FAILED, address_refused=True)
    for key, address, reply in list(refused.values_list("pk", "to_email", "reply")[:200]):
        with transaction.atomic():
            Client.objects.at_mailbox(address).update(email_trouble=(hindrance(reply) or reply)[:200])
            OutgoingMail.objects.filter(pk=key).update(address_refused=False)
