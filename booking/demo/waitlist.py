"""Two clients of the demo who wait for a time that is taken: cancel that visit, and one of them is asked."""

import datetime as dt

from django.utils import timezone

from booking.actions import Answers
from booking.actions.screening import screen
from booking.models import Appointment, Therapist, WaitlistEntry
from clients.actions import record_screening
from clients.models import Client
from clinic.models import Practice

# Far enough ahead that a time can still be held for an answer.
AHEAD = dt.timedelta(days=3)


def put_on_waitlist() -> int:
    """Two entries, each for the exact time of a coming visit with its own therapist; return how many."""
    practice, made = Practice.current(), 0
    for therapist in Therapist.objects.order_by("position")[:2]:
        coming = Appointment.objects.upcoming().filter(therapist=therapist, starts_at__gt=timezone.now() + AHEAD)
        visit = coming.with_people().order_by("starts_at").first()
        if visit is not None:
            wait_for(visit, practice)
            made += 1
    return made


def wait_for(visit: Appointment, practice: Practice) -> WaitlistEntry:
    """Somebody else would like the time of this visit."""
    begins, over = (at.astimezone(practice.zone) for at in (visit.starts_at, visit.ends_at))
    others = Client.objects.exclude(appointments__starts_at__date=begins.date()).exclude(waits__isnull=False)
    client = others.exclude(pk=visit.client_id).order_by("last_name", "pk")[0]
    return WaitlistEntry.objects.create(
        client=client,
        service=visit.service,
        therapist=visit.therapist,
        screening=record_screening(
            client,
            technique_slug=visit.service.technique.slug,
            screened=screen(visit.service, Answers(), practice=practice),
        ),
        weekdays=[begins.weekday()],
        from_time=begins.time(),
        until_time=over.time(),
        first_date=begins.date(),
        last_date=begins.date(),
        via=Appointment.Via.SEED,
    )
