"""What became of each message that a visit owes, in words."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment, Reminder
from booking.models.appointment import Status
from booking.models.reminder import ReminderState
from booking.reminders.kind import told_at_once
from booking.reminders.kinds.intake_missing import INTAKE_MISSING
from clients.models import IntakeRequest
from clinic.mail.plain import trouble_of
from clinic.models import MailState, OutgoingMail


@dataclass(frozen=True)
class Message:
    """One message of a visit: what it is, what became of it and when, and whether a person should look."""

    kind: str
    state: str
    tone: str
    at: dt.datetime | None
    why: str
    """In words for the team."""
    mail: OutgoingMail | None = None
    visit: Appointment | None = None
    """Whose message it is, where there is no mail to ask."""


def telling(visits: Sequence[Appointment], done: str, told: str) -> str:
    """What was done to the appointments of one client, and what the client hears of it: `told` only where a mail goes.

    Else it says why none does, or that mail does not reach them and somebody must tell them.
    """
    client, news_kinds = visits[0].client, told_at_once()
    if not client.email or client.email_trouble:
        return f"{done} {_('Mail does not reach this client: please tell them yourself.')}"
    if goes_out(visits, news_kinds):
        return f"{done} {told}"
    news = Reminder.objects.filter(appointment__in=visits, revision=F("appointment__revision"), kind__in=news_kinds)
    why = news.exclude(skip_reason="").values_list("skip_reason", flat=True).first() or ""
    if all(visit.starts_at <= timezone.now() for visit in visits):
        why = _("It has begun.")
    return f"{done} {_('No mail goes out.')} {why}".strip()


def goes_out(visits: Iterable[Appointment], kinds: Iterable[str]) -> bool:
    """Whether a mail of these kinds about one of the appointments, as it stands now, went or will go."""
    return Reminder.objects.filter(Reminder.goes_out(timezone.now()), appointment__in=visits, kind__in=kinds).exists()


def booked_in_words(visit: Appointment) -> tuple[str, str]:
    """What is said of a new booking, and of its mail: a request is not yet a booking."""
    if visit.status == Status.REQUESTED:
        return _("Requested: it waits for a therapist's yes."), _("A mail tells the client that the request is here.")
    return _("Booked."), _("The confirmation goes out by itself.")


def messages_of(appointment: Appointment) -> list[Message]:
    """The messages of a visit in the order in which they are due."""
    rows = appointment.reminders.select_related("mail").prefetch_related("mail__resends").order_by("due_at", "id")
    return [without_address(row, appointment) or asks_in_vain(row, appointment) or message(row) for row in rows]


def without_address(reminder: Reminder, appointment: Appointment) -> Message | None:
    """What waits for a client without an address: the sweep will skip it. None where it may go."""
    if reminder.state != ReminderState.DUE or appointment.client.email:
        return None
    return Message(reminder.get_kind_display(), _("not sent"), "info", None, _("No e-mail address on file."))


def asks_in_vain(reminder: Reminder, appointment: Appointment) -> Message | None:
    """What waits to ask for an intake that is there: the sweep will skip it. None where it may go."""
    waits = reminder.state == ReminderState.DUE and reminder.kind == INTAKE_MISSING.code
    if not waits or IntakeRequest.objects.awaited().filter(visit=appointment.public_id).exists():
        return None
    return Message(reminder.get_kind_display(), _("not needed"), "info", None, _("The intake is filled."))


def message(reminder: Reminder) -> Message:
    """One reminder and its mail as one line; where that was sent again, what became of the last copy."""
    kind = reminder.get_kind_display()
    if reminder.state == ReminderState.SKIPPED:
        tone = "stop" if reminder.skip_reason.startswith(str(Reminder.NOT_WRITTEN)) else "info"
        return Message(kind, _("not sent"), tone, None, reminder.skip_reason, visit=reminder.appointment)
    if reminder.mail is None:
        return Message(kind, _("goes out"), "info", reminder.due_at, "")
    return mail_line(reminder.mail.latest, kind)


def mail_line(mail: OutgoingMail, kind: str = "") -> Message:
    """One mail as a line."""
    kind = kind or mail.get_kind_display()
    ended = mail.settled_at or mail.created_at
    if mail.state == MailState.SENT and mail.maybe_duplicate:
        return Message(kind, _("sent, perhaps twice"), "caution", mail.sent_at, "", mail)
    if mail.state == MailState.SENT:
        return Message(kind, _("sent"), "ok", mail.sent_at, "", mail)
    if mail.state in (MailState.FAILED, MailState.UNCERTAIN):
        return Message(kind, mail.get_state_display(), "stop", ended, trouble_of(mail), mail)
    if mail.state == MailState.WITHDRAWN:
        return Message(kind, mail.get_state_display(), "info", ended, trouble_of(mail), mail)
    return Message(kind, mail.get_state_display(), "caution", mail.next_try_at, trouble_of(mail), mail)


def own_words_of(message: Message) -> str:
    """What the mail server said itself, where the team reads other words; for whoever runs the server."""
    mail = message.mail
    return mail.reply if mail is not None and message.why and mail.reply != message.why else ""
