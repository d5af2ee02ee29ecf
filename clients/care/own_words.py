"""What somebody writes of an allergy in their own words: what it names. Any such text bars scent until it is read.

The client writes it as an answer, the team as an alert on the file; of an alert only what speaks of an allergy counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clients.care.entries import NO_SLUGS, Oil, Slugs
from clients.care.sections import Sections

WORD = re.compile(r"[^\W\d_]+")
SENTENCE = re.compile(r"[.;,!\n]+")
# What has the word "plant" in it and is none.
NO_PLANT = re.compile(r"\w*(?:im|trans)plant\w*|plantar\w*", re.IGNORECASE)
# A shorter name is looked for as a whole word, a longer one within words: "Lavendelöl", "Haselnüsse".
WITHIN_WORDS = 5
# What stands in the name of an oil and names no plant.
NOT_A_PLANT = frozenset({"sweet", "roman", "black", "blend", "infused", "fractionated", "berry", "seed", "none"})


@dataclass(frozen=True, slots=True)
class Named:
    """What a text names: conditions, and oils with all that they are in."""

    conditions: Slugs = NO_SLUGS
    oils: Slugs = NO_SLUGS

    def __or__(self, other: Named) -> Named:
        return Named(self.conditions | other.conditions, self.oils | other.oils)


NOTHING = Named()


class AllergyWords:
    """The names by which a text is read: those of every oil, and what the catalogue says for its conditions."""

    def __init__(self, sections: Sections) -> None:
        self.rules = sections.meta.own_words
        self.oils = {oil.id: names_of(oil) for oil in sections.oils if oil.kind != "none"}
        self.scented = frozenset(oil.id for oil in sections.oils if "scent" in oil.tags)
        self.within: Mapping[str, tuple[str, ...]] = {oil.id: oil.contains for oil in sections.oils}
        self.conditions = {each.id: folded_all(each.named_by) for each in sections.conditions if each.named_by}
        self.nothing = frozenset(word for text in self.rules.besides for word in words_in(text))
        self.no = frozenset(word for text in self.rules.denies for word in words_in(text))
        self.speaks = tuple(folded_all(self.rules.speaks))

    def read(self, text: str) -> Named:
        """What an answer in own words names; nothing where it says that there is none."""
        words = words_in(text)
        if not any(each.isalnum() or each == "?" for each in text) or self.says_none(words):
            return NOTHING
        whole = " ".join(words)
        oils = {slug for slug, names in self.oils.items() if any(is_in(name, words, whole) for name in names)}
        found = {slug for slug, names in self.conditions.items() if any(is_in(name, words, whole) for name in names)}
        if oils & self.scented:
            found.add(self.rules.scented)
        oils |= {slug for slug, contains in self.within.items() if not oils.isdisjoint(contains)}
        return Named(frozenset({self.rules.condition, *found}), frozenset(oils))

    def read_alert(self, text: str) -> Named:
        """What an alert of the team names. Most of it may be of something else ("no deep pressure"): what counts is a
        sentence that names something we know or speaks of a reaction."""
        found = NOTHING
        for sentence in self.counted_sentences(text):
            found |= self.read(sentence)
        return found

    def counted_sentences(self, alert: str) -> tuple[str, ...]:
        """What of an alert counts, sentence by sentence."""
        found = []
        for sentence in SENTENCE.split(NO_PLANT.sub(" ", alert)):
            named = self.read(sentence)
            speaks = any(word.startswith(self.speaks) for word in words_in(sentence))
            if speaks or named.oils or len(named.conditions) > 1:
                found.append(sentence.strip())
        return tuple(found)

    def says_none(self, words: tuple[str, ...]) -> bool:
        """Whether an answer is a no in other words: "None that I know of"."""
        return bool(words) and not self.no.isdisjoint(words) and self.nothing.issuperset(words)


def names_of(oil: Oil) -> frozenset[str]:
    """The words that mean an oil: of its name, the genus of its plants, and its other names."""
    own = {word for word in words_in(oil.name) if len(word) >= WITHIN_WORDS} - NOT_A_PLANT
    genera = {word for part in oil.latin.split(",") for word in words_in(part)[:1]} - NOT_A_PLANT
    if oil.kind == "blend":
        # What it is mixed from has names of its own.
        genera = set()
    return frozenset(own | genera | folded_all(oil.aliases))


def folded_all(texts: Iterable[str]) -> frozenset[str]:
    """Names as they are compared."""
    return frozenset(" ".join(words_in(text)) for text in texts)


def words_in(text: str) -> tuple[str, ...]:
    """The words of a text without capitals and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return tuple(WORD.findall("".join(each for each in plain if not unicodedata.combining(each))))


def is_in(name: str, words: tuple[str, ...], whole: str) -> bool:
    """Whether a text, as words and as a whole, has a name."""
    return name in whole if len(name) >= WITHIN_WORDS else name in words
