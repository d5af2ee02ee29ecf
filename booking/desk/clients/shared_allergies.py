"""Allergies of the health form that the front desk does not read, offered to whoever does as the alert it may."""

from clients.catalogue import current_catalogue
from clients.models import Client, Intake

ALLERGIES = "allergies"
# It stands with the allergies, and says nothing about hands, air or a room.
ONLY_FOR_THE_THERAPIST = frozenset({"g6pd-deficiency"})
LONGEST_ALERT = Client._meta.get_field("alert").max_length or 0


def alert_to_share(client: Client, intake: Intake | None) -> str:
    """The alert as the front desk would read it with the allergies of the newest health form in it; empty where there
    are none, where it reads all of them already, and where it would get too long."""
    told = allergies_told(intake) if intake else {}
    known = current_catalogue().index.allergy_words.read_alert(client.alert).conditions
    missing = [
        name for name, slug in told.items() if slug not in known and name.casefold() not in client.alert.casefold()
    ]
    if not told or (client.alert_for_desk and not missing):
        return ""
    proposed = "\n".join(filter(None, [client.alert.strip(), ", ".join(missing)]))
    return proposed if len(proposed) <= LONGEST_ALERT else ""


def allergies_told(intake: Intake) -> dict[str, str]:
    """The allergies of a health form: those that were ticked by name with their slugs, then the client's own words."""
    index, said = current_catalogue().index, intake.allergies.strip()
    own = index.allergy_words.rules.condition
    ticked = (each for slug, each in index.conditions.items() if slug in intake.conditions)
    told = {
        each.name: each.id
        for each in ticked
        if each.group == ALLERGIES and each.id != own and each.id not in ONLY_FOR_THE_THERAPIST
    }
    return {**told, said: ""} if index.allergy_words.read(said).conditions else told
