"""What is known of a client's health for one appointment: the safety answers of the booking and an intake, together."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from booking.appointments.booking_request import SafetyAnswers
from booking.appointments.screening import earliest_start, judge_techniques
from booking.models import Appointment
from booking.scheduling.order import order_as_booked
from clients.care import Answers
from clients.care.answers import only_known
from clients.care.levels import closed_conditions
from clients.care.passing import PASSES_AFTER_DAYS, still_valid_conditions
from clients.catalogue import current_catalogue
from clients.intake.screening import ScreeningResult
from clients.intake.standing import standing_warning_signs
from clients.models import Intake
from clinic.models import Practice


def effective_answers(appointment: Appointment, intake: Intake | None) -> SafetyAnswers:
    """Both together: what was said once counts until somebody has looked, or the client took a sign back and answered
    again, or it has passed by the day of the appointment. Symptoms and causes count by what they imply.
    """
    given = [each for each in (appointment.screening, intake) if each is not None]
    said_now = frozenset(intake.red_flags if intake else ())
    flags = said_now | standing_warning_signs([appointment.screening] if appointment.screening else [])
    told = [still_valid_conditions(each.conditions, told_at=each.given_at, at=appointment.starts_at) for each in given]
    conditions = with_implied(frozenset().union(*told), intake)
    return SafetyAnswers(conditions=conditions, red_flags=flags & current_catalogue().index.red_flags.keys())


def with_implied(conditions: Iterable[str], intake: Intake | None) -> frozenset[str]:
    """Conditions, with what they and the symptoms and causes of an intake imply by today's catalogue.

    Words that the catalogue has lost since are passed over, never an error.
    """
    said = Answers(
        conditions=frozenset(conditions),
        symptoms=frozenset(intake.symptoms if intake else ()),
        causes=frozenset(intake.causes if intake else ()),
    )
    return frozenset(closed_conditions(current_catalogue(), only_known(current_catalogue(), said)))


def intake_asks_for_clearance(appointment: Appointment, intake: Intake, practice: Practice) -> bool:
    """Whether an intake by itself, without the answers of the booking, asks for a doctor's note."""
    answers = SafetyAnswers(conditions=with_implied(intake.conditions, intake))
    return judge_techniques(order_as_booked(appointment).techniques, answers, practice).asks_for_note


def earliest_move_start(appointment: Appointment, practice: Practice) -> dt.datetime | None:
    """The first moment to which it can be moved: before that, what the client told us has not passed. Mostly None."""
    told = [
        replace(SafetyAnswers.on_file(each), red_flags=frozenset())
        for each in (appointment.screening, Intake.objects.latest_of(appointment.client))
        if each is not None and PASSES_AFTER_DAYS.keys() & set(each.conditions)
    ]
    moments = [earliest_start(order_as_booked(appointment), each, practice=practice) for each in told]
    return max((each for each in moments if each is not None), default=None)


def suitability_of_booking(appointment: Appointment, intake: Intake | None, practice: Practice) -> ScreeningResult:
    """What all of it means for the service and add-ons as they are booked now."""
    return judge_techniques(order_as_booked(appointment).techniques, effective_answers(appointment, intake), practice)
