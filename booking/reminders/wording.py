"""The practice's own words in mails: which variables they know, and the three texts filled. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from clinic.wording import fill_text, paragraphs

# What a text may speak of. Nothing here comes from a health answer, and no code to sign in with stands in a subject.
PRACTICE = ("practice", "address", "phone")
VARIABLES = ("first_name", "date", "time", "minutes", "service", "therapist", *PRACTICE)


@dataclass(frozen=True)
class FilledText:
    """What the practice says itself in one mail: the subject in one line, the rest in paragraphs."""

    subject: str = ""
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()


def fill_words(values: Mapping[str, str], *, subject: str = "", opening: str = "", closing: str = "") -> FilledText:
    """Put values in place of variables, never reading them for variables themselves. Raises BrokenText."""
    subject, opening, closing = (fill_text(text, values) for text in (subject, opening, closing))
    return FilledText(" ".join(subject.split()), paragraphs(opening), paragraphs(closing))
