"""What to change in a plan before the next session, proposed from the diary and the pain numbers. Pure.

A proposal only: the therapist decides, and nothing is ever ranked anew by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

# A change of two points is one that a person feels (Ostelo 2008; `outcome_measures` of the catalogue).
FELT_POINTS = 2
STRONG_PAIN = 8
IN_A_ROW = 2
# A tip that nobody had the time to try is not "never done".
DAYS_TO_TRY = 7
HEAT, MOVE, SEE_PHYSICIAN = "heat", "move", "see-physician"


class Why(StrEnum):
    """Why a change is proposed."""

    BETTER_TWICE = "better-twice"
    WORSE_TWICE = "worse-twice"
    STRONG_PAIN = "strong-pain"
    DID_NOT_HELP = "did-not-help"
    NEVER_DONE = "never-done"


@dataclass(frozen=True, slots=True)
class PainReport:
    """The numbers of one session, 0 to 10: before it (None: not asked) and a day and a half later."""

    before: int | None
    later: int


@dataclass(frozen=True, slots=True)
class TipRecord:
    """A tip with what the client said of it, if it is in the plan. `helped`: their newest word, None for none."""

    slug: str
    role: str
    tags: frozenset[str] = frozenset()
    times_done: int = 0
    helped: bool | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A proposed change: `leave` goes (None: nothing does), `take` comes (None: nothing is left to take).

    `now`: the therapist is told at once, not before the next session.
    """

    why: Why
    leave: str | None
    take: str | None
    now: bool = False


def proposed_changes(
    checks: Sequence[PainReport], tips: Sequence[TipRecord], also: Iterable[TipRecord], *, days: int
) -> tuple[Change, ...]:
    """The changes to propose, the urgent first. `checks` from the oldest to the newest; `also`: what may be swapped in,
    in the order in which the engine named it; `days` since the plan was made.

    Pain of 8 and more, or worse twice in a row: see-physician joins, and the therapist is told now. Two points better
    twice in a row: warmth gives way to movement. A tip that did not help or was never done gives way to the next of its
    role. A choice is taken once.
    """
    left = [choice for choice in also if choice.slug not in {tip.slug for tip in tips}]
    changes: list[Change] = []
    if alarm := alarm_of(checks):
        joins = None if any(tip.slug == SEE_PHYSICIAN for tip in tips) else SEE_PHYSICIAN
        changes.append(Change(alarm, None, joins, now=True))
    warm = [tip for tip in tips if HEAT in tip.tags and tip.slug != SEE_PHYSICIAN]
    if better_twice(checks):
        changes += [Change(Why.BETTER_TWICE, tip.slug, take(left, MOVE)) for tip in warm]
    gone = {change.leave for change in changes}
    for tip in tips:
        why = why_to_swap(tip, days)
        if why and tip.slug not in gone and tip.slug != SEE_PHYSICIAN:
            changes.append(Change(why, tip.slug, take(left, tip.role)))
    return tuple(changes)


def alarm_of(checks: Sequence[PainReport]) -> Why | None:
    """Whether the pain asks for a doctor: strong now, or worse after each of the last two sessions."""
    if checks and checks[-1].later >= STRONG_PAIN:
        return Why.STRONG_PAIN
    return Why.WORSE_TWICE if worse_twice(checks) else None


def worse_twice(checks: Sequence[PainReport]) -> bool:
    """Whether the pain was higher after each of the last two sessions than before them, by any number."""
    last = checks[-IN_A_ROW:]
    return len(last) == IN_A_ROW and all(each.before is not None and each.later > each.before for each in last)


def better_twice(checks: Sequence[PainReport]) -> bool:
    """Whether it was lower by two points or more after each of the last two sessions."""
    last = checks[-IN_A_ROW:]
    return len(last) == IN_A_ROW and all(
        each.before is not None and each.before - each.later >= FELT_POINTS for each in last
    )


def why_to_swap(tip: TipRecord, days: int) -> Why | None:
    """Whether the client's own word speaks for another tip."""
    if tip.helped is False:
        return Why.DID_NOT_HELP
    return Why.NEVER_DONE if tip.times_done == 0 and days >= DAYS_TO_TRY else None


def take(left: list[TipRecord], role: str) -> str | None:
    """The next choice of a role, without warmth where movement is asked for; it is then no longer left."""
    found = next((each for each in left if each.role == role), None)
    if found is None:
        return None
    left.remove(found)
    return found.slug
