"""Two clients of the demo who wait for a time that is taken: cancel that appointment, and one of them is asked."""

import datetime as dt

from django.utils import timezone

from booking.appointments.booking_request import SafetyAnswers
from booking.appointments.screening import screen_order
from booking.models import Appointment, Therapist, WaitlistEntry
from booking.scheduling.order import Order
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


def create_waitlist_entry(appointment: Appointment, practice: Practice) -> WaitlistEntry:
    """Somebody else would like the time of this appointment."""
    begins, over = (at.astimezone(practice.zone) for at in (appointment.starts_at, appointment.ends_at))
    others = Client.objects.exclude(appointments__starts_at__date=begins.date()).exclude(waits__isnull=False)
    client = others.exclude(pk=appointment.client_id).order_by("last_name", "pk")[0]
    return WaitlistEntry.objects.create(
        client=client,
        service=appointment.service,
        therapist=appointment.therapist,
        screening=record_screening(
            client,
            technique_slug=appointment.service.technique,
            screened=screen_order(Order.of(appointment.service), SafetyAnswers(), practice=practice),
        ),
        weekdays=[begins.weekday()],
        from_time=begins.time(),
        until_time=over.time(),
        first_date=begins.date(),
        last_date=begins.date(),
        via=Appointment.Via.SEED,
    )
