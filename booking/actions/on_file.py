"""What is known of a client's health for one visit: the safety answers of the booking and an intake, together."""

from booking.actions.screening import judge_all
from booking.actions.wishes import Answers
from booking.models import Appointment
from booking.order import as_booked
from clients.actions import Screened
from clients.care import Answers as CareAnswers
from clients.care.levels import closed_conditions
from clients.catalogue import current
from clients.models import Intake
from clinic.models import Practice


def answers_on_file(appointment: Appointment, intake: Intake | None) -> Answers:
    """Both together: what was said once counts until somebody has looked. Symptoms and causes count by what they imply.

    Words that the catalogue has lost since are passed over, never an error.
    """
    index = current().index
    given = [each for each in (appointment.screening, intake) if each is not None]
    answers = CareAnswers(
        conditions=frozenset(slug for each in given for slug in each.conditions) & frozenset(index.conditions),
        symptoms=frozenset(intake.symptoms if intake else ()) & frozenset(index.symptoms),
        causes=frozenset(intake.causes if intake else ()) & frozenset(index.causes),
    )
    return Answers(
        conditions=frozenset(closed_conditions(current(), answers)),
        red_flags=frozenset(slug for each in given for slug in each.red_flags) & frozenset(index.red_flags),
    )


def judged(appointment: Appointment, intake: Intake | None) -> Screened:
    """What all of it means for the service and add-ons as they are booked now."""
    return judge_all(as_booked(appointment).techniques, answers_on_file(appointment, intake), Practice.current())
