"""Texts of the catalogue as people of this practice read them."""

from clients.care.words import in_region
from clients.catalogue import current_catalogue
from clinic.models import Practice


def client_text(text: str, practice: Practice) -> str:
    """A text of the catalogue with the words of the practice's country, and the number that is called there."""
    regions = current_catalogue().meta.regions
    number = practice.emergency_number or regions.emergency["default"]
    return in_region(text, regions, practice.country, emergency=number)
