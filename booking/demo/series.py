"""Two series of the demo: somebody who comes every two weeks, and somebody who comes every week for a month."""

from typing import NamedTuple

from django.utils import timezone

from booking.actions import Answers, Pick, book_series, plan_series
from booking.actions.previewing import Pattern
from booking.diary import next_free
from booking.models import Appointment, Reminder, Series, Service, Therapist
from booking.models.reminder import ReminderState
from clients.models import Client


class Habit(NamedTuple):
    """Who comes how often, with whom and for what."""

    last_name: str
    therapist: str
    service: str
    every_weeks: int
    times: int


HABITS = (
    Habit("Vogt", "Mira Feld", "regular-massage-60", 2, 6),
    Habit("Richter", "Jonas Weber", "back-relief-massage", 1, 4),
)


def repeat_visits() -> int:
    """Book the series into what is free, each date at its time or the nearest; return how many visits there are."""
    return sum(book(habit) for habit in HABITS)


def book(habit: Habit) -> int:
    """One series, as somebody at the desk would book it."""
    therapist = Therapist.objects.get(name=habit.therapist)
    offered = Service.objects.filter(therapists=therapist, active=True).order_by("needs_kit", "position")
    service = offered.filter(slug=habit.service).first() or offered[0]
    start = next_free(service, therapist=therapist, limit=40)[-1].start
    pattern = Pattern(
        service=service, therapist=therapist, start=start, every_weeks=habit.every_weeks, times=habit.times
    )
    client = Client.objects.get(last_name=habit.last_name)
    picks: list[Pick] = []
    for turn in plan_series(pattern, client=client):
        pick = turn.chosen or next(iter(turn.others), None)
        picks += [pick] if pick else []
    series = book_series(
        service=service,
        therapist=therapist,
        client=client,
        answers=Answers(),
        every_weeks=habit.every_weeks,
        times=habit.times,
        picks=picks,
        policy_accepted=True,
        via=Appointment.Via.SEED,
    )
    said_before(series)
    return len(picks)


def said_before(series: Series) -> None:
    """The demo begins with an empty outbox: the confirmation has long been read."""
    Reminder.objects.filter(appointment__series=series, due_at__lte=timezone.now(), state=ReminderState.DUE).update(
        state=ReminderState.SKIPPED, skip_reason="said before the demo began", settled_at=timezone.now()
    )
