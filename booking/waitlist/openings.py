"""The free times that suit somebody: shown before they wait for one, and no news to whoever waits all the same."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from booking.models import Service, Therapist
from booking.scheduling import availability, schedule
from booking.scheduling.order import Order
from booking.scheduling.schedule import Schedule
from booking.waitlist.matching import OpenTime, Preferences, WaitingClient, matching_openings
from clinic.models import Practice

# What a form sends once somebody has seen the times that are free already.
SEEN_FREE = "seen_free"


def open_times(book: Schedule, first: dt.date, last: dt.date) -> list[OpenTime]:
    """The free times of a schedule from local date `first` to `last`, both inclusive."""
    long = dt.timedelta(minutes=book.rules.minutes)
    starts = ((availability.as_datetime(each.start), each.therapists) for each in book.offers(first, last))
    return [OpenTime(start, start + long, tuple(int(key) for key in keys)) for start, keys in starts]


def free_times_suiting(
    service: Service, suits: Preferences, therapist: Therapist | None, practice: Practice
) -> Sequence[OpenTime]:
    """The times that are free now and suit somebody who asks for a service with one therapist, or anyone; in order."""
    now = timezone.now()
    today = practice.date_of(now)
    first, last = max(today, suits.first), min(today + service.horizon_in(practice), suits.last)
    if last < first:
        return []
    book = schedule.read_schedule(Order.of(service), first=first, last=last, therapist=therapist, now=now)
    anybody = WaitingClient(suits=suits, therapist=therapist.pk if therapist else None, told=frozenset())
    return list(matching_openings(anybody, open_times(book, first, last), practice.zone))
