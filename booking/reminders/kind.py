"""A kind of mail as one object: when it is due, what switches it off, what it says, and when that is still true."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from booking.reminders.timing import Anchor, Timing
from booking.reminders.wording import VARIABLES, CustomText
from clinic.mail.kinds import KINDS, MailKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from booking.models import Appointment
    from booking.reminders.context import MailContext
    from booking.reminders.links import Links
    from booking.reminders.message import Message
    from clients.models import Client
    from clinic.models import Practice


class Switch(Enum):
    """What a client can switch off; the value is the column of the client that says so."""

    REMINDERS = "reminders_wanted"
    TIPS = "tips_wanted"


@dataclass(frozen=True)
class Reader:
    """The client whom a mail is for, and when the appointment begins that it names, if it names one."""

    client: "Client"
    starts_at: dt.datetime | None = None


Subject = tuple[str, ...]
"""What a mail that no reminder asked for is about: the parts of its key `<word>:<id>…` after the first."""


@dataclass(frozen=True, kw_only=True, eq=False)
class WordedKind(MailKind):
    """A kind of mail in which the practice can put things in its own words."""

    variables: tuple[str, ...] = VARIABLES
    """What those words may speak of."""
    sample: "Callable[[Practice, CustomText, Appointment | None], Message] | None" = None
    """The mail with these words to look at, of an appointment or of nobody; None for what an appointment owes."""
    readers: Callable[[Collection[Subject]], Mapping[Subject, Reader]] | None = None
    """Whom the mails about these subjects are for now; what is left out is no longer true. None where nobody asks."""

    @property
    def about_client(self) -> bool:
        """Whether it is about a client at all."""
        return "first_name" in self.variables

    @property
    def about_appointment(self) -> bool:
        """Whether it is about an appointment."""
        return "date" in self.variables


@dataclass(frozen=True, kw_only=True, eq=False)
class ReminderKind(WordedKind):
    """A kind of mail that an appointment owes."""

    timing: Timing
    statuses: frozenset[str]
    """Where the appointment must stand for it to be true."""
    context: "Callable[[MailContext, Links], dict[str, Any]]"
    """What its templates are given besides what all are. Raises Unneeded where there is nothing to say."""
    wrong_status: "StrOrPromise" = ""
    """Why it does not go where the appointment stands elsewhere; empty for words that name where it stands."""
    switch: Switch | None = None
    """Whether its client has to want reminders, or tips."""
    unless: "Callable[[Appointment], str] | None" = None
    """A further reason against sending it; empty where there is none."""
    never_owed: "Callable[[Appointment], str] | None" = None
    """Why an appointment owes no such mail whatever the rule says; empty where it may."""
    by_interval: bool = False
    """Counted from the weeks that the session note names; without them none is owed."""
    personal: bool = False
    """It may hold tips that answer to what only this client told us."""
    calendar: str = ""
    """The method of its calendar file (RFC 5546); empty where it has none."""
    load: "Callable[[Sequence[Appointment]], Mapping[int, object]] | None" = None
    """What only this kind needs to know of some appointments, by their primary key, in one query."""


def reminder_kinds() -> list[ReminderKind]:
    """The kinds that an appointment can owe, in the order in which they were registered."""
    return [kind for kind in KINDS.values() if isinstance(kind, ReminderKind)]


def worded_kinds() -> list[WordedKind]:
    """The kinds that the practice can word itself."""
    return [kind for kind in KINDS.values() if isinstance(kind, WordedKind)]


def reminder_kind(code: str) -> ReminderKind:
    """The kind with this code. Raises KeyError where no appointment owes such a mail."""
    kind = KINDS[code]
    if not isinstance(kind, ReminderKind):
        raise KeyError(code)
    return kind


def worded_kind(code: str) -> WordedKind:
    """The kind with this code. Raises KeyError for one that the practice cannot word."""
    kind = KINDS[code]
    if not isinstance(kind, WordedKind):
        raise KeyError(code)
    return kind


def anchors_of(code: str) -> tuple[Anchor, ...]:
    """From where a rule may count this kind of mail; nothing where no rule is asked about it."""
    kind = KINDS.get(code)
    return kind.timing.anchors if isinstance(kind, ReminderKind) else ()


def codes(wanted: Callable[[ReminderKind], bool]) -> frozenset[str]:
    """The codes of the kinds, of those that an appointment can owe, for which this holds."""
    return frozenset(kind.code for kind in reminder_kinds() if wanted(kind))


def owed_from_booking() -> frozenset[str]:
    """What a booking owes before the appointment begins; news of a change is owed when that happens."""
    return codes(lambda kind: kind.timing.announces and kind.timing.usual is not None)


def earned_by_session() -> frozenset[str]:
    """What only a completed session earns."""
    return codes(lambda kind: kind.timing.follows)


def told_at_once() -> frozenset[str]:
    """What tells a client at once of a booking or a change."""
    return codes(lambda kind: kind.timing.answers)
