"""The questions of the health form as the catalogue lists them (`intake.fields`): which form asks what, and how."""

from __future__ import annotations

from django.utils.text import slugify

from clients.care import Catalogue
from clients.care.sections import IntakeField

SHORT = "short"


def field_of(catalogue: Catalogue, name: str) -> IntakeField:
    """One question by its slug. Raises KeyError where the catalogue does not ask it."""
    return {field.id: field for field in catalogue.intake.fields}[name]


def is_asked(catalogue: Catalogue, name: str, *, short: bool) -> bool:
    """Whether the short form, or the full one, asks this."""
    return any(field.id == name and (not short or field.form == SHORT) for field in catalogue.intake.fields)


def options_of(catalogue: Catalogue, name: str) -> list[tuple[str, str]]:
    """The choices of a question as slug and words: ("sore-for-days", "Sore for days")."""
    return [(slugify(option), option[:1].upper() + option[1:]) for option in field_of(catalogue, name).options]


def option_in_words(catalogue: Catalogue, name: str, slug: str) -> str:
    """The words of one choice; one that the catalogue has lost stands as it was given."""
    return dict(options_of(catalogue, name)).get(slug, slug.replace("-", " "))
