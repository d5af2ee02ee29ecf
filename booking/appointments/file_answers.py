"""The safety question as the client's file answers it: who books at the desk asks only for what passes."""

import datetime as dt
from dataclasses import dataclass, replace

from booking.appointments.rebooking import standing_answers
from booking.appointments.safety_questions import SafetyQuestions
from booking.appointments.screening import SafetyAnswers
from booking.scheduling.order import Order
from clients.care.screening import passes
from clients.catalogue import current_catalogue
from clients.models import Client
from clinic.models import Practice


@dataclass(frozen=True)
class FileAnswers:
    """What the file says and still counts, since when, and what passes, so that nobody knows it but the client."""

    answers: SafetyAnswers
    since: dt.datetime
    passing: SafetyQuestions


def file_answers(client: Client, order: Order, practice: Practice) -> FileAnswers | None:
    """What the file of a client answers of an order; None where it leaves more open than what passes by itself."""
    standing, catalogue = standing_answers(client, order, practice), current_catalogue()
    if standing is None or any(not passes(catalogue, each.id) for each in standing.today.conditions):
        return None
    return FileAnswers(replace(standing.answers, with_pain=False), standing.since, standing.today)
