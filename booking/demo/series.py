"""Two series of the demo: somebody who comes every two weeks, and somebody who comes every week for a month."""

from typing import NamedTuple

from django.utils import timezone

from booking.appointments.booking_request import BookingRequest
from booking.appointments.screening import SafetyAnswers
from booking.appointments.series import SeriesRequest, book_series
from booking.appointments.series_preview import SeriesPattern, SeriesSlot, plan_series
from booking.models import Appointment, Reminder, ReminderState, Series, Service, Therapist
from booking.scheduling.order import Order
from booking.scheduling.schedule import next_free_times
from clients.models import Client
from clinic.models import Practice


class DemoSeries(NamedTuple):
    """Who comes how often, with whom and for what."""

    last_name: str
    therapist: str
    service: str
    every_weeks: int
    times: int


DEMO_SERIES = (
    DemoSeries("Vogt", "Mira Feld", "regular-massage-60", 2, 6),
    DemoSeries("Richter", "Jonas Weber", "back-relief-massage", 1, 4),
)


def create_series(practice: Practice) -> int:
    """Book the series into what is free, each date as near as it goes; return how many appointments."""
    return sum(book_demo_series(habit, practice) for habit in DEMO_SERIES)


def book_demo_series(habit: DemoSeries, practice: Practice) -> int:
    """One series, as somebody at the desk would book it."""
    therapist = Therapist.objects.get(name=habit.therapist)
    offered = Service.objects.filter(therapists=therapist, active=True).order_by("needs_kit", "position")
    service = offered.filter(slug=habit.service).first() or offered[0]
    order = Order.of(service)
    start = next_free_times(order, therapist=therapist, limit=40)[-1].start
    pattern = SeriesPattern(
        order=order, therapist=therapist, start=start, every_weeks=habit.every_weeks, times=habit.times
    )
    client = Client.objects.get(last_name=habit.last_name)
    picks: list[SeriesSlot] = []
    for turn in plan_series(pattern, client=client, practice=practice):
        pick = turn.chosen or next(iter(turn.others), None)
        picks += [pick] if pick else []
    series = book_series(
        SeriesRequest(
            pattern=pattern,
            picks=tuple(picks),
            each=BookingRequest(
                order=order,
                start=start,
                therapist=therapist,
                client=client,
                answers=SafetyAnswers(),
                policy_accepted=True,
                via=Appointment.Via.SEED,
                practice=practice,
            ),
        )
    )
    mark_confirmation_sent(series)
    return len(picks)


def mark_confirmation_sent(series: Series) -> None:
    """The demo begins with an empty outbox: the confirmation has long been read."""
    Reminder.objects.filter(appointment__series=series, due_at__lte=timezone.now(), state=ReminderState.DUE).update(
        state=ReminderState.SKIPPED, skip_reason="said before the demo began", settled_at=timezone.now()
    )
