"""The care engine and its catalogue: pure values, importable without Django.

from clients.care import Answers, make_care_plan, shipped
make_care_plan(shipped(), Answers(symptoms=frozenset({"dull-ache"}), conditions=frozenset({"anticoagulants"})))
"""

from clients.care.answers import Answers, BadAnswersError, UnknownSlugError
from clients.care.catalogue import Catalogue, CatalogueError, parse_catalogue, shipped, shipped_data
from clients.care.engine import make_care_plan
from clients.care.levels import Kind, Level, Triage
from clients.care.plans import Because, Clash, Plan, Reason, Verdict, Withheld

__all__ = [
    "Answers",
    "BadAnswersError",
    "Because",
    "Catalogue",
    "CatalogueError",
    "Clash",
    "Kind",
    "Level",
    "Plan",
    "Reason",
    "Triage",
    "UnknownSlugError",
    "Verdict",
    "Withheld",
    "make_care_plan",
    "parse_catalogue",
    "shipped",
    "shipped_data",
]
