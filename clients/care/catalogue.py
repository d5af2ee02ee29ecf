"""The whole care catalogue as one frozen value, and the way from the shipped file to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from clients.care.index import Index
from clients.care.items import AftercareTip, HomeCareTip, Oil, Technique
from clients.care.reference import Reference
from clients.care.terms import Area, Cause, Claim, Condition, Factor, Onset, RedFlag, Source, Symptom

SHIPPED = Path(__file__).with_name("care-catalogue.yaml")


@dataclass(frozen=True)
class Catalogue:
    """Everything the engine knows, each tuple in the order of the file. Two are equal when every value in them is."""

    symptoms: tuple[Symptom, ...]
    areas: tuple[Area, ...]
    onsets: tuple[Onset, ...]
    causes: tuple[Cause, ...]
    factors: tuple[Factor, ...]
    conditions: tuple[Condition, ...]
    red_flags: tuple[RedFlag, ...]
    oils: tuple[Oil, ...]
    home_care: tuple[HomeCareTip, ...]
    aftercare: tuple[AftercareTip, ...]
    techniques: tuple[Technique, ...]
    claims: tuple[Claim, ...]
    sources: tuple[Source, ...]
    fallback_oil: str
    default_carrier: str
    reference: Reference

    @cached_property
    def index(self) -> Index:
        """Lookups by slug and the rules worked out ahead, built once."""
        return Index(self)

    def cited(self, slugs: frozenset[str]) -> tuple[Source, ...]:
        """The sources named, in the order of the file."""
        return tuple(source for source in self.sources if source.slug in slugs)


def read_catalogue(source: Path | str) -> Catalogue:
    """A catalogue from a YAML file (a Path) or from YAML text.

    Raises CatalogueError, listing the problems, where the file is broken or a reference does not resolve.
    """
    # Imported here so that a process that takes its catalogue from the database never loads the parser.
    from clients.care.checks import check_catalogue
    from clients.care.reading import parse_catalogue

    catalogue = parse_catalogue(source.read_text(encoding="utf-8") if isinstance(source, Path) else source)
    check_catalogue(catalogue)
    return catalogue


@lru_cache(maxsize=1)
def shipped() -> Catalogue:
    """The catalogue as it ships with Warmstone, read once per process."""
    return read_catalogue(SHIPPED)
