"""Arithmetic on ranges, against plain sets of minutes."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from booking.scheduling.availability.spans import ALWAYS, Span, any_contains, complement, merge_spans, subtract
from tests.booking.scheduling.availability.oracle import minutes_of

spans = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=8
)


@given(parts=spans, bars=spans)
def test_subtracting_leaves_the_minutes_under_no_bar(parts: list[Span], bars: list[Span]) -> None:
    left = subtract(merge_spans(parts), sorted(bars))
    assert minutes_of(left) == minutes_of(parts) - minutes_of(bars)
    assert all(start < end for start, end in left)
    assert all(one[1] <= two[0] for one, two in pairwise(left))


@given(parts=spans)
def test_joining_keeps_the_minutes_and_leaves_no_two_ranges_that_touch(parts: list[Span]) -> None:
    whole = merge_spans(parts)
    assert minutes_of(whole) == minutes_of(parts)
    assert all(one[1] < two[0] for one, two in pairwise(whole))


@given(parts=spans, minute=st.integers(-5, 85))
def test_a_minute_is_inside_or_outside(parts: list[Span], minute: int) -> None:
    assert any_contains(parts, minute) == (minute in minutes_of(parts))
    assert any_contains(complement(parts), minute) != any_contains(parts, minute)


def test_outside_nothing_is_everything() -> None:
    assert complement([]) == [ALWAYS]
    assert complement([ALWAYS]) == []
