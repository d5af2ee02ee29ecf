"""May this mail still go? Read again at the last moment, whatever path changed the appointment (I5).

Both forms read the kinds of mail: `obstacle` says why one reminder must not become a mail, `untrue` finds mails that
wait in the ledger and must not go; each sweep withdraws those.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment, Reminder, ReminderState, Status
from booking.reminders.kind import (
    ReminderKind,
    Switch,
    Topic,
    kind_codes,
    reminder_kind,
    reminder_kinds,
    topic_kinds,
)
from clients.care import Triage
from clients.intake.acknowledgement import reason_to_call
from clients.models import Client, Consent, Intake
from clients.plans.knowledge import ClientKnowledge
from clinic.mail import ledger
from clinic.models import MailState, OutgoingMail, Practice


def reason_not_to_send(reminder: Reminder, appointment: Appointment, *, now: dt.datetime) -> str:
    """The first reason against sending, as a sentence for the log; empty where it may go."""
    client, kind = appointment.client, reminder_kind(reminder.kind)
    if client.erased_at is not None:
        return _("The client's file was erased.")
    if reminder.revision != appointment.revision:
        return _("The appointment was changed meanwhile.")
    if appointment.status not in kind.statuses:
        return wrong_status(kind, appointment)
    if reminder.not_after <= now:
        return _("Too late: the appointment had begun.") if kind.announces else _("Too late to be of use.")
    if not client.email:
        return _("No e-mail address on file.")
    if kind.switch is not None and not getattr(client, kind.switch.value):
        if kind.switch is Switch.TIPS:
            return _("The client wants no tips.")
        return _("The client wants no reminders.")
    return kind.unless(appointment)


def wrong_status(kind: ReminderKind, appointment: Appointment) -> str:
    """Why a kind does not go to an appointment that does not stand where it makes sense."""
    if kind.wrong_status:
        return str(kind.wrong_status)
    if appointment.status == Status.REQUESTED:
        return _("The therapist has not accepted it yet.")
    return _("The appointment is %(status)s.") % {"status": appointment.get_status_display()}


def answers_obstacle(reminder: Reminder, known: ClientKnowledge) -> str:
    """An emergency or doctor-first answer waits to be seen to; a reminder would go on as if nothing were."""
    return reason_to_call(known.call) if known.call in reminder_kind(reminder.kind).held_by else ""


def in_wrong_status(appointment: str) -> Q:
    """Reminders or mails whose appointment stands where their kind is not true; `appointment` is the path to it."""
    wrong = (Q(kind=kind.code) & ~Q(**{f"{appointment}status__in": kind.statuses}) for kind in reminder_kinds())
    return reduce(or_, wrong)


def no_longer_true(reminder: str) -> Q:
    """Mails that are no longer true; `reminder` is the path from a mail to it."""
    appointment = f"{reminder}appointment__"
    client = f"{appointment}client__"
    changed = ~Q(**{f"{reminder}revision": F(f"{appointment}revision")})
    erased = Q(**{f"{client}erased_at__isnull": False})
    told = Intake.objects.filter(client=OuterRef(f"{appointment}client")).needing_call()
    unseen = (held_by(triage) & Q(Exists(told.filter(triage=triage))) for triage in (Triage.EMERGENCY, Triage.DOCTOR))
    unwanted = (switched_by(switch) & Q(**{f"{client}{switch.value}": False}) for switch in Switch)
    return reduce(or_, unwanted) | changed | erased | in_wrong_status(appointment) | reduce(or_, unseen)


def switched_by(switch: Switch) -> Q:
    """Mails that a client can switch off with this switch."""
    return Q(kind__in=kind_codes(lambda kind: kind.switch is switch))


def held_by(triage: Triage) -> Q:
    """Mails that do not go while an answer with this triage waits to be seen to."""
    return Q(kind__in=kind_codes(lambda kind: triage in kind.held_by))


def too_personal(reminder: str) -> Q:
    """Mails with tips, written while their client still agreed to personal ones: what they say may tell too much."""
    told = Consent.objects.filter(client=OuterRef(f"{reminder}appointment__client"))
    retracted = Q(personal_tips=True, withdrawn_at__gte=OuterRef("created_at"))
    left_out = Q(personal_tips=False, given_at__gte=OuterRef("created_at"))
    return Q(kind__in=kind_codes(lambda kind: kind.personal)) & Q(Exists(told.filter(retracted | left_out)))


def mails_of_reminder(holds: Callable[[str], Q]) -> Q:
    """Mails of which this holds; for what was sent again it is read off the reminder of the first."""
    paths = ("reminder__", "resend_of__reminder__")
    return reduce(or_, (Q(**{f"{path}isnull": False}) & holds(path) for path in paths))


def mails_about_topic() -> Q:
    """Mails that no reminder asked for and that can become untrue: their key, or that of the first, says what they are
    about."""
    kinds = [code for code, kind in topic_kinds().items() if kind.has_topics]
    return Q(kind__in=kinds) & (Q(dedupe_key__contains=":") | Q(resend_of__dedupe_key__contains=":"))


def recipients(mails: Iterable[OutgoingMail]) -> dict[int, Client]:
    """Whom each mail about a topic is for now, by key, the untrue left out: a query or two a kind."""
    by_kind: dict[str, dict[OutgoingMail, Topic]] = defaultdict(dict)
    for mail in mails:
        first = mail.resend_of or mail
        by_kind[mail.kind][mail] = tuple(first.dedupe_key.split(":")[1:])
    found: dict[int, Client] = {}
    for code, topics in by_kind.items():
        standing = topic_kinds()[code].recipients(set(topics.values()))
        for mail, topic in topics.items():
            recipient = standing.get(topic)
            # A mail that names an appointment is useless once that begins; another beginning means that it was moved.
            if recipient is None or recipient.client.erased_at is not None:
                continue
            if recipient.starts_at in (None, mail.not_after):
                found[mail.pk] = recipient.client
    return found


def withdraw_untrue(practice: Practice) -> int:
    """Withdraw mails that wait and are no longer true, whatever path made them so; return how many.

    Those whose body may be under way are kept from going once more. What says more than its client wants is owed anew.
    """
    waiting = OutgoingMail.objects.pending()
    keys = list(waiting.filter(mails_of_reminder(no_longer_true)).values_list("pk", flat=True))
    about_topics = list(waiting.filter(mails_about_topic()).select_related("resend_of"))
    still_true = recipients(about_topics)
    keys += [mail.pk for mail in about_topics if mail.pk not in still_true]
    withdrawn = ledger.withdraw_mails(OutgoingMail.objects.filter(pk__in=keys), why=_("No longer true.")) if keys else 0
    return withdrawn + withdraw_too_personal() + rewrite_past_their_day(practice)


def past_their_day() -> Q:
    """Mails of a reminder that speak of a day which is over, though the reminder itself is still of use."""
    return Q(not_after__lte=timezone.now(), reminder__not_after__gt=F("not_after"))


def rewrite_past_their_day(practice: Practice) -> int:
    """Withdraw mails that wait and speak of a day which is over, and owe them anew without, in the morning.

    Returns how many.
    """
    keys = list(OutgoingMail.objects.pending().filter(past_their_day()).values_list("pk", flat=True))
    if not keys:
        return 0
    morning = practice.quiet_hours.put_off(timezone.now())
    return rewrite_mails(keys, why=_("It spoke of the day of the session."), due_at=morning)


def withdraw_too_personal() -> int:
    """Withdraw tips that wait and were personal when they were written, and owe them anew without; return how many."""
    keys = list(OutgoingMail.objects.pending().filter(mails_of_reminder(too_personal)).values_list("pk", flat=True))
    return rewrite_mails(keys, why=_("The client took back their consent to personal tips.")) if keys else 0


def rewrite_mails(keys: Collection[int], *, why: str, due_at: dt.datetime | None = None) -> int:
    """Withdraw mails that have not begun to leave, and let their reminders write them again, at once or at `due_at`.

    Returns how many.
    """
    with transaction.atomic():
        withdrawn = ledger.withdraw_mails(OutgoingMail.objects.filter(pk__in=keys), why=why)
        owed = Reminder.objects.filter(mail__in=keys, mail__state=MailState.WITHDRAWN).select_related("appointment")
        for reminder in owed:
            # The appointment will have a new mail; the key keeps the old one among what is known of the client.
            key = f"anew:{reminder.appointment.public_id}:{uuid.uuid4().hex}"
            OutgoingMail.objects.filter(reminder=reminder).update(dedupe_key=key)
        moved = {} if due_at is None else {"due_at": due_at}
        Reminder.objects.filter(pk__in=[each.pk for each in owed]).update(
            state=ReminderState.DUE, mail=None, settled_at=None, **moved
        )
    return withdrawn
