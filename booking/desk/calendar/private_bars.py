"""The private times that the drawn calendar shows, read with the appointments: the picture costs no query more."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, When, Window
from django.db.models.functions import JSONObject, RowNumber

from booking.models import Appointment, AppointmentQuerySet, PrivateBusy
from booking.scheduling import availability
from booking.scheduling.busy import BusyRanges, private_busy_in

# The appointment that bears the private times of all.
FIRST = 1


def with_private_times(rows: AppointmentQuerySet, start: dt.datetime, end: dt.datetime) -> AppointmentQuerySet:
    """Appointments in the order of `starts_at` and `id`, the first of which bears all private times of [start, end)."""
    times = JSONObject(therapist="calendar__therapist_id", starts="starts_at", ends="ends_at")
    busy = ArraySubquery(PrivateBusy.objects.blocking(start, end).order_by().values(times=times))
    return rows.annotate(place_among_rows=Window(RowNumber(), order_by=["starts_at", "id"])).annotate(
        private_times=Case(When(place_among_rows=FIRST, then=busy), default=None)
    )


def private_times_of(rows: Sequence[Appointment], start: dt.datetime, end: dt.datetime) -> BusyRanges:
    """By therapist, the private times that came with such appointments; asked for alone where there are none."""
    if not rows:
        return private_busy_in(start, end)
    found: BusyRanges = defaultdict(list)
    for each in rows[0].private_times:  # type: ignore[attr-defined] # annotated
        span = (dt.datetime.fromisoformat(each[name]) for name in ("starts", "ends"))
        found[each["therapist"]].append(availability.span_around(*span))
    return found
