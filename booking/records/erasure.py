"""Erasing a client: what would happen, then the file is closed at once, and the record goes when its time is over.

Appointments, payments and numbered receipts stay for the books, and without the person.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.status import cancel_appointment
from booking.models import (
    Appointment,
    AppointmentChange,
    Payment,
    Receipt,
    Reminder,
    ReminderState,
    SessionNote,
    SessionNoteAddendum,
    SessionNoteDraft,
    Status,
    WaitlistEndReason,
    WaitlistEntry,
    WaitlistOffer,
)
from booking.records.client_export import mails_to
from booking.reminders.scheduling import void_all
from booking.waitlist.upkeep import end_entry
from clients.models import Attachment, CarePlan, Client, Consent, Intake, PainScore, Screening
from clients.record.client_columns import EMPTIED
from clients.record.erasure import changing_records, close_file, delete_record, sign_in_of, write_erased_list
from clinic.errors import Refusal
from clinic.mail import ledger
from clinic.models import ClientLink, OutgoingMail, Practice, User

logger = logging.getLogger(__name__)
# Changes whose words tell of health.
MODELS_WITH_TEXT = (AppointmentChange.What.CLEARANCE, AppointmentChange.What.ANSWERS)


@dataclass(frozen=True)
class RecordCount:
    """So many of one kind of record; `is_one` where there is nothing to count."""

    what: str
    count: int
    is_one: bool = False


@dataclass(frozen=True)
class ErasureReport:
    """What erasing a client does. `until`: the first day on which the record may go; None where it goes at once."""

    at_once: tuple[RecordCount, ...]
    record: tuple[RecordCount, ...]
    books: tuple[RecordCount, ...]
    until: dt.date | None


def retention_ends_on(client: Client, *, practice: Practice, today: dt.date) -> dt.date | None:
    """When the record need not be kept any more: years after the last session; None where it is over."""
    last = client.appointments.filter(status=Status.COMPLETED).aggregate(last=Max("starts_at"))["last"]
    if last is None or practice.retention_years == 0:
        return None
    day = practice.date_of(last)
    try:
        over = day.replace(year=day.year + practice.retention_years)
    except ValueError:  # 29 February
        over = dt.date(day.year + practice.retention_years, 3, 1)
    return over if over > today else None


def erasure_report(client: Client, practice: Practice) -> ErasureReport:
    """The dry run: what goes at once, what must stay until when, what stays for the books. Changes nothing."""
    mails = mails_to(client)
    owed = Reminder.objects.filter(appointment__client=client, state=ReminderState.DUE)
    at_once = (
        RecordCount(_("coming appointments, cancelled without a mail"), upcoming_appointments_of(client).count()),
        RecordCount(_("reminders that wait"), owed.count()),
        RecordCount(_("mails that have not gone"), mails.pending().count()),
        RecordCount(_("words and addresses of mails"), mails.exclude(text="").count()),
        RecordCount(_("ways to reach them: e-mail, phone"), sum(map(bool, (client.email, client.phone)))),
        RecordCount(_("links and sign-ins"), links_of(client).count() + (sign_in_of(client.email) is not None)),
        RecordCount(_("intakes that were begun and not sent"), client.intake_requests.filter(intake=None).count()),
        RecordCount(_("drafts of session notes"), note_drafts_of(client).count()),
    )
    record = (
        RecordCount(_("name and date of birth"), 1, is_one=True),
        RecordCount(_("intakes with their body charts"), Intake.objects.filter(client=client).count()),
        RecordCount(_("safety answers at booking"), Screening.objects.filter(client=client).count()),
        RecordCount(_("care plans"), CarePlan.objects.filter(client=client).count()),
        RecordCount(_("pain scores"), PainScore.objects.filter(client=client).count()),
        RecordCount(_("doctor's notes and documents"), Attachment.objects.filter(client=client).count()),
        RecordCount(_("consents"), Consent.objects.filter(client=client).count()),
        RecordCount(_("session notes"), SessionNote.objects.filter(appointment__client=client).count()),
    )
    receipts = Receipt.objects.filter(appointment__client=client)
    books = (
        RecordCount(_("appointments: date, service, price"), client.appointments.count()),
        RecordCount(_("payments"), Payment.objects.filter(appointment__client=client).count()),
        RecordCount(_("numbered receipts, without the name"), receipts.count()),
    )
    until = retention_ends_on(client, practice=practice, today=practice.date_of(timezone.now()))
    return ErasureReport(at_once, record, books, until)


def erase_client(client: Client, *, by: User | None, practice: Practice) -> ErasureReport:
    """Close a client's file for good, and make it nameless at once where nothing must be kept.

    Returns what was done, as the dry run had it. A second time does nothing more. Raises Busy.
    """
    report = erasure_report(client, practice)
    with transaction.atomic():
        row = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
        if row.erased_at is None:
            mails = list(mails_to(row).values_list("pk", flat=True))
            void_all(row, why=_("The client's file was erased."))
            redact_mails(OutgoingMail.objects.filter(pk__in=mails))
            close_file(row, links_of=link_subjects_of(row), by=by)
            note_drafts_of(row).delete()
    transaction.on_commit(write_erased_list)
    # The file is closed by now, so nobody is written to, wherever this ends; a night's run would go on from here.
    release_appointments(row, by=by, practice=practice)
    if report.until is None:
        anonymise(row, by=by)
    client.refresh_from_db()
    return report


def note_drafts_of(client: Client) -> QuerySet[SessionNoteDraft]:
    """What was typed into notes of the client's sessions and is in none of them: no record, so it goes at once."""
    return SessionNoteDraft.objects.filter(appointment__client=client)


