"""The words that the practice's own would take the place of, with the variables in them: where rewording begins.

Found by writing the mail twice, of somebody who is made up: as it ships, and with a mark in place of its opening. What
differs is the opening. Where a value stands in it, the name of the variable is put back.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from booking.models import MessageText
from booking.reminders.kind import variables_of
from booking.reminders.sample import sample_mail
from clinic.models import Practice

OPENING_MARK, BETWEEN = "\ue000", "\ue001"
# No two mails have the same links.
LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class ShippedWords:
    """Subject and opening as they ship, ready to be changed. A closing ships with no mail."""

    subject: str
    opening: str

    def as_initial(self) -> dict[str, str]:
        """For a form over a `MessageText`."""
        return {"subject": self.subject, "opening": self.opening, "closing": ""}


def shipped_words(code: str, practice: Practice) -> ShippedWords:
    """What a kind of mail says by itself. Raises KeyError for a kind that cannot be worded."""
    names = variables_of(code)
    probe = BETWEEN.join(f"{{{name}}}" for name in names)
    shipped = sample_mail(MessageText(kind=code), practice)
    probed = sample_mail(MessageText(kind=code, subject=probe, opening=OPENING_MARK), practice)
    told = probed.subject.split(BETWEEN)
    values = dict(zip(names, told, strict=True)) if len(told) == len(names) else {}
    opening = what_stands_at(OPENING_MARK, LINK.sub("", probed.text), LINK.sub("", shipped.text))
    return ShippedWords(with_variables(shipped.subject, values), with_variables(joined_texts(opening), values))


def what_stands_at(mark: str, marked: str, text: str) -> str:
    """The part of a text in whose place another has a mark; empty where it has none."""
    before, found, after = marked.partition(mark)
    if not found or not text.startswith(before):
        return ""
    # The first lines after it are the same in both; further down a mail may be shortened to its length.
    next_line = next((line for line in after.splitlines() if line.strip()), "")
    rest = text[len(before) :]
    return rest.partition(next_line)[0] if next_line else rest


def joined_texts(text: str) -> str:
    """Paragraphs, each on one line: a form breaks lines where its box ends."""
    parts = text.strip().split("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in parts if part.strip())


def with_variables(text: str, values: Mapping[str, str]) -> str:
    """A text with variables in place of their values, the longest value first."""
    for name, value in sorted(values.items(), key=lambda pair: -len(pair[1])):
        if len(value.strip()) > 2:
            text = text.replace(value.strip(), f"{{{name}}}")
    return text


def own_words(typed: Mapping[str, str], shipped: ShippedWords) -> dict[str, str]:
    """What of a form is the practice's own: a text that was left as it ships is not, and follows every upgrade."""
    same = shipped.as_initial()
    return {name: "" if squeezed(text) == squeezed(same.get(name, "")) else text for name, text in typed.items()}


def squeezed(text: str) -> str:
    """A text whatever its spaces and line breaks."""
    return " ".join(text.split())
