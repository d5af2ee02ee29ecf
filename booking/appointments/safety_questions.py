"""What is asked before a massage may be booked: groups of conditions that can rule it out, and warning signs."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

from clients.care import Catalogue, Level
from clients.care.entries import Condition, RedFlag
from clients.care.screening import GroupQuestion, booking_flags, booking_questions, grouped


@dataclass(frozen=True)
class SafetyQuestions:
    """The gates of groups with their conditions, and the warning signs for who comes with pain; in the file's order.

    `with_place`: the conditions for which a place decides, so that it is asked; `by_weeks`: those that ask for the
    weeks of pregnancy.
    """

    groups: tuple[GroupQuestion, ...]
    red_flags: tuple[RedFlag, ...]
    with_place: frozenset[str]
    by_weeks: frozenset[str]

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions of all groups."""
        return tuple(each for group in self.groups for each in group.conditions)

    @cached_property
    def slugs(self) -> frozenset[str]:
        """What is asked, to tell whether earlier answers cover it."""
        return frozenset(each.id for each in self.conditions) | {each.id for each in self.red_flags}

    def without(self, answered: Collection[str]) -> "SafetyQuestions":
        """What is left to ask of whoever has answered some of it."""
        left = (
            GroupQuestion(each.group, tuple(one for one in each.conditions if one.id not in answered))
            for each in self.groups
        )
        return replace(
            self,
            groups=tuple(each for each in left if each.conditions),
            red_flags=tuple(each for each in self.red_flags if each.id not in answered),
        )


def safety_questions_for(catalogue: Catalogue, *items: str, region: str | None = None) -> SafetyQuestions:
    """What to ask before techniques with kinds of add-on (slugs of either) may be booked in a country.

    For an item that the catalogue does not know, everything is asked that can rule out any.
    """
    index = catalogue.index
    known = items if items and all(slug in index.judged for slug in items) else tuple(index.judged)
    techniques = [slug for slug in known if slug in index.techniques]
    add_ons = [slug for slug in known if slug in index.addons]
    asked = frozenset(
        condition.id
        for technique in techniques
        for group in booking_questions(catalogue, technique, addons=add_ons, region=region)
        for condition in group.conditions
    )
    tags = frozenset(tag for slug in known for tag in index.judged[slug].tags)
    return SafetyQuestions(
        groups=grouped(catalogue, asked),
        red_flags=booking_flags(catalogue),
        with_place=frozenset(
            slug for slug in asked if index.conditions[slug].where and place_decides(catalogue, slug, tags)
        ),
        by_weeks=frozenset(each.asked_as for each in catalogue.conditions if each.asked_as in asked),
    )


def place_decides(catalogue: Catalogue, condition: str, tags: frozenset[str]) -> bool:
    """Whether a condition rules out what carries these dangers only while nobody knows its place."""
    bars = catalogue.index.conditions[condition].bars
    return any(bar.unknown is Level.NEVER and not bar.tags.isdisjoint(tags) for bar in bars)
