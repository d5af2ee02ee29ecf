"""What became of each message that an appointment owes, in words."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, F
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import BOOKED, Appointment, Reminder, ReminderState, Status
from booking.reminders.kind import told_at_once
from booking.reminders.kinds.intake_missing import IntakeMissing
from booking.reminders.sweep import waits_for_desk
from clients.models import IntakeRequest
from clinic.mail.outcomes import problem_of
from clinic.models import MailState, OutgoingMail
from clinic.templatetags.moments import short_date_clock, short_day_clock


@dataclass(frozen=True)
class MessageLine:
    """One message of an appointment: what it is, what became of it and when, and whether a person should look."""

    kind: str
    state: str
    tone: str
    at: dt.datetime | None
    why: str
    """In words for the team."""
    mail: OutgoingMail | None = None
    appointment: Appointment | None = None
    """Whose message it is, where there is no mail to ask."""

    @property
    def detail(self) -> str:
        """When and why, as far as either is known."""
        when = short_date_clock(timezone.localtime(self.at)) if self.at else ""
        return " · ".join(filter(None, [when, self.why]))

    @property
    def recipient(self) -> str:
        """To whom it goes or was to go."""
        if self.mail is not None:
            return self.mail.to_name or self.mail.to_email
        return str(self.appointment.client) if self.appointment else ""


def change_notice(appointments: Sequence[Appointment], done: str, told: str) -> str:
    """What was done to the appointments of one client, and what the client hears of it: `told` only where a mail goes.

    Else it says why none does, or that mail does not reach them and somebody must tell them.
    """
    client, news_kinds = appointments[0].client, told_at_once()
    if not client.email:
        if any(each.is_ahead and each.status in BOOKED for each in appointments):
            return f"{done} {_('No e-mail is on file: print the appointment card, or please tell them yourself.')}"
        return f"{done} {_('No e-mail is on file: please tell them yourself.')}"
    if not client.is_mailable:
        return f"{done} {_('Mail does not reach this client: please tell them yourself.')}"
    if will_be_mailed(appointments, news_kinds):
        return f"{done} {told}"
    news = Reminder.objects.filter(
        appointment__in=appointments, revision=F("appointment__revision"), kind__in=news_kinds
    )
    why = news.exclude(skip_reason="").values_list("skip_reason", flat=True).first() or ""
    if all(appointment.starts_at <= timezone.now() for appointment in appointments):
        why = _("It has begun.")
    return f"{done} {_('No mail goes out.')} {why}".strip()


def will_be_mailed(appointments: Iterable[Appointment], kinds: Iterable[str]) -> bool:
    """Whether a mail of these kinds about one of the appointments, as it stands now, went or will go."""
    return Reminder.objects.filter(
        Reminder.goes_out(timezone.now()), appointment__in=appointments, kind__in=kinds
    ).exists()


def booking_notice(appointment: Appointment) -> tuple[str, str]:
    """What is said of a new booking, with its time and therapist, and of its mail: a request is not yet a booking."""
    where = f"{short_day_clock(timezone.localtime(appointment.starts_at))}, {appointment.therapist.name}."
    if appointment.status == Status.REQUESTED:
        asked = _("Requested: it waits for a therapist's yes.")
        return f"{asked} {where}", _("A mail tells the client that the request is here.")
    return f"{_('Booked.')} {where}", _("The confirmation goes out by itself.")


def messages_of_appointment(appointment: Appointment) -> list[MessageLine]:
    """The messages of an appointment in the order in which they are due."""
    rows = appointment.reminders.select_related("mail").prefetch_related("mail__resends").order_by("due_at", "id")
    rows = rows.annotate(is_held=ExpressionWrapper(waits_for_desk(), output_field=BooleanField()))
    return [
        skipped_without_address(row, appointment)
        or skipped_intake_filled(row, appointment)
        or (blocked_line(row) if row.is_held else reminder_line(row))
        for row in rows
    ]


def blocked_line(reminder: Reminder) -> MessageLine:
    """What waits until the desk has decided about an appointment in blocked time."""
    if reminder.state != ReminderState.DUE:
        return reminder_line(reminder)
    why = _("Its time is blocked. Move it, cancel it, or say that it stays.")
    return MessageLine(reminder.get_kind_display(), _("waits"), "caution", None, why)


def skipped_without_address(reminder: Reminder, appointment: Appointment) -> MessageLine | None:
    """What waits for a client without an address: the sweep will skip it. None where it may go."""
    if reminder.state != ReminderState.DUE or appointment.client.email:
        return None
    return MessageLine(reminder.get_kind_display(), _("not sent"), "info", None, _("No e-mail address on file."))


def skipped_intake_filled(reminder: Reminder, appointment: Appointment) -> MessageLine | None:
    """What waits to ask for an intake that is there: the sweep will skip it. None where it may go."""
    waits = reminder.state == ReminderState.DUE and reminder.kind == IntakeMissing.code
    if not waits or IntakeRequest.objects.awaited().filter(appointment=appointment.public_id).exists():
        return None
    return MessageLine(reminder.get_kind_display(), _("not needed"), "info", None, _("The intake is filled."))


def reminder_line(reminder: Reminder) -> MessageLine:
    """One reminder and its mail as one line; where that was sent again, what became of the last copy."""
    kind = reminder.get_kind_display()
    if reminder.state == ReminderState.SKIPPED:
        tone = "stop" if reminder.skip_reason.startswith(str(Reminder.NOT_WRITTEN)) else "info"
        return MessageLine(kind, _("not sent"), tone, None, reminder.skip_reason, appointment=reminder.appointment)
    if reminder.mail is None:
        return MessageLine(kind, _("goes out"), "info", reminder.due_at, "")
    return mail_line(reminder.mail.latest, kind)


def mail_line(mail: OutgoingMail, kind: str = "") -> MessageLine:
    """One mail as a line."""
    kind = kind or mail.get_kind_display()
    ended = mail.settled_at or mail.created_at
    if mail.state == MailState.SENT and mail.maybe_duplicate:
        return MessageLine(kind, _("sent, perhaps twice"), "caution", mail.sent_at, "", mail)
    if mail.state == MailState.SENT:
        return MessageLine(kind, _("sent"), "ok", mail.sent_at, "", mail)
    if mail.state in (MailState.FAILED, MailState.UNCERTAIN):
        return MessageLine(kind, mail.get_state_display(), "stop", ended, problem_of(mail), mail)
    if mail.state == MailState.WITHDRAWN:
        return MessageLine(kind, mail.get_state_display(), "info", ended, problem_of(mail), mail)
    return MessageLine(kind, mail.get_state_display(), "caution", mail.next_try_at, problem_of(mail), mail)


def raw_server_reply(message: MessageLine) -> str:
    """What the mail server said itself, where the team reads other words; for whoever runs the server."""
    mail = message.mail
    return mail.reply if mail is not None and message.why and mail.reply != message.why else ""
