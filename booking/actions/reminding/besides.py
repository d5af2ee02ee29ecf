"""Mails to clients that no reminder asks for: each says in its key, `<word>:<id>…`, what it is about.

Read again at the last moment, like the reminders (see obstacles): whom each is for now, and whether it is still true.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from booking.models import Appointment, WaitlistEntry
from booking.models.appointment import Status
from clients.models import CarePlan, Client, Intake, IntakeRequest
from clinic.models import MailKind, OutgoingMail


@dataclass(frozen=True)
class Reader:
    """The client whom a mail is for, and when the visit begins that it names, if it names one."""

    client: Client
    starts_at: dt.datetime | None = None


Ids = set[uuid.UUID]
Readers = dict[uuid.UUID, Reader]


def waiting_visits(ids: Ids, *, status: Iterable[str] = (Status.REQUESTED,)) -> Readers:
    """Visits ahead that wait for somebody's decision: for the others nobody needs to look any more."""
    rows = Appointment.objects.filter(public_id__in=ids, status__in=status, starts_at__gt=timezone.now())
    return {row.public_id: Reader(row.client, row.starts_at) for row in rows.select_related("client")}


def outdated(mails: Iterable[OutgoingMail]) -> set[int]:
    """The primary keys of mails of the kind please-look that a newer intake of their client has overtaken: their key,
    `please-look:<visit>:<intake>`, names the intake that they speak of."""
    spoken = {}
    for mail in mails:
        key = (mail.resend_of or mail).dedupe_key.split(":")
        if mail.kind == MailKind.PLEASE_LOOK and len(key) == 3:
            spoken[mail.pk] = int(key[2])
    told = Intake.objects.filter(pk__in=spoken.values())
    newer = Intake.objects.filter(client=OuterRef("client"), pk__gt=OuterRef("pk"))
    old = set(told.filter(Exists(newer)).values_list("pk", flat=True))
    return {mail for mail, intake in spoken.items() if intake in old}


def awaited_intakes(ids: Ids) -> Readers:
    """Intakes that are still to be filled, of visits that will be."""
    asked = {row.visit: row.public_id for row in IntakeRequest.objects.awaited().filter(public_id__in=ids)}
    visits = waiting_visits({visit for visit in asked if visit}, status=(Status.REQUESTED, Status.CONFIRMED))
    return {asked[visit]: reader for visit, reader in visits.items()}


def welcome_plans(ids: Ids) -> Readers:
    """Approved plans of clients who want tips by mail."""
    rows = CarePlan.objects.filter(public_id__in=ids, state=CarePlan.State.APPROVED, client__tips_wanted=True)
    return {row.public_id: Reader(row.client) for row in rows.select_related("client")}


def live_waits(ids: Ids) -> Readers:
    """Entries that are on the waitlist."""
    rows = WaitlistEntry.objects.live().filter(public_id__in=ids)
    return {row.public_id: Reader(row.client) for row in rows.select_related("client")}


# What must be so for a mail of this kind to be true, by the ids in the keys.
STANDS: Mapping[str, Callable[[Ids], Readers]] = {
    MailKind.PLEASE_LOOK: waiting_visits,
    MailKind.INTAKE_MISSING: awaited_intakes,
    MailKind.CARE_PLAN: welcome_plans,
    MailKind.WAITLIST: live_waits,
}
# A mail, or the first of those that repeat it, has such a key.
KEYED = Q(kind__in=STANDS) & (Q(dedupe_key__contains=":") | Q(resend_of__dedupe_key__contains=":"))


def readers(mails: Iterable[OutgoingMail]) -> dict[int, Client]:
    """Whom each of these mails is for, by its primary key; those that are not true any more are left out.

    One query for each kind, two for intakes.
    """
    by_kind: dict[str, dict[OutgoingMail, uuid.UUID]] = defaultdict(dict)
    for mail in mails:
        first = mail.resend_of or mail
        by_kind[mail.kind][mail] = uuid.UUID(first.dedupe_key.split(":")[1])
    old = outdated(by_kind.get(MailKind.PLEASE_LOOK, {}))
    found: dict[int, Client] = {}
    for kind, ids in by_kind.items():
        standing = STANDS[kind](set(ids.values()))
        for mail, key in ids.items():
            reader = standing.get(key)
            # A mail that names a visit is useless once that begins; another beginning means that the visit was moved.
            if mail.pk in old:
                continue
            if reader is not None and reader.starts_at in (None, mail.not_after) and reader.client.erased_at is None:
                found[mail.pk] = reader.client
    return found