def upcoming_appointments_of(client: Client) -> QuerySet[Appointment]:
    """The appointments still ahead, and times that are held for them."""
    return Appointment.objects.holding().filter(client=client)


def release_appointments(client: Client, *, by: User | None, practice: Practice) -> None:
    """Give back the times that the client holds or waits for. Raises Busy."""
    for entry in WaitlistEntry.objects.live().filter(client=client):
        end_entry(entry, why=WaitlistEndReason.ERASED)
    for appointment in upcoming_appointments_of(client):
        why = _("The client's file was erased.")
        cancel_appointment(appointment, reason=why, via=Appointment.Via.DESK, practice=practice, by=by)


def link_subjects_of(client: Client) -> set[uuid.UUID]:
    """What the links of this app open for a client."""
    appointments, waits = client.appointments, client.waits
    return {*appointments.values_list("public_id", flat=True), *waits.values_list("public_id", flat=True)}


def links_of(client: Client) -> QuerySet[ClientLink]:
    """The links that open something of a client's, as far as this app knows."""
    return ClientLink.objects.filter(subject__in=link_subjects_of(client))


def redact_mails(mails: QuerySet[OutgoingMail]) -> None:
    """Take back mails that have not gone, and keep of the others only that there was one of this kind."""
    keys = list(mails.values_list("pk", flat=True))
    ledger.withdraw_mails(OutgoingMail.objects.filter(pk__in=keys), why=_("The client's file was erased."))
    # One that is under way this second keeps its words until the night.
    settled = OutgoingMail.objects.filter(pk__in=keys).exclude(pk__in=OutgoingMail.objects.pending().values("pk"))
    settled.update(**EMPTIED["clinic.OutgoingMail"])


def anonymise(client: Client, *, by: User | None = None) -> None:
    """Delete the record of a closed file; what stays names nobody."""
    with changing_records():
        row = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
        appointments = row.appointments.all()
        SessionNoteAddendum.objects.filter(note__appointment__in=appointments).delete()
        note_drafts_of(row).delete()
        SessionNote.objects.filter(appointment__in=appointments).delete()
        WaitlistOffer.objects.filter(entry__client=row).delete()
        WaitlistEntry.objects.filter(client=row).delete()
        changes = AppointmentChange.objects.filter(appointment__in=appointments)
        changes.update(**EMPTIED["booking.AppointmentChange"])
        changes.filter(what__in=MODELS_WITH_TEXT).update(before="", after="")
        Payment.objects.filter(appointment__in=appointments).update(**EMPTIED["booking.Payment"])
        Receipt.objects.filter(appointment__in=appointments).update(**EMPTIED["booking.Receipt"])
        appointments.update(**EMPTIED["booking.Appointment"])
        redact_mails(OutgoingMail.objects.filter(reminder__appointment__in=appointments))
        delete_record(row, by=by)


def anonymise_due(practice: Practice) -> int:
    """The night's run: finish erasures that were cut short, and make nameless whose time to be kept is over."""
    today = practice.date_of(timezone.now())
    done = 0
    for client in Client.objects.filter(anonymised_at=None, merged_into=None).exclude(erased_at=None):
        try:
            release_appointments(client, by=None, practice=practice)
        except Refusal as refusal:
            logger.warning("The appointments of client %s could not be cancelled: %s", client.public_id, refusal.code)
        if retention_ends_on(client, practice=practice, today=today) is None:
            anonymise(client)
            done += 1
    write_erased_list()
    return done


@dataclass(frozen=True)
class ClosedFile:
    """A file that was closed for erasure and still has a name: since when, and until when its record stays."""

    client: Client
    until: dt.date | None


def closed_files(practice: Practice) -> list[ClosedFile]:
    """Those files, the latest closed first."""
    today = practice.date_of(timezone.now())
    waiting = Client.objects.filter(anonymised_at=None, merged_into=None).exclude(erased_at=None)
    return [
        ClosedFile(client, retention_ends_on(client, practice=practice, today=today))
        for client in waiting.order_by("-erased_at")
    ]


def erase_restored(ids: Iterable[uuid.UUID]) -> int:
    """After a restore: close the files that were erased since the backup was made; return how many."""
    practice = Practice.current()
    found = list(Client.objects.filter(public_id__in=set(ids), erased_at=None))
    for client in found:
        erase_client(client, by=None, practice=practice)
    return len(found)
