"""Where an appointment may be dropped: read once as a drag begins, so that every place on the way answers at once."""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from booking.appointments.access import appointment_for, team_only
from booking.appointments.move_check import (
    ColumnPlaces,
    Possible,
    longest_lengths,
    places_to_move,
    read_move_schedule,
)
from booking.desk.calendar.dates import day_from_query
from booking.scheduling.availability import Span
from clinic.web.http import StaffRequest

# A calendar shows a month at most.
MOST_DAYS = 31


@team_only
@require_safe
def places_of_appointment(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where an appointment may be dropped on the days that the calendar shows, read once as a drag begins, as JSON.

    Starts and ends are minutes since 1970 UTC; what the columns are called says `clinic/static/js/desk-calendar.js`.
    """
    appointment, practice = appointment_for(request.user, public_id), request.practice
    first = day_from_query(request.GET, practice, "first")
    last = min(max(first, day_from_query(request.GET, practice, "last")), first + dt.timedelta(days=MOST_DAYS))
    book = read_move_schedule(appointment, first=first, last=last)
    columns = places_to_move(book, appointment, first, last)
    own_day = appointment.starts_at.astimezone(practice.zone).date()
    longest = longest_lengths(book, appointment) if first <= own_day <= last else {}
    return JsonResponse(
        {
            "minutes": appointment.minutes,
            "longest": longest.get(Possible.YES),
            "longest_with_reason": longest.get(Possible.WITH_REASON),
            "columns": {name: places_json(each) for name, each in columns.items()},
        }
    )


def places_json(places: ColumnPlaces) -> dict[str, list[Any]]:
    """One column as the browser reads it."""

    def flat(bars: list[tuple[Span, str]]) -> list[list[Any]]:
        return [[*span, words] for span, words in bars]

    return {"free": places.free, "aside": flat(places.aside), "never": flat(places.never)}
