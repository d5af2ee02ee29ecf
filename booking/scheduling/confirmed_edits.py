"""Edits of what the practice has settled, held against the appointments ahead before they are kept.

The edit is really made and really held against the appointments, in a transaction that is taken back where it speaks
against some that it did not speak against before and that nobody was shown yet. So it is right for every rule and form,
in the admin and on the desk's settings alike.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db import transaction

from booking.models import Appointment, Therapist
from booking.scheduling.conflicts import settings_conflicts

T = TypeVar("T")
MOST_CONFLICTS_SHOWN = 30
# Under this name a form that asks carries which appointments it showed.
CONFLICTS_CONFIRMED_FIELD = "_known_appointments"


@dataclass(frozen=True)
class ConflictLine:
    """One appointment that an edit speaks against, and why."""

    appointment: Appointment
    why: str


@dataclass(frozen=True)
class Attempt(Generic[T]):
    """What came of an edit: its result, and the appointments for which it was taken back, by primary key."""

    result: T
    against: dict[int, str] = field(default_factory=dict)

    @property
    def is_question(self) -> bool:
        """Whether it was taken back, so that a person may look first."""
        return bool(self.against)

    @property
    def known(self) -> str:
        """What the question carries, so that the next try is kept."""
        return " ".join(str(key) for key in sorted(self.against))

    def lines(self) -> list[ConflictLine]:
        """The first of the appointments, in order."""
        rows = Appointment.objects.filter(pk__in=self.against).with_people().order_by("starts_at")
        return [ConflictLine(each, self.against[each.pk]) for each in rows[:MOST_CONFLICTS_SHOWN]]

    @property
    def more(self) -> int:
        """How many are not among the lines."""
        return max(0, len(self.against) - MOST_CONFLICTS_SHOWN)


def keys_shown(sent: str) -> set[int]:
    """The primary keys in what a question carried; a browser may send anything."""
    return {int(key) for key in sent.split() if key.isascii() and key.isdecimal() and len(key) < 20}


def try_edit(edit: Callable[[], T], *, known: Collection[int], is_saved: Callable[[T], bool]) -> Attempt[T]:
    """Make an edit and keep it where it speaks against no appointment beyond those in `known`.

    `is_saved` tells from its result whether anything was written at all.
    """
    with transaction.atomic():
        # A booking under way is either among those that are looked at, or looks itself after this.
        list(Therapist.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
        before = settings_conflicts()
        result = edit()
        if not is_saved(result):
            return Attempt(result)
        against = {key: why for key, why in settings_conflicts().items() if key not in before}
        if against.keys() <= set(known):
            return Attempt(result)
        transaction.set_rollback(True)
    return Attempt(result, against)
