"""Rows for what must be said, written, moved and voided in the transaction of the appointment itself (I5)."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment, Reminder, ReminderState, SessionNote
from booking.reminders.change_news import TOLD_AT_ONCE, ChangeNews, was_told
from booking.reminders.combined import without_leader
from booking.reminders.kind import Occasion, kind_codes, owed_from_booking
from booking.reminders.kinds.cancelled import Cancelled
from booking.reminders.kinds.confirmation import Confirmation
from booking.reminders.kinds.moved import Moved
from booking.reminders.rules import MINUTES_A_WEEK, reminder_row, skip_reminder
from booking.scheduling.configuration import Configuration
from clients.models import Client
from clinic.mail import ledger
from clinic.models import OutgoingMail


def schedule_reminders(
    appointment: Appointment,
    *,
    configuration: Configuration,
    now: dt.datetime,
    kinds: frozenset[str] | None = None,
) -> list[Reminder]:
    """Owe what a booking has to say before the appointment begins, or these kinds of it; `now` is when it was booked.

    Kinds whose moment has passed are written too, as skipped with the reason. Returns the rows as they were meant: one
    that this revision already has stays.
    """
    occasion = Occasion(appointment=appointment, practice=configuration.practice, now=now, booked_at=now)
    rules = configuration.reminder_rules_for(appointment.service_id, owed_from_booking() if kinds is None else kinds)
    rows = [reminder_row(rule, occasion) for rule in rules]
    leave_to_confirmation(rows, now)
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    return rows


def any_now(rows: Iterable[Reminder], now: dt.datetime) -> bool:
    """Whether any of these is due at once."""
    return any(row.state == ReminderState.DUE and row.due_at <= now for row in rows)


def schedule_change(
    appointment: Appointment,
    *,
    configuration: Configuration,
    why: str,
    now: dt.datetime,
    news: ChangeNews = TOLD_AT_ONCE,
) -> None:
    """It was moved, or is another service now: void what it owed, owe anew, tell the client. The revision is raised.

    A client who was still to be told of the appointment reads the new time in its confirmation.
    """
    kinds = owed_from_booking() if void_unheard(appointment, why=why) else owed_from_booking() - {Confirmation.code}
    rows = schedule_reminders(appointment, configuration=configuration, now=now, kinds=kinds)
    confirms = any(row.kind == Confirmation.code and row.state == ReminderState.DUE for row in rows)
    unless = _("The confirmation tells the new time.") if confirms else news.reason_not_to_tell(appointment)
    due_at = news.due_at(now, configuration.practice)
    schedule_news(appointment, Moved.code, configuration=configuration, now=now, unless=unless, due_at=due_at)


def schedule_cancellation(
    appointment: Appointment,
    *,
    configuration: Configuration,
    why: str,
    now: dt.datetime,
    news: ChangeNews = TOLD_AT_ONCE,
) -> None:
    """It was cancelled: void what it owed and tell the client; an undo of which they never heard is silent."""
    undone = void_unheard(appointment, why=why)
    nothing_to_undo = _("Nothing had been sent about the appointment.")
    unless = nothing_to_undo if undone else ""
    due_at = news.due_at(now, configuration.practice)
    schedule_news(appointment, Cancelled.code, configuration=configuration, now=now, unless=unless, due_at=due_at)


def schedule_reinstatement(appointment: Appointment, *, configuration: Configuration, now: dt.datetime) -> None:
    """A cancellation was undone, the revision raised: owe anew what it owed. Who heard of the cancellation gets a
    confirmation, and so does who had none yet; who never heard of it hears of nothing."""
    void_reminders(appointment, why=_("undone"))
    told = appointment.reminders.filter(was_told())
    heard = told.filter(kind=Cancelled.code, revision=appointment.revision - 1).exists()
    knows = told.filter(kind__in=(Confirmation.code, Moved.code)).exists()
    if heard or not knows:
        schedule_reminders(appointment, configuration=configuration, now=now)
        return
    kinds = owed_from_booking() - {Confirmation.code}
    schedule_reminders(appointment, configuration=configuration, now=now, kinds=kinds)
    unless = _("Undone before they heard of it.")
    schedule_news(appointment, Moved.code, configuration=configuration, now=now, unless=unless)


def schedule_acceptance(appointment: Appointment, *, configuration: Configuration, now: dt.datetime) -> None:
    """The therapist accepted a request: confirm it, and owe everything anew. The revision must have been raised."""
    void_reminders(appointment, why=_("accepted"))
    schedule_reminders(appointment, configuration=configuration, now=now)


def schedule_aftercare(appointment: Appointment, *, configuration: Configuration, now: dt.datetime) -> None:
    """Owe what a completed session earns: aftercare, the question about the pain, and rebooking if a time was named."""
    earned = kind_codes(lambda kind: kind.follows and not kind.by_interval)
    occasion = Occasion(appointment=appointment, practice=configuration.practice, now=now, booked_at=now)
    for rule in configuration.reminder_rules_for(appointment.service_id, earned):
        write_or_renew(reminder_row(rule, occasion))
    schedule_rebook(appointment, configuration=configuration, now=now)


def schedule_rebook(appointment: Appointment, *, configuration: Configuration, now: dt.datetime) -> None:
    """Owe the invitation at the interval of the session note, anew when that changes; none without one."""
    kinds = kind_codes(lambda kind: kind.by_interval)
    weeks = SessionNote.objects.filter(appointment=appointment).values_list("rebook_weeks", flat=True).first()
    if not weeks:
        owed = appointment.reminders.filter(kind__in=kinds, revision=appointment.revision, state=ReminderState.DUE)
        owed.update(state=ReminderState.SKIPPED, skip_reason=_("no interval named"), settled_at=now)
        return
    occasion = Occasion(appointment=appointment, practice=configuration.practice, now=now, booked_at=now)
    for rule in configuration.reminder_rules_for(appointment.service_id, kinds):
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


def schedule_news(
    appointment: Appointment,
    kind: str,
    *,
    configuration: Configuration,
    now: dt.datetime,
    unless: str = "",
    due_at: dt.datetime | None = None,
) -> None:
    """Tell the client that it was moved or cancelled, or write why not: `unless`, or for what is found.

    At once, or at `due_at` where it does not begin before then.
    """
    news = Reminder(
        appointment=appointment,
        kind=kind,
        revision=appointment.revision,
        due_at=due_at if due_at and due_at < appointment.starts_at else now,
        not_after=appointment.starts_at,
        written_at=now,
    )
    why = _("The appointment had already begun.") if appointment.starts_at <= now else unless
    if not why and any(not rule.active for rule in configuration.reminder_rules_for(appointment.service_id, {kind})):
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
