"""The safety question as data."""

from booking.appointments.safety_questions import SafetyQuestions, safety_questions_for
from booking.scheduling.order import Order
from clients.care.entries import Condition
from clients.catalogue import current_catalogue
from clients.catalogue.texts import client_text
from clinic.models import Practice


def safety_out(order: Order, practice: Practice) -> dict[str, object]:
    """What the page asks before an order may be booked, in the words of the practice's country."""
    catalogue = current_catalogue()
    questions = safety_questions_for(catalogue, *order.judged_items, region=practice.country)
    return {
        "service": order.service.slug,
        "add_ons": [each.slug for each in order.add_ons],
        "groups": [
            {
                "slug": each.group.id,
                "name": each.group.name,
                "gate": client_text(each.group.gate, practice),
                "conditions": [condition_out(one, questions, practice) for one in each.conditions],
            }
            for each in questions.groups
        ],
        "red_flags": [
            {
                "slug": each.id,
                "question": client_text(each.question, practice),
                "may_be_checked": each.checked is not None,
            }
            for each in questions.red_flags
        ],
        "areas": [{"slug": each.id, "name": each.name} for each in catalogue.areas],
    }


def condition_out(condition: Condition, questions: SafetyQuestions, practice: Practice) -> dict[str, object]:
    """One condition, with what else is asked about it."""
    return {
        "slug": condition.id,
        "question": client_text(condition.ask, practice),
        "text": client_text(condition.text, practice),
        "asks_where": condition.id in questions.with_place,
        "asks_weeks": condition.id in questions.by_weeks,
        "lasts_days": condition.lasts_days,
    }
