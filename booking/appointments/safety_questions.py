"""What the safety question before a booking asks: the conditions that decide about a technique, and warning signs."""

from collections.abc import Iterable
from dataclasses import dataclass

from clients.care import Catalogue, Level
from clients.care.terms import Action, Condition, RedFlag
from clients.intake.questions import group_name

# What closes a service, and what needs a doctor's word first. All else is asked in the intake, without haste.
DECISIVE_LEVELS = (Level.NEVER, Level.CLEARANCE)
# Before a booking nothing is known of a complaint yet, so only those signs are asked that cannot wait for the intake,
# which asks the others where symptom, area or duration call for them (`meta.matching.screening`).
URGENT_ACTIONS = ("now", "same-day")


@dataclass(frozen=True)
class SafetyQuestions:
    """The decisive conditions of a technique and the warning signs, each in the catalogue's order."""

    conditions: tuple[Condition, ...]
    red_flags: tuple[RedFlag, ...]

    @property
    def slugs(self) -> frozenset[str]:
        """What is asked, to tell whether earlier answers cover it."""
        return frozenset(each.slug for each in self.conditions) | {each.slug for each in self.red_flags}

    def groups(self) -> list[tuple[str, list[Condition]]]:
        """The conditions under the name of their group, groups in the order in which they first appear."""
        grouped: dict[str, list[Condition]] = {}
        for condition in self.conditions:
            grouped.setdefault(condition.group, []).append(condition)
        return [(group_name(group), conditions) for group, conditions in grouped.items()]


def safety_questions_for(catalogue: Catalogue, *techniques: str) -> SafetyQuestions:
    """What to ask before an appointment with these kinds of massage may be booked.

    For one that the catalogue does not know everything is asked that is decisive for any.
    """
    index = catalogue.index
    known: Iterable[str] = techniques if set(techniques) <= set(index.levels) else index.levels
    decisive = {
        slug for each in known for level, reasons in index.levels[each] if level in DECISIVE_LEVELS for slug in reasons
    }
    return SafetyQuestions(
        conditions=tuple(each for each in catalogue.conditions if each.slug in decisive and not each.switched_off),
        red_flags=tuple(each for each in catalogue.red_flags if stops_massage_today(each) and not each.switched_off),
    )


def stops_massage_today(flag: RedFlag) -> bool:
    """Whether a warning sign stops a massage today, whatever else is known."""
    return flag.action == Action.EMERGENCY or (flag.action == Action.DOCTOR and flag.urgency in URGENT_ACTIONS)
