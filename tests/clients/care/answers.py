"""Answers for the property tests: any mix of slugs that the shipped catalogue knows."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from clients.care import Answers, shipped

INDEX = shipped().index


def some(slugs: Iterable[str], most: int) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(slugs)), max_size=most)


def anyone(red_flags: st.SearchStrategy[frozenset[str]] | None = None) -> st.SearchStrategy[Answers]:
    """A client with any answers at all; few red flags, since each of them empties much of the plan."""
    return st.builds(
        Answers,
        symptoms=some(INDEX.symptoms, 8),
        onset=some(INDEX.onsets, 3),
        causes=some(INDEX.causes, 6),
        areas=some(INDEX.areas, 6),
        conditions=some(INDEX.conditions, 6),
        red_flags=red_flags if red_flags is not None else some(INDEX.red_flags, 1),
        service=st.sampled_from([None, *INDEX.techniques]),
        region=st.sampled_from([None, "EU", "UK", "US"]),
    )


def well() -> st.SearchStrategy[Answers]:
    """Anyone with no red flag at all."""
    return anyone(red_flags=st.just(frozenset()))
