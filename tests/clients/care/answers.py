"""Answers for the property tests: any mix of slugs that the shipped catalogue knows."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from clients.care import Answers, shipped

INDEX = shipped().index


def some(slugs: Iterable[str], most: int) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(slugs)), max_size=most)


def maybe(least: int, most: int) -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(least, most)


def anyone(**known: st.SearchStrategy[object]) -> st.SearchStrategy[Answers]:
    """A client with any answers at all; few warning signs, since each of them empties much of the plan.

    `known`: what is settled about them, by the names of Answers.
    """
    parts: dict[str, st.SearchStrategy[object]] = {
        "symptoms": some(INDEX.symptoms, 5),
        "onset": some(INDEX.onsets, 2),
        "causes": some(INDEX.causes, 4),
        "areas": some(INDEX.areas, 4),
        "conditions": some(INDEX.conditions, 5),
        "red_flags": st.just(frozenset()) | some(INDEX.red_flags, 1),
        "denied": st.just(frozenset(INDEX.red_flags)) | some(INDEX.red_flags, 20),
        "checked": st.dictionaries(st.sampled_from(sorted(INDEX.red_flags)), st.just("2026-11-20"), max_size=1),
        "cleared": some(INDEX.conditions, 3),
        "where": st.dictionaries(st.sampled_from(sorted(INDEX.conditions)), some(INDEX.areas, 3), max_size=4),
        "aggravating": some(INDEX.aggravating, 2),
        "relieving": some(INDEX.relieving, 2),
        "age": maybe(3, 95),
        "weeks": maybe(1, 42),
        "pain": maybe(0, 10),
        "visits": maybe(0, 9),
        "service": st.sampled_from([None, *INDEX.techniques]),
        "region": st.sampled_from([None, "DE", "GB", "US"]),
    }
    return st.builds(Answers, **{**parts, **known})


def well(**known: st.SearchStrategy[object]) -> st.SearchStrategy[Answers]:
    """Anyone with no warning sign, all of them asked and denied."""
    return anyone(
        red_flags=st.just(frozenset()), checked=st.just({}), denied=st.just(frozenset(INDEX.red_flags)), **known
    )
