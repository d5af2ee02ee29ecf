"""The care engine and its catalogue: pure values, importable without Django.

from clients.care import Answers, plan, shipped
plan(shipped(), Answers(symptoms=frozenset({"dull-ache"}), conditions=frozenset({"anticoagulants"})))
"""

from clients.care.answers import Answers, BadAnswersError, UnknownSlugError
from clients.care.catalogue import Catalogue
from clients.care.engine import make_care_plan
from clients.care.items import Level
from clients.care.levels import ServiceLevel, Suitability, Triage, service_levels, suitability
from clients.care.plans import Because, Clash, Plan, Proposal, Withheld
from clients.care.screening import red_flags_to_ask
from clients.care.shipped import read_catalogue, shipped
from clients.care.yaml_row import CatalogueError

__all__ = [
    "Answers",
    "BadAnswersError",
    "Because",
    "Catalogue",
    "CatalogueError",
    "Clash",
    "Level",
    "Plan",
    "Proposal",
    "ServiceLevel",
    "Suitability",
    "Triage",
    "UnknownSlugError",
    "Withheld",
    "make_care_plan",
    "read_catalogue",
    "red_flags_to_ask",
    "service_levels",
    "shipped",
    "suitability",
]
