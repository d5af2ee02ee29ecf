"""What a person is found by: any part of a name, an address or a number, however it is typed."""

import re

from clinic.identity.mailboxes import mailed_form
from clinic.identity.names import searchable_words
from clinic.identity.phones import phone_digits

MOST_WORDS = 5
FEWEST_DIGITS = 3
TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")
NUMBER_PATTERN = re.compile(r"[+(0-9][0-9 ()/.\-]*")


def search_text(*, first: str, last: str, email: str, phone: str) -> str:
    """All that is searched of a person: `plain` names, also as one word each, the address in both forms, the digits."""
    names = [searchable_words(first), searchable_words(last)]
    joined = [each.replace(" ", "") for each in names if " " in each]
    addresses = dict.fromkeys(map(searchable_words, filter(None, [email, mailed_form(email)])))
    return "\t".join(filter(None, [*names, *joined, *addresses, phone_digits(phone)]))


def search_terms(words: str) -> list[str]:
    """The texts that must all be part of what is searched of a person; of words at most five."""
    digits = search_digits(words)
    return [digits] if digits else searchable_words(re.sub("[,;]", " ", words)).split()[:MOST_WORDS]


def search_digits(words: str) -> str:
    """The digits of a search for a number, without what stands in front of it only when dialled here; or nothing."""
    written = TRUNK_ZERO.sub("", words.strip())
    digits = re.sub(r"\D", "", written).lstrip("0") if NUMBER_PATTERN.fullmatch(written) else ""
    return digits if len(digits) >= FEWEST_DIGITS else ""
