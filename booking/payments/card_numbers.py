"""Card numbers have no place here: whatever looks like one is refused wherever text about money is typed."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.errors import Refusal

# As many digits as cards have (ISO/IEC 7812), in groups as people type them.
DIGIT_RUNS = re.compile(r"(?<!\d)\d(?:[\s.\-]?\d){12,18}(?![\s.\-]?\d)")
CARD_STARTS = "23456"
CARD_REFUSED = _("This looks like the number of a card. Please leave it out: card data is never kept here.")


def has_card_number(text: str) -> bool:
    """Whether a text holds 13 to 19 digits that begin as cards do and whose check digit is right (Luhn)."""
    plain = unicodedata.normalize("NFKC", text)
    runs = ("".join(filter(str.isdigit, found)) for found in DIGIT_RUNS.findall(plain))
    return any(run[0] in CARD_STARTS and passes_luhn(run) for run in runs)


def passes_luhn(digits: str) -> bool:
    """The check of ISO/IEC 7812-1, annex B."""
    doubled = [int(sign) * (2 if place % 2 else 1) for place, sign in enumerate(reversed(digits))]
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0


def validate_no_card_number(text: str) -> None:
    """For a form field. Raises ValidationError."""
    if has_card_number(text):
        raise ValidationError(CARD_REFUSED, code="card_number")


def refuse_card_number(text: str, *, field: str) -> str:
    """The text without the spaces around it. Raises Refusal (`card_number`) beside `field`."""
    if has_card_number(text):
        raise Refusal(str(CARD_REFUSED), code="card_number", field=field)
    return text.strip()
