"""A client of whom the practice holds a little of everything."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from booking.appointments.history import record_history
from booking.appointments.session_notes import NoteText, add_addendum, save_note_draft, sign_note
from booking.appointments.status import complete_appointment
from booking.models import Appointment, AppointmentChange, Receipt, Reminder, ReminderState
from booking.payments.actions import adjust_price, record_payment
from booking.payments.receipts import cancel_receipt, issue_receipt
from clients.intake.actions import request_intake, submit_intake
from clients.models import Client, IntakeRequest, PainScore, Screening
from clinic.mail import ledger
from clinic.models import MailState, OutgoingMail
from tests.booking.appointments.test_book import booked
from tests.clients.answers import health
from tests.clients.steps import fill
from tests.fixtures.actions import save_note
from tests.fixtures.cast import Cast

# Marked words, one for each place in which people write freely.
NOTE, ADDENDUM, WISH, MEDICINE, WHY = "zephyr note", "zephyr addendum", "zephyr wish", "zephyr pills", "zephyr reason"
DRAFT = "zephyr draft"
VOUCHER, ADDRESS = "zephyr voucher", "zephyr street 1"


def ana_was_here(cast: Cast, *, ago: dt.timedelta = dt.timedelta(days=30)) -> Appointment:
    """A past appointment of Ana with intake, plan, pain, signed note, history and mails; returned as it stands."""
    appointment = cast.appointment(timezone.now() - ago)
    screening = Screening.objects.create(
        client=cast.ana, technique="regular-massage", triage="ok", level="ok", catalogue_version="1"
    )
    Appointment.objects.filter(pk=appointment.pk).update(client_note=WISH, reason=WHY, screening=screening)
    appointment.refresh_from_db()
    request_intake(cast.ana, technique_slug="regular-massage", appointment=appointment.public_id)
    row = IntakeRequest.objects.get(appointment=appointment.public_id)
    submit_intake(fill(row, health=health(medicines=MEDICINE)))
    PainScore.objects.create(
        client=cast.ana, appointment=appointment.public_id, moment=PainScore.Moment.BEFORE, value=6
    )
    save_note(appointment, text=NoteText(subjective=NOTE))
    sign_note(appointment, text=NoteText(subjective=NOTE), by=cast.owner)
    add_addendum(appointment, text=ADDENDUM, by=cast.owner)
    save_note_draft(appointment, by=cast.owner, left={"plan": DRAFT}, done=())
    record_history(appointment, AppointmentChange.What.ROOM, via=Appointment.Via.DESK, by=cast.owner, why=WHY)
    complete_appointment(appointment, by=cast.owner)
    ana_paid(cast, appointment)
    Reminder.objects.create(
        appointment=appointment,
        kind="confirmation",
        revision=0,
        due_at=appointment.starts_at,
        not_after=appointment.ends_at,
        state=ReminderState.DONE,
        mail=waiting_mail(cast.ana),
    )
    OutgoingMail.objects.update(state=MailState.SENT, sent_at=timezone.now())
    return appointment


def ana_paid(cast: Cast, appointment: Appointment) -> Receipt:
    """A discount, a payment by voucher, and the receipt that was cancelled and written anew."""
    adjust_price(appointment, amount=Decimal(-2), reason="Loyalty", by=cast.owner)
    record_payment(appointment, amount=Decimal(70), method="voucher", reference=VOUCHER, by=cast.owner)
    wrong = issue_receipt(appointment, practice=cast.practice, by=cast.owner)
    cancel_receipt(wrong, reason=WHY, practice=cast.practice, by=cast.owner)
    return issue_receipt(appointment, practice=cast.practice, by=cast.owner, client_address=ADDRESS)


def ana_comes_again(cast: Cast) -> Appointment:
    """A coming appointment of Ana, with its reminders waiting and one mail of hers in the queue."""
    appointment = booked(cast, client=cast.ana)
    waiting_mail(cast.ana)
    return appointment


def waiting_mail(client: Client) -> OutgoingMail:
    """A mail to a client that has not gone yet."""
    return ledger.queue_mail(
        kind="care-plan", to=client.email, name=str(client), subject="Your plan", text="Zephyr words"
    )
