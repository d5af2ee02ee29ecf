"""What the statements of the care catalogue rest on: claims of the seed articles, and sources."""

from __future__ import annotations

from clients.care.entries import Part, Slug, Text


class Claim(Part):
    """A statement of the seed articles: what was found, and what we say."""

    id: Slug
    name: str = ""
    seed: Slug
    seed_says: Text
    finding: Text
    say: Text
    refs: tuple[Slug, ...]
    source: tuple[Slug, ...]


class Source(Part):
    """Where a statement comes from. `unverified`: not read in the original."""

    cite: Text
    doi: str = ""
    url: str = ""
    unverified: bool = False

    @property
    def link(self) -> str:
        """Its address, empty where there is none."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url
