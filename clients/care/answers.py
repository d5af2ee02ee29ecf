"""What a client said, as the engine takes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from clients.care.entries import NO_SLUGS, Slugs
from clients.care.index import Index


class BadAnswersError(ValueError):
    """Answers that cannot be read; the message says why."""


class UnknownSlugError(BadAnswersError):
    """Answers that name what the catalogue does not know. `unknown` holds (kind, slug) pairs."""

    def __init__(self, unknown: list[tuple[str, str]]) -> None:
        self.unknown = unknown
        super().__init__("; ".join(f'unknown {kind} "{slug}"' for kind, slug in unknown))


@dataclass(frozen=True, slots=True)
class Answers:
    """Sets of slugs, so that order and repetition cannot matter.

    `red_flags` are answered yes, `denied` no; `checked` are known and were looked at by a doctor (sign: ISO date).
    `cleared` are conditions for which a note was seen. `where`: the places of a condition. `age` in years, `weeks` of
    pregnancy, `pain` from 0 to 10, `visits` so far. `sold`: the techniques of the practice (empty: all). `service`:
    the technique booked, if any. `region`: "EU", "UK" or an ISO 3166-1 country; without one every regional ban holds.
    `allergies`: what was written of them in own words; whatever names something bars it, and any text bars scent.
    `alert`: what the team wrote on the file; of it only what speaks of an allergy counts.
    """

    symptoms: Slugs = NO_SLUGS
    onset: Slugs = NO_SLUGS
    causes: Slugs = NO_SLUGS
    areas: Slugs = NO_SLUGS
    conditions: Slugs = NO_SLUGS
    red_flags: Slugs = NO_SLUGS
    denied: Slugs = NO_SLUGS
    checked: Mapping[str, str] = field(default_factory=dict)
    cleared: Slugs = NO_SLUGS
    where: Mapping[str, Slugs] = field(default_factory=dict)
    aggravating: Slugs = NO_SLUGS
    relieving: Slugs = NO_SLUGS
    age: int | None = None
    weeks: int | None = None
    pain: int | None = None
    visits: int | None = None
    sold: Slugs = NO_SLUGS
    service: str | None = None
    region: str | None = None
    allergies: str = ""
    alert: str = ""


def must_know(index: Index, answers: Answers) -> None:
    """Raise UnknownSlugError, naming each, unless the catalogue knows every slug in `answers`."""
    unknown = [
        (kind, slug)
        for kind, slugs, known in named_slugs(index, answers)
        if not slugs <= known.keys()
        for slug in sorted(slugs - known.keys())
    ]
    if unknown:
        raise UnknownSlugError(unknown)


def named_slugs(index: Index, answers: Answers) -> Iterable[tuple[str, Slugs, Mapping[str, object]]]:
    """Every set of slugs in the answers: what they are, the slugs, and those that the catalogue knows."""
    yield "symptom", answers.symptoms, index.symptoms
    yield "onset", answers.onset, index.onsets
    yield "cause", answers.causes, index.causes
    yield "area", answers.areas, index.areas
    yield "condition", answers.conditions, index.conditions
    yield "red flag", answers.red_flags, index.red_flags
    yield "red flag", answers.denied, index.red_flags
    if answers.checked:
        yield "red flag", frozenset(answers.checked), index.red_flags
    yield "condition", answers.cleared, index.conditions
    if answers.where:
        yield "condition", frozenset(answers.where), index.conditions
        yield "area", NO_SLUGS.union(*answers.where.values()), index.areas
    yield "aggravating factor", answers.aggravating, index.aggravating
    yield "relieving factor", answers.relieving, index.relieving
    yield "technique", answers.sold, index.techniques
    if answers.service is not None:
        yield "service", frozenset({answers.service}), index.techniques


def named_today(index: Index, conditions: Iterable[str]) -> Slugs:
    """Conditions by today's slugs: what the catalogue has renamed goes by its new names, what it has lost is left out.

    A condition that still has its slug keeps it; what "ask again" notes beside a new name is no slug.
    """
    known, renamed = index.conditions, index.sections.meta.renamed.conditions
    return frozenset(
        new for slug in conditions for new in ((slug,) if slug in known else renamed.get(slug, ())) if new in known
    )


def only_known(index: Index, answers: Answers) -> Answers:
    """The answers without what the catalogue does not know: words that it has lost since are passed over, conditions
    that it has renamed are not."""
    where: dict[str, Slugs] = {}
    for slug, areas in answers.where.items():
        for new in named_today(index, (slug,)):
            where[new] = where.get(new, NO_SLUGS) | (areas & index.areas.keys())
    return replace(
        answers,
        symptoms=answers.symptoms & index.symptoms.keys(),
        onset=answers.onset & index.onsets.keys(),
        causes=answers.causes & index.causes.keys(),
        areas=answers.areas & index.areas.keys(),
        conditions=named_today(index, answers.conditions),
        red_flags=answers.red_flags & index.red_flags.keys(),
        denied=answers.denied & index.red_flags.keys(),
        checked={slug: day for slug, day in answers.checked.items() if slug in index.red_flags},
        cleared=answers.cleared & index.conditions.keys(),
        where=where,
        aggravating=answers.aggravating & index.aggravating.keys(),
        relieving=answers.relieving & index.relieving.keys(),
        sold=answers.sold & index.techniques.keys(),
        service=answers.service if answers.service in index.techniques else None,
    )
