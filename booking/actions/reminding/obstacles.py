"""Why a reminder must not become a mail: read again at the last moment, whatever path changed the appointment (I5)."""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from booking.models import Appointment, Reminder
from booking.models.appointment import Status
from clients.actions.seeing import why_call
from clients.models import Intake
from clients.tips import Known
from clinic.mail import ledger
from clinic.models import MailKind, MailState, OutgoingMail

AHEAD = (Status.REQUESTED, Status.CONFIRMED)
# What a client can switch off. Pain questions follow the switch for tips, though they carry no header for it.
REMINDERS = frozenset({MailKind.INTAKE_MISSING, MailKind.REMINDER_48, MailKind.REMINDER_24})
TIPS = frozenset({MailKind.AFTERCARE, MailKind.PAIN_CHECK, MailKind.REBOOK})


def obstacle(reminder: Reminder, appointment: Appointment, *, now: dt.datetime) -> str:
    """The first reason against sending, as a sentence for the log; empty where it may go."""
    client = appointment.client
    kind = MailKind(reminder.kind)
    if client.erased_at is not None:
        return _("The client's file was erased.")
    if reminder.revision != appointment.revision:
        return _("The appointment was changed meanwhile.")
    if wrong_status := status_obstacle(kind, appointment):
        return wrong_status
    if reminder.not_after <= now:
        announces = kind in Reminder.BEFORE_START
        return _("Too late: the visit had begun.") if announces else _("Too late to be of use.")
    if not client.email:
        return _("No e-mail address on file.")
    if kind in REMINDERS and not client.reminders_wanted:
        return _("The client wants no reminders.")
    if kind in TIPS and not client.tips_wanted:
        return _("The client wants no tips.")
    if kind == MailKind.REMINDER_48 and appointment.confirmed_by_client_at is not None:
        return _("The client has already confirmed.")
    return ""


def answers_obstacle(reminder: Reminder, known: Known) -> str:
    """An emergency or doctor-first answer waits to be seen to; a reminder would go on as if nothing were."""
    return why_call(known.call) if reminder.kind in REMINDERS else ""


def status_obstacle(kind: MailKind, appointment: Appointment) -> str:
    """Whether the appointment stands where this kind makes sense."""
    status = appointment.status
    if kind == MailKind.WAITLIST:
        return "" if status == Status.OFFERED else _("The time is not held any more.")
    if kind == MailKind.CANCELLED:
        return "" if status == Status.CANCELLED else _("The appointment is not cancelled.")
    if kind in Reminder.AFTER_COMPLETION:
        return "" if status == Status.COMPLETED else _("The session did not take place.")
    if status == Status.REQUESTED and kind in {MailKind.REMINDER_48, MailKind.REMINDER_24}:
        return _("The therapist has not accepted it yet.")
    if status not in AHEAD:
        return _("The appointment is %(status)s.") % {"status": appointment.get_status_display()}
    return ""


def withdraw_stale() -> int:
    """Withdraw mails that wait in the ledger and are no longer true, whatever path made them so; return how many."""
    about = "reminder__appointment__"
    begun = Q(**{f"{about}status__in": AHEAD})
    unseen = Intake.objects.filter(client=OuterRef(f"{about}client")).to_call_about()
    stale = (
        ~Q(reminder__revision=F(f"{about}revision"))
        | Q(**{f"{about}client__erased_at__isnull": False})
        | (Q(kind__in=Reminder.BEFORE_START - {MailKind.CANCELLED}) & ~begun)
        | (Q(kind__in=Reminder.AFTER_COMPLETION) & ~Q(**{f"{about}status": Status.COMPLETED}))
        | (Q(kind=MailKind.WAITLIST) & ~Q(**{f"{about}status": Status.OFFERED}))
        | (Q(kind__in=REMINDERS) & Q(**{f"{about}client__reminders_wanted": False}))
        | (Q(kind__in=TIPS) & Q(**{f"{about}client__tips_wanted": False}))
        | (Q(kind__in=REMINDERS) & Exists(unseen))
    )
    waiting = OutgoingMail.objects.filter(state__in=[MailState.QUEUED, MailState.RETRYING], reminder__isnull=False)
    keys = list(waiting.filter(stale).values_list("pk", flat=True))
    if not keys:
        return 0
    return ledger.withdraw(OutgoingMail.objects.filter(pk__in=keys), why=_("No longer true."))
