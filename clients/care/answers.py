"""What a client said, as the engine takes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from clients.care.catalogue import Catalogue
from clients.care.terms import NO_SLUGS, Slugs


class BadAnswersError(ValueError):
    """Answers that cannot be read; the message says why."""


class UnknownSlugError(BadAnswersError):
    """Answers that name what the catalogue does not know. `unknown` holds (kind, slug) pairs."""

    def __init__(self, unknown: list[tuple[str, str]]) -> None:
        self.unknown = unknown
        super().__init__("; ".join(f'unknown {kind} "{slug}"' for kind, slug in unknown))


@dataclass(frozen=True, slots=True)
class Answers:
    """Sets of slugs, so that order and repetition cannot matter. `service` is the technique chosen, if any; `region`
    is "EU", "UK" or an ISO 3166-1 country ("DE", "US"), and only switches items off."""

    symptoms: Slugs = NO_SLUGS
    onset: Slugs = NO_SLUGS
    causes: Slugs = NO_SLUGS
    areas: Slugs = NO_SLUGS
    conditions: Slugs = NO_SLUGS
    red_flags: Slugs = NO_SLUGS
    service: str | None = None
    region: str | None = None


def must_know(catalogue: Catalogue, answers: Answers) -> None:
    """Raise UnknownSlugError, naming each, unless the catalogue knows every slug in `answers`."""
    index = catalogue.index
    unknown = [
        *unknown_slugs("symptom", answers.symptoms, index.symptoms),
        *unknown_slugs("onset", answers.onset, index.onsets),
        *unknown_slugs("cause", answers.causes, index.causes),
        *unknown_slugs("area", answers.areas, index.areas),
        *unknown_slugs("condition", answers.conditions, index.conditions),
        *unknown_slugs("red flag", answers.red_flags, index.red_flags),
    ]
    if answers.service is not None and answers.service not in index.techniques:
        unknown.append(("service", answers.service))
    if unknown:
        raise UnknownSlugError(unknown)


def only_known(catalogue: Catalogue, answers: Answers) -> Answers:
    """The answers without what the catalogue does not know: words that it has lost since are passed over."""
    index = catalogue.index
    return replace(
        answers,
        symptoms=answers.symptoms & index.symptoms.keys(),
        onset=answers.onset & index.onsets.keys(),
        causes=answers.causes & index.causes.keys(),
        areas=answers.areas & index.areas.keys(),
        conditions=answers.conditions & index.conditions.keys(),
        red_flags=answers.red_flags & index.red_flags.keys(),
        service=answers.service if answers.service in index.techniques else None,
    )


def unknown_slugs(kind: str, slugs: Slugs, known: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    if slugs <= known.keys():
        return ()
    return ((kind, slug) for slug in sorted(slugs - known.keys()))
