"""Loading what the mails of some appointments need, and writing the message of a kind with it."""

from collections.abc import Iterable
from dataclasses import replace

from booking.models import Appointment
from booking.reminders.calendar_file import calendar_file
from booking.reminders.combined import merged_appointments
from booking.reminders.context import MailContext, texts_in_use
from booking.reminders.kind import ReminderKind, reminder_kind, reminder_kinds
from booking.reminders.message import Message
from clients.models import IntakeRequest
from clients.plans.tips import load_knowledge
from clinic.models import Practice


def load_contexts(appointments: Iterable[Appointment], practice: Practice) -> dict[int, MailContext]:
    """The contexts of some appointments, by primary key.

    They come with client, service, technique and therapist joined.
    """
    rows = list(appointments)
    known = load_knowledge(each.client for each in rows)
    asked = IntakeRequest.objects.awaited().filter(appointment__in=[each.public_id for each in rows])
    awaited = {
        appointment: (intake, short)
        for appointment, intake, short in asked.values_list("appointment", "public_id", "short")
    }
    coming = set(
        Appointment.objects.upcoming()
        .filter(client__in=[each.client_id for each in rows])
        .values_list("client_id", flat=True)
        .distinct()
    )
    custom_text, merged = texts_in_use(), merged_appointments(rows)
    loaded = {kind.code: kind.load(rows) for kind in reminder_kinds()}
    return {
        each.pk: MailContext(
            appointment=each,
            practice=practice,
            known=known[each.client_id],
            intake=awaited.get(each.public_id, (None, False))[0],
            short_intake=awaited.get(each.public_id, (None, False))[1],
            has_next_appointment=each.client_id in coming,
            custom_text=custom_text,
            merged=merged.get(each.pk, {}),
            loaded={code: found[each.pk] for code, found in loaded.items() if each.pk in found},
        )
        for each in rows
    }


def compose(code: str, context: MailContext) -> Message:
    """The message of a kind for one appointment, with its links.

    Raises Unneeded, with the reason, where there is nothing to say; KeyError for a kind that no appointment owes.
    """
    kind, mail = reminder_kind(code), replace(context)
    words = kind.context(mail)
    stop_url = words.get("unsubscribe_url")
    headers = one_click(stop_url) if stop_url else {}
    return mail.message(code, words, calendar=calendar_of(kind, mail), calendar_method=kind.calendar, headers=headers)


def calendar_of(kind: ReminderKind, mail: MailContext) -> str:
    """The calendar file of a mail, of each appointment that it tells of; empty for a kind that has none."""
    if not kind.calendar:
        return ""
    return calendar_file(mail.appointment, mail.practice, method=kind.calendar, others=mail.others(kind.code))


def one_click(url: str) -> dict[str, str]:
    """The headers with which mail programs offer to unsubscribe in one click (RFC 8058)."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
