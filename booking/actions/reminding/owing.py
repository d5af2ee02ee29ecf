"""Rows for what must be said, written, moved and voided in the transaction of the appointment itself (I5)."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.actions.reminding.rows import row, skip
from booking.actions.reminding.rules import rules_for
from booking.actions.reminding.together import waits_to_be_handed_on
from booking.models import Appointment, Reminder, ReminderRule, SessionNote
from booking.models.reminder import ReminderState
from clients.models import Client
from clinic.mail import ledger
from clinic.models import MailKind, MailState, OutgoingMail, Practice

FROM_BOOKING = Reminder.FROM_BOOKING
# Mails from which a client knows of a visit.
ANNOUNCING = Reminder.BEFORE_START - {MailKind.CANCELLED}


def owe_reminders(appointment: Appointment, *, now: dt.datetime, practice: Practice | None = None) -> bool:
    """Owe what a booking has to say before the visit begins; `now` is the moment of booking.

    Kinds whose moment has passed are written too, as skipped with the reason. Returns whether anything is due at once.
    """
    rows = from_booking(appointment, now=now, practice=practice or Practice.current())
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    return any_now(rows, now)


def from_booking(appointment: Appointment, *, now: dt.datetime, practice: Practice) -> list[Reminder]:
    """The same rows, still to be written."""
    return owed(appointment, rules_for(appointment, FROM_BOOKING), now=now, practice=practice)


def any_now(rows: Iterable[Reminder], now: dt.datetime) -> bool:
    """Whether any of these is due at once."""
    return any(row.state == ReminderState.DUE and row.due_at <= now for row in rows)


def owe_change(appointment: Appointment, *, why: str, now: dt.datetime) -> None:
    """It was moved, or is another service now: void what it owed, owe anew, tell the client. The revision is raised.

    A client who was still to be told of the visit reads the new time in its confirmation.
    """
    kinds = FROM_BOOKING if take_back(appointment, why=why) else FROM_BOOKING - {MailKind.CONFIRMATION}
    rows = owe(appointment, rules_for(appointment, kinds), now=now)
    confirms = any(row.kind == MailKind.CONFIRMATION and row.state == ReminderState.DUE for row in rows)
    owe_news(appointment, MailKind.MOVED, now=now, unless=_("The confirmation tells the new time.") if confirms else "")


def owe_cancellation(appointment: Appointment, *, why: str, now: dt.datetime) -> None:
    """It was cancelled: void what it owed and tell the client; an undo of which they never heard is silent."""
    undone = take_back(appointment, why=why)
    nothing_to_undo = _("Nothing had been sent about the visit.")
    owe_news(appointment, MailKind.CANCELLED, now=now, unless=nothing_to_undo if undone else "")


def owe_acceptance(appointment: Appointment, *, now: dt.datetime) -> None:
    """The therapist accepted a request: confirm it, and owe everything anew. The revision must have been raised."""
    void_reminders(appointment, why=_("accepted"))
    owe(appointment, rules_for(appointment, FROM_BOOKING), now=now)


def owe_aftercare(appointment: Appointment, *, now: dt.datetime) -> None:
    """Owe what a completed session earns: aftercare, the question about the pain, and rebooking if a time was named."""
    practice = Practice.current()
    for rule in rules_for(appointment, Reminder.AFTER_COMPLETION - {MailKind.REBOOK}):
        owe_anew(row(appointment, rule, practice, now=now))
    owe_rebook(appointment, now=now)


def owe_rebook(appointment: Appointment, *, now: dt.datetime) -> None:
    """Owe the invitation to come again at the interval of the session note. Call it again when the note changes.

    Without an interval nothing is owed, and what was owed is void.
    """
    weeks = SessionNote.objects.filter(appointment=appointment).values_list("rebook_weeks", flat=True).first()
    owed = appointment.reminders.filter(kind=MailKind.REBOOK, revision=appointment.revision, state=ReminderState.DUE)
    if not weeks:
        owed.update(state=ReminderState.SKIPPED, skip_reason=_("no interval named"), settled_at=now)
        return
    for rule in rules_for(appointment, {MailKind.REBOOK}):
        rule.minutes += weeks * 7 * 24 * 60
        owe_anew(row(appointment, rule, Practice.current(), now=now))


def owe_anew(fresh: Reminder) -> None:
    """Write a row, also over one that was skipped, as after a no-show by mistake; one with a mail stays as it is."""
    there = Reminder.objects.filter(
        appointment=fresh.appointment, kind=fresh.kind, revision=fresh.revision, mail=None, state__in=["due", "skipped"]
    )
    columns = ("state", "skip_reason", "due_at", "not_after", "written_at", "settled_at")
    if not there.update(**{column: getattr(fresh, column) for column in columns}):
        Reminder.objects.bulk_create([fresh], ignore_conflicts=True)


def owe_news(appointment: Appointment, kind: str, *, now: dt.datetime, unless: str = "") -> None:
    """Tell the client at once that a visit was moved or cancelled, or write why not: `unless`, or for what is found."""
    news = Reminder(
        appointment=appointment, kind=kind, revision=appointment.revision, due_at=now, not_after=appointment.starts_at
    )
    why = _("The visit had already begun.") if appointment.starts_at <= now else unless
    if not why and any(not rule.active for rule in rules_for(appointment, {kind})):
        why = _("Switched off for this service.")
    if why:
        skip(news, why, now)
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
    leading = Reminder.objects.filter(merged_reminders__appointment=appointment).order_by("pk")
    list(leading.select_for_update(of=("self",)).values_list("pk"))
    # Another's mail that is still to be written will not tell of this visit as it was.
    appointment.reminders.filter(merged_into__state=ReminderState.DUE).update(merged_into=None, skip_reason=why[:200])
    return void(Reminder.objects.filter(appointment=appointment), why=why)


def forget_client(client: Client, *, why: str) -> int:
    """The same for everything that is owed to a client, at erasure."""
    return void(Reminder.objects.filter(appointment__client=client), why=why)


def void(reminders: QuerySet[Reminder], *, why: str) -> int:
    """Skip those that are due, then withdraw the mails of those that are done and wait."""
    skipped = reminders.filter(state=ReminderState.DUE).update(
        state=ReminderState.SKIPPED, skip_reason=why[:200], settled_at=timezone.now()
    )
    mails = OutgoingMail.objects.filter(reminder__in=reminders.filter(state=ReminderState.DONE))
    return skipped + ledger.withdraw(mails.and_copies(), why=why)


def owe(
    appointment: Appointment, rules: Iterable[ReminderRule], *, now: dt.datetime, practice: Practice | None = None
) -> list[Reminder]:
    """Write one row per rule; a row that this revision already has stays. Returns the rows as they were meant."""
    rows = owed(appointment, rules, now=now, practice=practice or Practice.current())
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    return rows


def owed(
    appointment: Appointment, rules: Iterable[ReminderRule], *, now: dt.datetime, practice: Practice
) -> list[Reminder]:
    """One unsaved row per rule, as they stand together."""
    rows = [row(appointment, rule, practice, now=now) for rule in rules]
    leave_to_confirmation(rows, now)
    return rows


def leave_to_confirmation(rows: Iterable[Reminder], now: dt.datetime) -> None:
    """Skip what would come before the confirmation of the same visit: that says it all."""
    due = [each for each in rows if each.state == ReminderState.DUE]
    confirmed_at = next((each.due_at for each in due if each.kind == MailKind.CONFIRMATION), now)
    for each in due:
        if each.due_at < confirmed_at:
            skip(each, _("Due before the confirmation, which says it all."), now)


def take_back(appointment: Appointment, *, why: str) -> bool:
    """Void what an appointment owes; say whether that kept its client from ever hearing of it.

    Only who was still to get a confirmation can be left without word: who was to get none was told in another way.
    """
    awaited = appointment.reminders.filter(
        Q(state=ReminderState.DUE) | said() | Q(merged_into__state=ReminderState.DUE) | waits_to_be_handed_on(),
        kind=MailKind.CONFIRMATION,
    ).exists()
    void_reminders(appointment, why=why)
    return awaited and not appointment.reminders.filter(said(), kind__in=ANNOUNCING).exists()


def said() -> Q:
    """Reminders whose mail, or that of the visit which leads them, went out or is on its way."""
    own = Q(state=ReminderState.DONE) & (went("mail") | went("mail__resends"))
    leads = Q(merged_into__state=ReminderState.DONE)
    return own | leads & (went("merged_into__mail") | went("merged_into__mail__resends"))


def went(mail: str) -> Q:
    """The condition that a mail was not taken back, or only in doubt: then a first copy may have left."""
    kept = [state for state in MailState if state != MailState.WITHDRAWN]
    return Q(**{f"{mail}__state__in": kept}) | Q(
        **{f"{mail}__state": MailState.WITHDRAWN, f"{mail}__maybe_duplicate": True}
    )
