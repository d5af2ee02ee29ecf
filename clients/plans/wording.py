"""What a client may read: the catalogue also speaks to therapists, of its first articles and of wrong claims."""

import re
from collections.abc import Iterable
from functools import lru_cache

from clients.care.terms import Claim, Source

# The two articles are ours, not the client's; and a sentence often goes on after them with what the studies say.
# Said as the catalogue says it: a seed allergy, or a warm pillow of flax seed, is the client's.
OWN_SITE = re.compile(r"\bSeed\b|\b[Bb]oth seeds\b|\b[Tt]he seed's\b")
SENTENCE = re.compile(r"(?<=[.!?])\s+")
CLAUSE = re.compile(r"(?<=[;:])\s+")
SEED_URL = "seeds"


@lru_cache(maxsize=8)
def phrase_pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the phrases as whole words, in any case; nothing where there are none."""
    return re.compile(r"\b(?:" + "|".join(map(re.escape, phrases)) + r")\b" if phrases else r"(?!)", re.IGNORECASE)


def phrases_to_avoid(claims: Iterable[Claim]) -> re.Pattern[str]:
    """What must not be said, from `claims.avoid` of the catalogue."""
    return phrase_pattern(tuple(sorted({phrase for claim in claims for phrase in claim.avoid})))


def wording_for_clients(text: str, claims: Iterable[Claim]) -> str:
    """`text` without sentences that hold a phrase to avoid, and without the clauses that speak of our seed articles.

    A whole sentence goes with a phrase, because half of a denial can say the opposite.
    """
    avoid = phrases_to_avoid(claims)
    kept = (without_seeds(sentence) for sentence in SENTENCE.split(text.strip()) if not avoid.search(sentence))
    return " ".join(sentence for sentence in kept if sentence)


def without_seeds(sentence: str) -> str:
    """The clauses of a sentence that do not name the seeds, with a capital in front and a full stop behind."""
    if not OWN_SITE.search(sentence):
        return sentence
    rest = " ".join(clause for clause in CLAUSE.split(sentence) if not OWN_SITE.search(clause)).rstrip(";: ")
    if not rest:
        return ""
    return rest[0].upper() + rest[1:] + ("" if rest[-1] in ".!?" else ".")


def citations(sources: Iterable[Source]) -> list[dict[str, str]]:
    """Title and web address (or none) of each source that a client can look up."""
    return [
        {"title": source.citation, "url": source.url if source.url.startswith(("https://", "http://")) else ""}
        for source in sources
        if source.url != SEED_URL
    ]
