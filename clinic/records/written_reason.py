"""Why a rule was set aside: a sentence that a colleague understands next year, measured alike everywhere."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clinic.errors import Refusal

FEWEST_LETTERS = 12
FEWEST_WORDS = 2


def is_sufficient_reason(text: str) -> bool:
    """Whether a text has at least twelve letters and two different words with letters in them."""
    words = {word.casefold() for word in text.split() if any(letter.isalpha() for letter in word)}
    return len(words) >= FEWEST_WORDS and sum(letter.isalpha() for letter in text) >= FEWEST_LETTERS


def reason_too_short() -> str:
    """What is said to whoever gave less."""
    said = _("Please say why in a short sentence: two words and %(letters)d letters at least. Only the team reads it.")
    return said % {"letters": FEWEST_LETTERS}


def validate_reason(text: str) -> None:
    """For a form field. Raises ValidationError."""
    if not is_sufficient_reason(text):
        raise ValidationError(reason_too_short(), code="reason_needed")


def require_reason(text: str, *, field: str) -> str:
    """The reason without the spaces around it. Raises Refusal (`reason_needed`) beside `field`."""
    if not is_sufficient_reason(text):
        raise Refusal(reason_too_short(), code="reason_needed", field=field)
    return text.strip()
