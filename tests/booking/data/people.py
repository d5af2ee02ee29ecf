"""A client of whom the practice holds a little of everything."""

import datetime as dt

from django.utils import timezone

from booking.actions import complete
from booking.actions.history import remember
from booking.actions.notes import Soap, add_to_note, keep_draft, save_note, sign_note
from booking.models import Appointment, AppointmentChange, Reminder
from booking.models.reminder import ReminderState
from clients.actions import ask_for_intake, submit_intake
from clients.models import Client, IntakeRequest, PainScore, Screening
from clinic.mail import ledger
from clinic.models import MailState, OutgoingMail
from tests.booking.test_book import booked
from tests.clients.steps import fill
from tests.fixtures.cast import House

# Marked words, one for each place in which people write freely.
NOTE, ADDENDUM, WISH, MEDICINE, WHY = "zephyr note", "zephyr addendum", "zephyr wish", "zephyr pills", "zephyr reason"
DRAFT = "zephyr draft"


def ana_was_here(house: House, *, ago: dt.timedelta = dt.timedelta(days=30)) -> Appointment:
    """A past visit of Ana with intake, plan, pain, signed note, history and mails; returned as it stands."""
    visit = house.visit(timezone.now() - ago)
    screening = Screening.objects.create(
        client=house.ana, technique="regular-massage", triage="ok", level="ok", catalogue_version="1"
    )
    Appointment.objects.filter(pk=visit.pk).update(client_note=WISH, reason=WHY, screening=screening)
    visit.refresh_from_db()
    ask_for_intake(house.ana, technique_slug="regular-massage", visit=visit.public_id)
    row = IntakeRequest.objects.get(visit=visit.public_id)
    submit_intake(fill(row, words={"medicines": MEDICINE, "allergies": "", "surgery": ""}))
    PainScore.objects.create(client=house.ana, visit=visit.public_id, moment=PainScore.Moment.BEFORE, value=6)
    save_note(visit, text=Soap(subjective=NOTE))
    sign_note(visit, text=Soap(subjective=NOTE), by=house.owner)
    add_to_note(visit, text=ADDENDUM, by=house.owner)
    keep_draft(visit, by=house.owner, left={"plan": DRAFT}, done=())
    remember(visit, AppointmentChange.What.ROOM, via=Appointment.Via.DESK, by=house.owner, why=WHY)
    complete(visit, by=house.owner)
    Reminder.objects.create(
        appointment=visit,
        kind="confirmation",
        revision=0,
        due_at=visit.starts_at,
        not_after=visit.ends_at,
        state=ReminderState.DONE,
        mail=waiting_mail(house.ana),
    )
    OutgoingMail.objects.update(state=MailState.SENT, sent_at=timezone.now())
    return visit


def ana_comes_again(house: House) -> Appointment:
    """A coming visit of Ana, with its reminders waiting and one mail of hers in the queue."""
    visit = booked(house, client=house.ana)
    waiting_mail(house.ana)
    return visit


def waiting_mail(client: Client) -> OutgoingMail:
    """A mail to a client that has not gone yet."""
    return ledger.write(kind="care-plan", to=client.email, name=str(client), subject="Your plan", text="Zephyr words")
