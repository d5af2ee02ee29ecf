"""Loading what the mails of some appointments need, and writing the message of a kind with it."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Min
from django.utils.translation import gettext as _

from booking.models import Appointment, Status
from booking.reminders.calendar_file import calendar_file
from booking.reminders.combined import merged_appointments
from booking.reminders.context import MailContext, texts_in_use
from booking.reminders.kind import ReminderKind, reminder_kind, reminder_kinds
from booking.reminders.message import Message, Unneeded
from clients.models import Client, IntakeRequest
from clients.plans.knowledge import load_knowledge
from clients.plans.tips import AftercareTip, OneThing
from clinic.mail.message import header_address
from clinic.models import Practice


def load_contexts(appointments: Iterable[Appointment], practice: Practice) -> dict[int, MailContext]:
    """The contexts of some appointments by key: client, service, technique and therapist joined."""
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
    bookers = bookers_by_appointment(rows)
    custom_text, merged, first = texts_in_use(), merged_appointments(rows), first_sessions(rows)
    loaded = {kind.code: kind.load(rows) for kind in reminder_kinds()}
    return {
        each.pk: MailContext(
            appointment=each,
            practice=practice,
            known=known[each.client_id],
            intake=awaited.get(each.public_id, (None, False))[0],
            booker=bookers.get(each.pk),
            short_intake=awaited.get(each.public_id, (None, False))[1],
            has_next_appointment=each.client_id in coming,
            visits=int(first.get(each.client_id, each.starts_at) < each.starts_at),
            custom_text=custom_text,
            merged=merged.get(each.pk, {}),
            loaded={code: found[each.pk] for code, found in loaded.items() if each.pk in found},
        )
        for each in rows
    }


def bookers_by_appointment(appointments: Iterable[Appointment]) -> dict[int, Client]:
    """Who reads the mailbox of somebody for whom they booked, by the appointment's primary key: only where the mail
    still goes there, and the file is open. What the waitlist or the desk booked for that client goes there too."""
    rows = list(appointments)
    others = last_bookers(each.client for each in rows if each.client.mailbox_is_anothers and not each.booked_by)
    named = {each.pk: key for each in rows if (key := each.booked_by or others.get(each.client_id))}
    if not named:
        return {}
    files = Client.objects.filter(public_id__in=named.values()).select_related("merged_into")
    found = {row.public_id: row.current_file() for row in files}
    return {
        each.pk: booker
        for each in rows
        if each.pk in named
        and (booker := found.get(named[each.pk]))
        and booker.erased_at is None
        and booker.pk != each.client_id
        and booker.email_key == each.client.email_key
    }


def last_bookers(clients: Iterable[Client]) -> dict[int, uuid.UUID]:
    """Who booked last for each of some clients, as a public id, by the client's primary key; no query for nobody."""
    keys = {each.pk for each in clients}
    if not keys:
        return {}
    booked = Appointment.objects.filter(client__in=keys, booked_by__isnull=False).order_by("client", "-created_at")
    rows = booked.distinct("client").values_list("client", "booked_by")
    return {client: booker for client, booker in rows if booker}


def first_sessions(appointments: Iterable[Appointment]) -> dict[int, dt.datetime]:
    """When the first completed session of each of their clients began, by the client's primary key."""
    taken = Appointment.objects.filter(client__in={each.client_id for each in appointments}, status=Status.COMPLETED)
    return dict(taken.values_list("client").annotate(Min("starts_at")).order_by())


def compose(code: str, context: MailContext) -> Message:
    """One appointment's message of a kind. Raises Unneeded with the reason, KeyError for what none owes."""
    kind, mail = reminder_kind(code), replace(context)
    if kind.follows and not mail.advice.allows_massage:
        raise Unneeded(_("The answers ask for a doctor first."))
    words = kind.context(mail)
    stop_url = words.get("unsubscribe_url")
    more = {
        "calendar": calendar_of(kind, mail),
        "calendar_method": kind.calendar,
        "headers": {**(one_click(stop_url) if stop_url else {}), **addressed_to_booker(mail)},
    }
    message = mail.message(code, words, **more)
    excess = excess_words(kind, mail, message, words)
    return mail.message(code, shortened(words, excess), **more) if excess > 0 else message


def excess_words(kind: ReminderKind, mail: MailContext, message: Message, words: Mapping[str, Any]) -> int:
    """How many words a mail has too many by the catalogue's rule; what the practice adds itself is not counted: its own
    words, the way there and the price."""
    if not kind.length:
        return 0
    given = mail.variables(kind.code)
    own, terms = given["own"], str(words.get("terms", ""))
    facts = [" ".join(text.split()) for text in (mail.practice.directions, terms, given["tax"] if terms else "")]
    told = " ".join(message.text.split())
    added = sum(word_count(text) for text in (*own.opening, *own.closing, *(fact for fact in facts if fact in told)))
    return word_count(message.text) - added - mail.known.catalogue.mail_rules.words[kind.length]


def calendar_of(kind: ReminderKind, mail: MailContext) -> str:
    """The calendar file of a mail, of each appointment that it tells of; empty for a kind that has none."""
    if not kind.calendar:
        return ""
    return calendar_file(mail.appointment, mail.practice, method=kind.calendar, others=mail.others(kind.code))


def addressed_to_booker(mail: MailContext) -> dict[str, str]:
    """The To of a mail about somebody else: the name of who reads that mailbox. The row keeps whom it is about."""
    return {"To": header_address(str(mail.booker), mail.booker.email)} if mail.booker else {}


def one_click(url: str) -> dict[str, str]:
    """The headers with which mail programs offer to unsubscribe in one click (RFC 8058)."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def word_count(text: str) -> int:
    """How many words a text has; the address of a page is one."""
    return len(text.split())


def shortened(words: Mapping[str, Any], excess: int) -> dict[str, Any]:
    """The variables of a template with about `excess` words less: first the dose, which stands in the plan, goes.

    Then tips go, those that matter least first.
    """
    found, left = dict(words), excess
    thing: OneThing | None = found.get("one_thing")
    if left > 0 and thing and thing.dose:
        found["one_thing"] = replace(thing, dose="")
        left -= word_count(thing.dose)
    if left > 0:
        found["tips"] = without_least(found.get("tips", ()), left)
    return found


def without_least(tips: Collection[AftercareTip], excess: int) -> list[AftercareTip]:
    """The tips without the least of them, until `excess` words are saved; the order stays."""
    kept, left = list(tips), excess
    for tip in sorted(tips, key=lambda tip: tip.weight, reverse=True):
        if left <= 0:
            break
        kept.remove(tip)
        left -= word_count(tip.text)
    return kept
