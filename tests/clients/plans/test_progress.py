"""What is proposed before the next session: a pure rule over the diary and the pain; it never ranks anew by itself."""

from hypothesis import given
from hypothesis import strategies as st

from clients.plans.progress import Change, PainReport, TipRecord, Why, proposed_changes

HEAT = TipRecord("heat-pack", "relief", frozenset({"heat"}), times_done=3, helped=True)
BREAKS = TipRecord("movement-breaks", "habit", frozenset({"activity"}), times_done=2, helped=True)
ALSO = [
    TipRecord("easy-rolls", "relief"),
    TipRecord("walking", "move"),
    TipRecord("posture", "habit"),
    TipRecord("workstation", "habit"),
]
BETTER, SAME, WORSE = PainReport(6, 4), PainReport(5, 5), PainReport(4, 5)


def test_two_points_better_twice_lets_warmth_give_way_to_movement() -> None:
    assert proposed_changes([SAME, BETTER, PainReport(5, 3)], [HEAT, BREAKS], ALSO, days=10) == (
        Change(Why.BETTER_TWICE, "heat-pack", "walking"),
    )


def test_once_is_not_enough_and_one_point_is_no_change() -> None:
    assert proposed_changes([BETTER], [HEAT], ALSO, days=10) == ()
    assert proposed_changes([BETTER, PainReport(5, 4)], [HEAT], ALSO, days=10) == ()
    assert proposed_changes([BETTER, SAME, BETTER], [HEAT], ALSO, days=10) == ()


def test_worse_twice_has_see_physician_join_and_tells_the_therapist_now() -> None:
    assert proposed_changes([WORSE, WORSE], [HEAT], ALSO, days=10) == (
        Change(Why.WORSE_TWICE, None, "see-physician", now=True),
    )
    assert proposed_changes([SAME, WORSE], [HEAT], ALSO, days=10) == ()


def test_eight_and_more_does_so_at_once() -> None:
    assert proposed_changes([PainReport(None, 8)], [HEAT], ALSO, days=0) == (
        Change(Why.STRONG_PAIN, None, "see-physician", now=True),
    )
    assert proposed_changes([PainReport(None, 7)], [HEAT], ALSO, days=0) == ()
    # What was strong once and is not any more is no alarm.
    assert proposed_changes([PainReport(None, 9), PainReport(4, 3)], [HEAT], ALSO, days=0) == ()


def test_a_doctor_who_is_in_the_plan_already_does_not_join_twice() -> None:
    doctor = TipRecord("see-physician", "safety", times_done=0)
    assert proposed_changes([PainReport(3, 9)], [doctor], ALSO, days=30) == (
        Change(Why.STRONG_PAIN, None, None, now=True),
    )


def test_a_tip_that_did_not_help_gives_way_to_the_next_of_its_role() -> None:
    bad = TipRecord("movement-breaks", "habit", times_done=4, helped=False)
    assert proposed_changes([], [HEAT, bad], ALSO, days=1) == (Change(Why.DID_NOT_HELP, "movement-breaks", "posture"),)


def test_a_tip_that_was_never_done_does_so_after_a_week() -> None:
    idle = TipRecord("movement-breaks", "habit")
    assert proposed_changes([], [idle], ALSO, days=6) == ()
    assert proposed_changes([], [idle], ALSO, days=7) == (Change(Why.NEVER_DONE, "movement-breaks", "posture"),)


def test_two_of_a_role_take_two_others_and_then_none_is_left() -> None:
    idle = [TipRecord(slug, "habit") for slug in ("a", "b", "c")]
    assert [change.take for change in proposed_changes([], idle, ALSO, days=9)] == ["posture", "workstation", None]


def test_warmth_that_did_not_help_either_leaves_once() -> None:
    bad = TipRecord("heat-pack", "relief", frozenset({"heat"}), times_done=1, helped=False)
    found = proposed_changes([BETTER, BETTER], [bad], ALSO, days=9)
    assert [change.leave for change in found] == ["heat-pack"]


RECORDS = st.builds(
    TipRecord,
    slug=st.sampled_from(["a", "b", "c", "heat-pack", "see-physician"]),
    role=st.sampled_from(["relief", "move", "habit", "care", "safety"]),
    tags=st.sampled_from([frozenset(), frozenset({"heat"})]),
    times_done=st.integers(0, 3),
    helped=st.none() | st.booleans(),
)
CHOICES = st.builds(TipRecord, slug=st.sampled_from(["x", "y", "z"]), role=st.sampled_from(["relief", "move", "habit"]))


@given(
    checks=st.lists(st.builds(PainReport, st.none() | st.integers(0, 10), st.integers(0, 10)), max_size=5),
    tips=st.lists(RECORDS, max_size=5, unique_by=lambda tip: tip.slug),
    also=st.lists(CHOICES, max_size=3, unique_by=lambda choice: choice.slug),
    days=st.integers(0, 30),
)
def test_whatever_is_told_a_change_takes_only_what_may_be_taken_and_each_once(
    checks: list[PainReport], tips: list[TipRecord], also: list[TipRecord], days: int
) -> None:
    changes = proposed_changes(checks, tips, also, days=days)
    taken = [change.take for change in changes if change.take]
    left = [change.leave for change in changes if change.leave]
    assert set(taken) <= {choice.slug for choice in also} | {"see-physician"}
    assert len(set(taken)) == len(taken)
    assert len(set(left)) == len(left)
    assert set(left) <= {tip.slug for tip in tips} - {"see-physician"}
    assert all(change.now == (change.why in (Why.WORSE_TWICE, Why.STRONG_PAIN)) for change in changes)
