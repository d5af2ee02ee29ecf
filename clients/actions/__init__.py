"""What can be done with a client's file: screen, ask, save, submit, advise, approve."""

from clients.actions.access import note_access
from clients.actions.adding import add_item
from clients.actions.files import find_or_add_client
from clients.actions.intake import ask_for_intake, save_step, submit_intake
from clients.actions.plans import make_plan
from clients.actions.review import approve_plan
from clients.actions.screening import Reason, Screened, record_screening, screen_answers, screening_of
from clients.actions.seeing import see_intake

__all__ = [
    "Reason",
    "Screened",
    "add_item",
    "approve_plan",
    "ask_for_intake",
    "find_or_add_client",
    "make_plan",
    "note_access",
    "record_screening",
    "save_step",
    "screen_answers",
    "screening_of",
    "see_intake",
    "submit_intake",
]
