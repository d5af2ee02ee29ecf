"""What is known of a client's health for one visit: the safety answers of the booking and an intake, together."""

import datetime as dt

from booking.actions.screening import earliest_start, judge_all
from booking.actions.wishes import Answers
from booking.models import Appointment
from booking.order import as_booked
from clients.actions import Screened
from clients.care import Answers as CareAnswers
from clients.care.levels import closed_conditions
from clients.care.passing import LASTS_DAYS, still_there
from clients.catalogue import current
from clients.models import Intake
from clients.standing import standing_flags
from clinic.models import Practice


def answers_on_file(appointment: Appointment, intake: Intake | None) -> Answers:
    """Both together: what was said once counts until somebody has looked, or the client took a sign back and answered
    again, or it has passed by the day of the appointment. Symptoms and causes count by what they imply.

    Words that the catalogue has lost since are passed over, never an error.
    """
    index = current().index
    given = [each for each in (appointment.screening, intake) if each is not None]
    said_now = frozenset(intake.red_flags if intake else ())
    flags = said_now | standing_flags([appointment.screening] if appointment.screening else [])
    told = [still_there(each.conditions, told_at=each.given_at, at=appointment.starts_at) for each in given]
    answers = CareAnswers(
        conditions=frozenset().union(*told) & frozenset(index.conditions),
        symptoms=frozenset(intake.symptoms if intake else ()) & frozenset(index.symptoms),
        causes=frozenset(intake.causes if intake else ()) & frozenset(index.causes),
    )
    return Answers(
        conditions=frozenset(closed_conditions(current(), answers)),
        red_flags=flags & frozenset(index.red_flags),
    )


def asks_alone(appointment: Appointment, intake: Intake) -> bool:
    """Whether an intake by itself, without the answers of the booking, asks for a doctor's note."""
    index = current().index
    said = CareAnswers(
        conditions=frozenset(intake.conditions) & frozenset(index.conditions),
        symptoms=frozenset(intake.symptoms) & frozenset(index.symptoms),
        causes=frozenset(intake.causes) & frozenset(index.causes),
    )
    answers = Answers(conditions=frozenset(closed_conditions(current(), said)))
    return judge_all(as_booked(appointment).techniques, answers, Practice.current()).asks_for_note


def earliest_for(appointment: Appointment) -> dt.datetime | None:
    """The first moment to which it can be moved: before that, what the client told us has not passed. Mostly None."""
    index, practice = current().index, Practice.current()
    told = [
        Answers(conditions=frozenset(each.conditions) & frozenset(index.conditions), told_at=each.given_at)
        for each in (appointment.screening, appointment.client.latest_intake())
        if each is not None and LASTS_DAYS.keys() & set(each.conditions)
    ]
    moments = [earliest_start(as_booked(appointment), each, practice=practice) for each in told]
    return max((each for each in moments if each is not None), default=None)


def judged(appointment: Appointment, intake: Intake | None) -> Screened:
    """What all of it means for the service and add-ons as they are booked now."""
    return judge_all(as_booked(appointment).techniques, answers_on_file(appointment, intake), Practice.current())
