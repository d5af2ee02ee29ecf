"""What stops a massage among answers that are not sent yet, and what the client reads about it."""

from clients.care import Catalogue, Triage
from clients.care.plans import CONDITION, TriageCause, TriageResult
from clients.catalogue.texts import client_text
from clinic.models import Practice

STOPPING_TRIAGES = (Triage.EMERGENCY, Triage.DOCTOR)


def reasons_to_stop(triage: TriageResult) -> list[TriageCause]:
    """The answers that ask for the worst that was answered; what is only assumed is asked next, and stops nothing."""
    return [each for each in triage.stops if each.action == triage.stops[0].action]


def stops_at(triage: TriageResult) -> bool:
    """Whether an answer stops the massage."""
    return bool(reasons_to_stop(triage))


def is_for_today(triage: TriageResult, catalogue: Catalogue) -> bool:
    """Whether one of the warning signs that stop should be seen by a doctor the same day."""
    return catalogue.index.is_for_today(each.slug for each in reasons_to_stop(triage))


def stop_texts(triage: TriageResult, catalogue: Catalogue, practice: Practice) -> list[str]:
    """What the client reads about each of the answers that stop: a sign by its text, a condition by its own."""
    index = catalogue.index
    found = []
    for each in reasons_to_stop(triage):
        entry = index.conditions[each.slug] if each.kind == CONDITION else index.red_flags[each.slug]
        found.append(client_text(entry.text or entry.name, practice))
    return found
