"""Rows for what must be said, written, moved and voided in the transaction of the appointment itself (I5)."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.actions.reminding.rows import row, skip
from booking.actions.reminding.rules import rules_for
from booking.models import Appointment, Reminder, ReminderRule, SessionNote
from booking.models.reminder import ReminderState
from clients.models import Client
from clinic.mail import ledger
from clinic.models import MailKind, MailState, OutgoingMail, Practice
from clinic.rows import insert_each

# What is owed from the booking on; MOVED and CANCELLED are owed when they happen.
FROM_BOOKING = Reminder.BEFORE_START - {MailKind.MOVED, MailKind.CANCELLED}
# Mails that told a client about a visit.
TOLD_BY = (MailKind.CONFIRMATION, MailKind.MOVED)


def owe_reminders(appointment: Appointment, *, now: dt.datetime, practice: Practice | None = None) -> bool:
    """Owe what an appointment's present revision has to say before it begins. `now` is the moment of booking or moving.

    Kinds whose moment has passed are written too, as skipped with the reason. A client who was already told of the
    visit gets no second confirmation: `owe_news` tells the change. Returns whether anything is due at once.
    """
    # Nobody can have been told of a visit that is being booked.
    told = appointment.revision > 0 and was_told(appointment)
    kinds = FROM_BOOKING - {MailKind.CONFIRMATION} if told else FROM_BOOKING
    rows = owe(appointment, rules_for(appointment, kinds), now=now, practice=practice)
    return any(row.state == ReminderState.DUE and row.due_at <= now for row in rows)


def owe_acceptance(appointment: Appointment, *, now: dt.datetime) -> None:
    """The therapist accepted a request: confirm it, and owe everything anew. The revision must have been raised."""
    void_reminders(appointment, why=_("accepted"))
    owe(appointment, rules_for(appointment, FROM_BOOKING), now=now)


def owe_aftercare(appointment: Appointment, *, now: dt.datetime) -> None:
    """Owe what a completed session earns: aftercare, the question about the pain, and rebooking if a time was named."""
    owe(appointment, rules_for(appointment, Reminder.AFTER_COMPLETION - {MailKind.REBOOK}), now=now)
    owe_rebook(appointment, now=now)


def owe_rebook(appointment: Appointment, *, now: dt.datetime) -> None:
    """Owe the invitation to come again at the interval of the session note. Call it again when the note changes.

    Without an interval nothing is owed, and what was owed is void.
    """
    weeks = SessionNote.objects.filter(appointment=appointment).values_list("rebook_weeks", flat=True).first()
    rules = rules_for(appointment, {MailKind.REBOOK})
    owed = appointment.reminders.filter(kind=MailKind.REBOOK, revision=appointment.revision, state=ReminderState.DUE)
    if not weeks:
        owed.update(state=ReminderState.SKIPPED, why=_("no interval named"), settled_at=now)
        return
    for rule in rules:
        rule.minutes += weeks * 7 * 24 * 60
        fresh = row(appointment, rule, Practice.current(), now=now)
        # A row skipped for want of an interval may owe again; one whose mail was written stays as it is.
        changed = appointment.reminders.filter(
            kind=MailKind.REBOOK, revision=appointment.revision, mail=None, state__in=["due", "skipped"]
        ).update(
            state=fresh.state,
            why=fresh.why,
            due_at=fresh.due_at,
            not_after=fresh.not_after,
            settled_at=fresh.settled_at,
        )
        if not changed:
            Reminder.objects.bulk_create([fresh], ignore_conflicts=True)


def owe_news(appointment: Appointment, kind: str, *, now: dt.datetime) -> None:
    """Tell the client at once that a visit was moved or cancelled; an undo, of which they never heard, is silent."""
    news = Reminder(
        appointment=appointment, kind=kind, revision=appointment.revision, due_at=now, not_after=appointment.starts_at
    )
    if appointment.starts_at <= now:
        skip(news, _("The visit had already begun."), now)
    elif not was_told(appointment):
        nothing_to_undo = _("Nothing had been sent about the visit.")
        skip(news, nothing_to_undo if kind == MailKind.CANCELLED else _("The confirmation tells the new time."), now)
    elif any(not rule.active for rule in rules_for(appointment, {kind})):
        skip(news, _("Switched off for this service."), now)
    Reminder.objects.bulk_create([news], ignore_conflicts=True)


def owe_offer(appointment: Appointment, *, until: dt.datetime, now: dt.datetime) -> None:
    """Owe the mail that a time from the waitlist is held; after `until` it is of no use."""
    Reminder.objects.create(
        appointment=appointment,
        kind=MailKind.WAITLIST,
        revision=appointment.revision,
        due_at=now,
        not_after=until,
        written_at=now,
    )


def void_reminders(appointment: Appointment, *, why: str) -> int:
    """Skip everything that an appointment still owes, and withdraw what waits in the ledger. Returns how many.

    The order matters: a sweep that is writing a mail now holds the reminder's row, so the first statement waits for it
    and the second sees its mail. So does whoever changes a visit that is told of in another's mail.
    """
    leading = Reminder.objects.filter(companions__appointment=appointment).order_by("pk")
    list(leading.select_for_update(of=("self",)).values_list("pk"))
    return void(Reminder.objects.filter(appointment=appointment), why=why)


def forget_client(client: Client, *, why: str) -> int:
    """The same for everything that is owed to a client, at erasure."""
    return void(Reminder.objects.filter(appointment__client=client), why=why)


def void(reminders: QuerySet[Reminder], *, why: str) -> int:
    """Skip those that are due, then withdraw the mails of those that are done and wait."""
    skipped = reminders.filter(state=ReminderState.DUE).update(
        state=ReminderState.SKIPPED, why=why[:200], settled_at=timezone.now()
    )
    mails = OutgoingMail.objects.filter(reminder__in=reminders.filter(state=ReminderState.DONE))
    return skipped + ledger.withdraw(mails.and_copies(), why=why)


def owe(
    appointment: Appointment, rules: Iterable[ReminderRule], *, now: dt.datetime, practice: Practice | None = None
) -> list[Reminder]:
    """Write one row per rule; a row that this revision already has stays. Returns the rows as they were meant."""
    practice = practice or Practice.current()
    rows = [row(appointment, rule, practice, now=now) for rule in rules]
    insert_each(*rows)
    return rows


def was_told(appointment: Appointment) -> bool:
    """Whether a mail about this visit went out or is on its way."""
    went = [state for state in MailState if state != MailState.WITHDRAWN]
    own = Q(mail__state__in=went) | Q(mail__again__state__in=went)
    led = "together_with__mail__"
    in_another = Q(**{f"{led}state__in": went}) | Q(**{f"{led}again__state__in": went})
    return appointment.reminders.filter(own | in_another, kind__in=TOLD_BY).exists()
