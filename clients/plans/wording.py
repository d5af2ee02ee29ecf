"""What a client reads of the catalogue: words for their country, sources by the work they name, no overclaim of ours.

Shipped texts are said as they are. What the practice wrote itself loses the sentences that promise too much.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from clients.care import Catalogue, shipped_data
from clients.care.entries import Oil, Technique, Tip
from clients.care.sections import Source
from clients.care.words import in_region
from clients.catalogue import strings_in
from clinic.models import Practice

# What the seed articles say and studies do not bear out (docs/care.md, "Claims").
OVERCLAIMS = (
    *("rebuilds cartilage", "supports discs", "boosts circulation", "speeds healing", "delivers nutrients and oxygen"),
    *("flush toxins", "flushes toxins", "detox", "realigns the spine", "decompresses discs", "pinched nerve"),
    *("reduces inflammation fast", "powerful pain reliever", "treats arthritis", "treats headaches"),
    *("safe for everyone", "cure", "cures", "guaranteed", "prevents back pain", "strong painkillers work best"),
    *("bad posture causes back pain", "never bend", "your spine is out of place", "any movement can injure you"),
    *("heals", "repairs"),
)
OVERCLAIM = re.compile(r"\b(?:" + "|".join(map(re.escape, OVERCLAIMS)) + r")\b", re.IGNORECASE)
SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class ClientWords:
    """Puts a text of the catalogue into the words of one practice: its country's, with its emergency number."""

    catalogue: Catalogue
    practice: Practice

    @property
    def region(self) -> str:
        """Its country."""
        return self.practice.country

    def say(self, text: str) -> str:
        """A reason, a question or a text that is never filtered."""
        regions = self.catalogue.meta.regions
        number = self.practice.emergency_number or regions.emergency["default"]
        return in_region(text, regions, self.region, emergency=number)

    def advise(self, text: str) -> str:
        """A text, dose or step of an item; what the practice wrote is said without its overclaims."""
        return self.say(text if is_shipped(text) else without_overclaims(text))

    def to_read(self, item: Technique | Oil | Tip) -> dict[str, Any]:
        """An item that is only read: name, text, how sure we are, and by which sources."""
        evidence = item.evidence
        return {
            "slug": item.id,
            "name": self.say(item.name),
            "text": self.advise(item.text),
            "grade": str(evidence.grade),
            "note": self.say(evidence.note),
            "checked": evidence.checked,
            "sources": citations(self.catalogue.cited(evidence.source)),
        }


def without_overclaims(text: str) -> str:
    """`text` without the sentences that promise what studies do not bear out; half of a denial could say the opposite,
    so a whole sentence goes."""
    return " ".join(sentence for sentence in SENTENCE.split(text.strip()) if not OVERCLAIM.search(sentence))


def is_shipped(text: str) -> bool:
    """Whether a text stands so in the catalogue as it ships."""
    return text in shipped_texts()


@lru_cache(maxsize=1)
def shipped_texts() -> frozenset[str]:
    """Every text of the shipped catalogue, and nothing said."""
    return frozenset({"", *strings_in(shipped_data())})


def citations(sources: Iterable[Source]) -> list[dict[str, Any]]:
    """Each source: the work it names, its web address (or none), and whether it was read in the original."""
    return [{"title": each.cite, "url": each.link, "unverified": each.unverified} for each in sources]
