"""Why a reminder must not become a mail: read again at the last moment, whatever path changed the appointment (I5)."""

import datetime as dt
import uuid
from collections.abc import Callable, Collection
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from booking.actions.reminding import besides
from booking.models import Appointment, Reminder
from booking.models.appointment import Status
from booking.models.reminder import ReminderState
from clients.actions.seeing import why_call
from clients.models import Consent, Intake
from clients.tips import Known
from clinic.mail import ledger
from clinic.models import MailKind, MailState, OutgoingMail

AHEAD = (Status.REQUESTED, Status.CONFIRMED)
# What a client can switch off. Pain questions follow the switch for tips, though they carry no header for it.
REMINDERS = frozenset({MailKind.INTAKE_MISSING, MailKind.REMINDER_48, MailKind.REMINDER_24})
TIPS = frozenset({MailKind.AFTERCARE, MailKind.PAIN_CHECK, MailKind.REBOOK})
# What may hold tips that answer to what only this client told us.
WITH_TIPS = frozenset({MailKind.REMINDER_24, MailKind.AFTERCARE, MailKind.REBOOK})


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
    """Withdraw mails that wait in the ledger and are no longer true, whatever path made them so; return how many.

    Those whose body may be under way are kept from going once more. What says more than its client wants is owed anew.
    """
    waiting = OutgoingMail.objects.pending()
    keys = list(waiting.filter(of_a_reminder(stale)).values_list("pk", flat=True))
    keyed = list(waiting.filter(besides.KEYED).select_related("resend_of"))
    still_true = besides.readers(keyed)
    keys += [mail.pk for mail in keyed if mail.pk not in still_true]
    withdrawn = ledger.withdraw(OutgoingMail.objects.filter(pk__in=keys), why=_("No longer true.")) if keys else 0
    return withdrawn + withdraw_unwelcome()


def of_a_reminder(fate: Callable[[str], Q]) -> Q:
    """Mails of which this holds; for what was sent again it is read off the reminder of the first."""
    ways = ("reminder__", "resend_of__reminder__")
    return reduce(or_, (Q(**{f"{way}isnull": False}) & fate(way) for way in ways))


def stale(reminder: str) -> Q:
    """Mails that are no longer true; `reminder` is the way from a mail to it."""
    about = f"{reminder}appointment__"
    begun = Q(**{f"{about}status__in": AHEAD})
    unseen = Intake.objects.filter(client=OuterRef(f"{about}client")).to_call_about()
    return (
        ~Q(**{f"{reminder}revision": F(f"{about}revision")})
        | Q(**{f"{about}client__erased_at__isnull": False})
        | (Q(kind__in=Reminder.BEFORE_START - {MailKind.CANCELLED}) & ~begun)
        | (Q(kind__in=Reminder.AFTER_COMPLETION) & ~Q(**{f"{about}status": Status.COMPLETED}))
        | (Q(kind=MailKind.WAITLIST) & ~Q(**{f"{about}status": Status.OFFERED}))
        | (Q(kind__in=REMINDERS) & Q(**{f"{about}client__reminders_wanted": False}))
        | (Q(kind__in=TIPS) & Q(**{f"{about}client__tips_wanted": False}))
        | (Q(kind__in=REMINDERS) & Q(Exists(unseen)))
    )


def unwelcome(reminder: str) -> Q:
    """Mails with tips, written while their client still agreed to personal ones: what they say may tell too much."""
    told = Consent.objects.filter(client=OuterRef(f"{reminder}appointment__client"))
    taken_back = Q(personal_tips=True, withdrawn_at__gte=OuterRef("created_at"))
    left_out = Q(personal_tips=False, given_at__gte=OuterRef("created_at"))
    return Q(kind__in=WITH_TIPS) & Q(Exists(told.filter(taken_back | left_out)))


def withdraw_unwelcome() -> int:
    """Withdraw tips that wait and were personal when they were written, and owe them anew without; return how many."""
    waiting = OutgoingMail.objects.pending().filter(of_a_reminder(unwelcome))
    keys = list(waiting.values_list("pk", flat=True))
    if not keys:
        return 0
    return write_anew(keys, why=_("The client took back their consent to personal tips."))


def write_anew(keys: Collection[int], *, why: str) -> int:
    """Withdraw mails that have not begun to leave, and let their reminders write them again; return how many."""
    with transaction.atomic():
        withdrawn = ledger.withdraw(OutgoingMail.objects.filter(pk__in=keys), why=why)
        owed = Reminder.objects.filter(mail__in=keys, mail__state=MailState.WITHDRAWN).select_related("appointment")
        for reminder in owed:
            # The visit will have a new mail; the key keeps the old one among what is known of the client.
            key = f"anew:{reminder.appointment.public_id}:{uuid.uuid4().hex}"
            OutgoingMail.objects.filter(reminder=reminder).update(dedupe_key=key)
        Reminder.objects.filter(pk__in=[each.pk for each in owed]).update(
            state=ReminderState.DUE, mail=None, settled_at=None
        )
    return withdrawn
