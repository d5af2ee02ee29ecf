"""Texts of the catalogue as people of this practice read them."""

from django.utils.translation import gettext as _

from clients.care import Level
from clients.care.words import in_region
from clients.catalogue import current_catalogue
from clinic.models import Practice


def client_text(text: str, practice: Practice) -> str:
    """A text of the catalogue with the words of the practice's country, and the number that is called there."""
    regions = current_catalogue().meta.regions
    number = practice.emergency_number or regions.emergency["default"]
    return in_region(text, regions, practice.country, emergency=number)


def level_in_words(level: Level) -> str:
    """A level in plain words: how an outcome is called at booking, on the plan and in every answer."""
    return {
        Level.OK: _("Suits you"),
        Level.CAUTION: _("With changes"),
        Level.LOCAL: _("Not on some places"),
        Level.CLEARANCE: _("After a word with your doctor"),
        Level.NEVER: _("Not for you now"),
    }[level]
