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
from clients.models import Client
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
    entry = wait_for(client, service, therapist, start, practice)
    make_offer(entry, start=start, therapist=therapist, until=now + dt.timedelta(hours=20), practice=practice)
    Reminder.objects.filter(appointment__offer__entry=entry, state=ReminderState.DUE).update(
        state=ReminderState.SKIPPED, skip_reason="said before the demo began", settled_at=now
    )


def create_waitlist_entry(appointment: Appointment, practice: Practice) -> WaitlistEntry:
    """Somebody else would like the time of this appointment."""
    start = appointment.starts_at
    day = practice.date_of(start)
    others = Client.objects.exclude(appointments__starts_at__date=day).exclude(waits__isnull=False)
    client = others.exclude(pk=appointment.client_id).order_by("last_name", "pk")[0]
    return wait_for(client, appointment.service, appointment.therapist, start, practice)


def wait_for(
    client: Client, service: Service, therapist: Therapist, start: dt.datetime, practice: Practice
) -> WaitlistEntry:
    """An entry for this very time and no other; nothing that they answered speaks against the service."""
    begins = start.astimezone(practice.zone)
    screened = screen_order(Order.of(service), SafetyAnswers(), practice=practice)
    return WaitlistEntry.objects.create(
        client=client,
        service=service,
        therapist=therapist,
        screening=record_screening(client, technique_slug=service.technique, screened=screened),
        weekdays=[begins.weekday()],
        from_time=begins.time(),
        until_time=(begins + dt.timedelta(minutes=service.minutes)).time(),
        first_date=begins.date(),
        last_date=begins.date(),
        via=Appointment.Via.SEED,
    )
