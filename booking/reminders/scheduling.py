"""Rows for what must be said, written, moved and voided in the transaction of the appointment itself (I5)."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment, Reminder, ReminderState, SessionNote
from booking.reminders.combined import without_leader
from booking.reminders.kind import Occasion, kind_codes, owed_from_booking
from booking.reminders.kinds.cancelled import Cancelled
from booking.reminders.kinds.confirmation import Confirmation
from booking.reminders.kinds.moved import Moved
from booking.reminders.rules import MINUTES_A_WEEK, reminder_row, rules_for, skip_reminder
from clients.models import Client
from clinic.mail import ledger
from clinic.models import MailState, OutgoingMail, Practice


def schedule_reminders(
    appointment: Appointment,
    *,
    now: dt.datetime,
    practice: Practice | None = None,
    kinds: frozenset[str] | None = None,
) -> list[Reminder]:
    """Owe what a booking has to say before the appointment begins, or these kinds of it; `now` is when it was booked.

    Kinds whose moment has passed are written too, as skipped with the reason. Returns the rows as they were meant: one
    that this revision already has stays.
    """
    occasion = Occasion(appointment=appointment, practice=practice or Practice.current(), now=now, booked_at=now)
    rules = rules_for(appointment, owed_from_booking() if kinds is None else kinds)
    rows = [reminder_row(rule, occasion) for rule in rules]
    leave_to_confirmation(rows, now)
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    return rows


def any_now(rows: Iterable[Reminder], now: dt.datetime) -> bool:
    """Whether any of these is due at once."""
    return any(row.state == ReminderState.DUE and row.due_at <= now for row in rows)


def schedule_change(appointment: Appointment, *, why: str, now: dt.datetime) -> None:
    """It was moved, or is another service now: void what it owed, owe anew, tell the client. The revision is raised.

    A client who was still to be told of the appointment reads the new time in its confirmation.
    """
    kinds = owed_from_booking() if void_unheard(appointment, why=why) else owed_from_booking() - {Confirmation.code}
    rows = schedule_reminders(appointment, now=now, kinds=kinds)
    confirms = any(row.kind == Confirmation.code and row.state == ReminderState.DUE for row in rows)
    unless = _("The confirmation tells the new time.") if confirms else ""
    schedule_news(appointment, Moved.code, now=now, unless=unless)


def schedule_cancellation(appointment: Appointment, *, why: str, now: dt.datetime) -> None:
    """It was cancelled: void what it owed and tell the client; an undo of which they never heard is silent."""
    undone = void_unheard(appointment, why=why)
    nothing_to_undo = _("Nothing had been sent about the appointment.")
    schedule_news(appointment, Cancelled.code, now=now, unless=nothing_to_undo if undone else "")


def schedule_acceptance(appointment: Appointment, *, now: dt.datetime) -> None:
    """The therapist accepted a request: confirm it, and owe everything anew. The revision must have been raised."""
    void_reminders(appointment, why=_("accepted"))
    schedule_reminders(appointment, now=now)


def schedule_aftercare(appointment: Appointment, *, now: dt.datetime) -> None:
    """Owe what a completed session earns: aftercare, the question about the pain, and rebooking if a time was named."""
    earned = kind_codes(lambda kind: kind.follows and not kind.by_interval)
    occasion = Occasion(appointment=appointment, practice=Practice.current(), now=now, booked_at=now)
    for rule in rules_for(appointment, earned):
        write_or_renew(reminder_row(rule, occasion))
    schedule_rebook(appointment, now=now)


def schedule_rebook(appointment: Appointment, *, now: dt.datetime) -> None:
    """Owe the invitation to come again at the interval of the session note. Call it again when the note changes.

    Without an interval nothing is owed, and what was owed is void.
    """
    kinds = kind_codes(lambda kind: kind.by_interval)
    weeks = SessionNote.objects.filter(appointment=appointment).values_list("rebook_weeks", flat=True).first()
    if not weeks:
        owed = appointment.reminders.filter(kind__in=kinds, revision=appointment.revision, state=ReminderState.DUE)
        owed.update(state=ReminderState.SKIPPED, skip_reason=_("no interval named"), settled_at=now)
        return
    occasion = Occasion(appointment=appointment, practice=Practice.current(), now=now, booked_at=now)
    for rule in rules_for(appointment, kinds):
        rule.minutes += weeks * MINUTES_A_WEEK
        write_or_renew(reminder_row(rule, occasion))


def write_or_renew(fresh: Reminder) -> None:
    """Write a row, also over one that was skipped, as after a no-show by mistake; one with a mail stays as it is."""
    there = Reminder.objects.filter(
        appointment=fresh.appointment, kind=fresh.kind, revision=fresh.revision, mail=None, state__in=["due", "skipped"]
    )
    columns = ("state", "skip_reason", "due_at", "not_after", "written_at", "settled_at")
    if not there.update(**{column: getattr(fresh, column) for column in columns}):
        Reminder.objects.bulk_create([fresh], ignore_conflicts=True)


def schedule_news(appointment: Appointment, kind: str, *, now: dt.datetime, unless: str = "") -> None:
    """Tell the client at once that it was moved or cancelled, or write why not: `unless`, or for what is found."""
    news = Reminder(
        appointment=appointment,
        kind=kind,
        revision=appointment.revision,
        due_at=now,
        not_after=appointment.starts_at,
    )
    why = _("The appointment had already begun.") if appointment.starts_at <= now else unless
    if not why and any(not rule.active for rule in rules_for(appointment, {kind})):
        why = _("Switched off for this service.")
    if why:
        skip_reminder(news, why, now)
    Reminder.objects.bulk_create([news], ignore_conflicts=True)


def schedule_at_once(appointment: Appointment, kind: str, *, not_after: dt.datetime, now: dt.datetime) -> Reminder:
    """Owe a mail now, whatever rules there are; after `not_after` it is of no use."""
    return Reminder.objects.create(
        appointment=appointment,
        kind=kind,
        revision=appointment.revision,
        due_at=now,
        not_after=not_after,
        written_at=now,
    )


def void_reminders(appointment: Appointment, *, why: str) -> int:
    """Skip everything that an appointment still owes, and withdraw what waits in the ledger. Returns how many.

    The order matters: a sweep that is writing a mail now holds the reminder's row, so the first statement waits for it
    and the second sees its mail. So does whoever changes an appointment that is told of in another's mail.
    """
    leading = Reminder.objects.filter(merged_reminders__appointment=appointment).order_by("pk")
    list(leading.select_for_update(of=("self",)).values_list("pk"))
    # Another's mail that is still to be written will not tell of this appointment as it was.
    appointment.reminders.filter(merged_into__state=ReminderState.DUE).update(merged_into=None, skip_reason=why[:200])
    return void_and_withdraw(Reminder.objects.filter(appointment=appointment), why=why)


def void_all(client: Client, *, why: str) -> int:
    """Skip everything that is owed to a client, and withdraw what waits in the ledger. At erasure."""
    return void_and_withdraw(Reminder.objects.filter(appointment__client=client), why=why)


def void_and_withdraw(reminders: QuerySet[Reminder], *, why: str) -> int:
    """Skip those that are due, then withdraw the mails of those that are done and wait."""
    skipped = reminders.filter(state=ReminderState.DUE).update(
        state=ReminderState.SKIPPED, skip_reason=why[:200], settled_at=timezone.now()
    )
    mails = OutgoingMail.objects.filter(reminder__in=reminders.filter(state=ReminderState.DONE))
    return skipped + ledger.withdraw_mails(mails.with_resends(), why=why)


def leave_to_confirmation(rows: Iterable[Reminder], now: dt.datetime) -> None:
    """Skip what would come before the confirmation of the same appointment: that says it all."""
    due = [each for each in rows if each.state == ReminderState.DUE]
    confirmed_at = next((each.due_at for each in due if each.kind == Confirmation.code), now)
    for each in due:
        if each.due_at < confirmed_at:
            skip_reminder(each, _("Due before the confirmation, which says it all."), now)


def void_unheard(appointment: Appointment, *, why: str) -> bool:
    """Void what an appointment owes; say whether that kept its client from ever hearing of it.

    Only who was still to get a confirmation can be left without word: who was to get none was told in another way.
    """
    awaited = appointment.reminders.filter(
        Q(state=ReminderState.DUE) | was_told() | Q(merged_into__state=ReminderState.DUE) | without_leader(),
        kind=Confirmation.code,
    ).exists()
    void_reminders(appointment, why=why)
    announcing = kind_codes(lambda kind: kind.announces) - {Cancelled.code}
    return awaited and not appointment.reminders.filter(was_told(), kind__in=announcing).exists()


def was_told() -> Q:
    """Reminders whose mail, or that of the appointment which leads them, went out or is on its way."""
    own = Q(state=ReminderState.DONE) & (went_out("mail") | went_out("mail__resends"))
    leads = Q(merged_into__state=ReminderState.DONE)
    return own | leads & (went_out("merged_into__mail") | went_out("merged_into__mail__resends"))


def went_out(mail: str) -> Q:
    """The condition that a mail was not taken back, or only in doubt: then a first copy may have left."""
    kept = [state for state in MailState if state != MailState.WITHDRAWN]
    return Q(**{f"{mail}__state__in": kept}) | Q(**{f"{mail}__maybe_duplicate": True})
