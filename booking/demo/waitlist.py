"""Two clients of the demo who wait for a time that is taken: cancel that appointment, and one of them is asked. A third
was offered a time, which is held for their answer."""

import datetime as dt

from django.utils import timezone

from booking.appointments.screening import SafetyAnswers, screen_order
from booking.models import Appointment, Reminder, ReminderState, Service, Therapist, WaitlistEntry
from booking.scheduling.order import Order
from booking.scheduling.schedule import next_free_times
from booking.waitlist.offers import make_offer
from clients.intake.screening import record_screening
from clients.models import Client, Screening
from clinic.models import Practice

# Far enough ahead that a time can still be held for an answer.
WAITS_AHEAD = dt.timedelta(days=3)


def create_waitlist_entries(practice: Practice) -> int:
    """Two entries, each for the exact time of a coming appointment with its own therapist; return how many."""
    made = 0
    for therapist in Therapist.objects.order_by("position")[:2]:
        coming = Appointment.objects.upcoming().filter(therapist=therapist, starts_at__gt=timezone.now() + WAITS_AHEAD)
        appointment = coming.with_people().order_by("starts_at").first()
        if appointment is not None:
            create_waitlist_entry(appointment, practice)
            made += 1
    return made


def create_offer(practice: Practice) -> None:
    """Somebody waited for a therapist's next free hour and is asked; the mail went out before the demo began."""
    therapist = Therapist.objects.order_by("position")[0]
    service = therapist.services.order_by("position")[1]
    now = timezone.now()
    free = next_free_times(Order.of(service), therapist=therapist, limit=60)
    start = next(each.start for each in free if each.start > now + WAITS_AHEAD)
    client = Client.objects.exclude(waits__isnull=False).get(last_name="Ortega")
    begins = start.astimezone(practice.zone)
    over = begins + dt.timedelta(minutes=service.minutes)
    entry = WaitlistEntry.objects.create(
        client=client,
        service=service,
        therapist=therapist,
        screening=answer_safety_question(client, service, practice),
        weekdays=[begins.weekday()],
        from_time=begins.time(),
        until_time=over.time(),
        first_date=begins.date(),
        last_date=begins.date(),
        via=Appointment.Via.SEED,
    )
    make_offer(entry, start=start, therapist=therapist, until=now + dt.timedelta(hours=20), practice=practice)
    Reminder.objects.filter(appointment__offer__entry=entry, state=ReminderState.DUE).update(
        state=ReminderState.SKIPPED, skip_reason="said before the demo began", settled_at=now
    )


def answer_safety_question(client: Client, service: Service, practice: Practice) -> Screening:
    """What they answered to the safety question: nothing that speaks against it."""
    screened = screen_order(Order.of(service), SafetyAnswers(), practice=practice)
    return record_screening(client, technique_slug=service.technique, screened=screened)


def create_waitlist_entry(appointment: Appointment, practice: Practice) -> WaitlistEntry:
    """Somebody else would like the time of this appointment."""
    begins, over = (at.astimezone(practice.zone) for at in (appointment.starts_at, appointment.ends_at))
    others = Client.objects.exclude(appointments__starts_at__date=begins.date()).exclude(waits__isnull=False)
    client = others.exclude(pk=appointment.client_id).order_by("last_name", "pk")[0]
    return WaitlistEntry.objects.create(
        client=client,
        service=appointment.service,
        therapist=appointment.therapist,
        screening=answer_safety_question(client, appointment.service, practice),
        weekdays=[begins.weekday()],
        from_time=begins.time(),
        until_time=over.time(),
        first_date=begins.date(),
        last_date=begins.date(),
        via=Appointment.Via.SEED,
    )
