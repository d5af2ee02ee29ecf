"""A kind of mail as one object: when it is due, what switches it off, what it says, and when that is still true."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from booking.models import Appointment, ReminderRule
from booking.reminders.context import MailContext
from booking.reminders.wording import VARIABLES
from clients.models import Client
from clinic.mail.kinds import KINDS, MailKind
from clinic.models import Practice

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Switch(Enum):
    """What a client can switch off; the value is the column of the client that says so."""

    REMINDERS = "reminders_wanted"
    TIPS = "tips_wanted"


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """For what a mail is owed: an appointment whose present revision was made at `booked_at`, judged at `now`."""

    appointment: Appointment
    practice: Practice
    now: dt.datetime
    booked_at: dt.datetime
    waited: bool = False
    """It was owed for another moment already, so it is never late: where this one has passed, it is due now."""


@dataclass(frozen=True)
class Moment:
    """When a message is due and when it is useless; `late` where its moment had passed before it was owed."""

    due_at: dt.datetime
    not_after: dt.datetime
    late: str = ""


@dataclass(frozen=True)
class Recipient:
    """The client whom a mail is for, and when the appointment begins that it names, if it names one."""

    client: Client
    starts_at: dt.datetime | None = None


Topic = tuple[str, ...]
"""What a mail that no reminder asked for is about: the parts of its key `<word>:<id>…` after the first."""


class TopicKind(MailKind):
    """A kind of mail that can be about a topic."""

    has_topics: ClassVar[bool] = False
    """Such a mail can be written without a reminder and become untrue: then `recipients` is asked about it."""

    def recipients(self, topics: Collection[Topic]) -> Mapping[Topic, Recipient]:
        """Whom the mails about these topics are for now; what is left out is no longer true."""
        return {}


class WordedKind(TopicKind):
    """A kind of mail in which the practice can put things in its own words."""

    variables: ClassVar[tuple[str, ...]] = VARIABLES
    """What those words may speak of."""


class ReminderKind(WordedKind):
    """A kind of mail that an appointment owes."""

    announces: ClassVar[bool] = False
    """It tells of an appointment to come, so it is never sent after that began."""
    answers: ClassVar[bool] = False
    """It answers what was just done: it comes at once, also at night."""
    follows: ClassVar[bool] = False
    """Only a session that took place earns it."""
    minutes: ClassVar[int | None] = None
    """What the rule of a new practice says, counted from the first of the anchors; None for what no rule owes."""
    statuses: ClassVar[frozenset[str]]
    """Where the appointment must stand for it to be true."""
    wrong_status: ClassVar["StrOrPromise"] = ""
    """Why it does not go where the appointment stands elsewhere; empty for words that name where it stands."""
    switch: ClassVar[Switch | None] = None
    """Whether its client has to want reminders, or tips."""
    held_by: ClassVar[frozenset[str]] = frozenset()
    """Under which answers that nobody has seen to yet it does not go: the triage of an emergency, or a doctor first."""
    by_interval: ClassVar[bool] = False
    """Counted from the weeks that the session note names; without them none is owed."""
    personal: ClassVar[bool] = False
    """It may hold tips that answer to what only this client told us."""
    calendar: ClassVar[str] = ""
    """The method of its calendar file (RFC 5546); empty where it has none."""
    length: ClassVar[str] = ""
    """Under which name the catalogue says how many words it may have (`mail_rules.words`); empty for no rule."""

    def moment(self, rule: ReminderRule, occasion: Occasion) -> Moment:
        """When it is due by a rule. Raises NotImplementedError for what no rule owes."""
        raise NotImplementedError

    def context(self, mail: MailContext) -> dict[str, Any]:
        """What its templates are given besides what all are. Raises Unneeded where there is nothing to say."""
        return {}

    def expires(self, mail: MailContext) -> dt.datetime | None:
        """When a mail written now is no longer true though its reminder still is; None where it stays true."""
        return None

    def unless(self, appointment: Appointment) -> str:
        """A further reason against sending it; empty where there is none."""
        return ""

    def never_owed(self, appointment: Appointment) -> str:
        """Why an appointment owes no such mail whatever the rule says; empty where it may."""
        return ""

    def load(self, appointments: Sequence[Appointment]) -> Mapping[int, object]:
        """What only this kind needs to know of some appointments, by their primary key, in one query."""
        return {}


def reminder_kinds() -> list[ReminderKind]:
    """The kinds that an appointment can owe, in the order in which they were registered."""
    return [kind for kind in KINDS.values() if isinstance(kind, ReminderKind)]


def worded_kinds() -> list[WordedKind]:
    """The kinds that the practice can word itself."""
    return [kind for kind in KINDS.values() if isinstance(kind, WordedKind)]


def topic_kinds() -> dict[str, TopicKind]:
    """By code, the kinds whose mails can be about a topic."""
    return {kind.code: kind for kind in KINDS.values() if isinstance(kind, TopicKind)}


def reminder_kind(code: str) -> ReminderKind:
    """The kind with this code. Raises KeyError where no appointment owes such a mail."""
    return {kind.code: kind for kind in reminder_kinds()}[code]


def worded_kind(code: str) -> WordedKind:
    """The kind with this code. Raises KeyError for one that the practice cannot word."""
    return {kind.code: kind for kind in worded_kinds()}[code]


def variables_of(code: str) -> tuple[str, ...]:
    """What the practice's own words may speak of in this kind of mail; those of most where there is no such kind."""
    kind = KINDS.get(code)
    return kind.variables if isinstance(kind, WordedKind) else VARIABLES


def kind_codes(wanted: Callable[[ReminderKind], bool]) -> frozenset[str]:
    """The codes of the kinds, of those that an appointment can owe, for which this holds."""
    return frozenset(kind.code for kind in reminder_kinds() if wanted(kind))


def owed_from_booking() -> frozenset[str]:
    """What a booking owes before the appointment begins; news of a change is owed when that happens."""
    return kind_codes(lambda kind: kind.announces and kind.minutes is not None)


def told_at_once() -> frozenset[str]:
    """What tells a client at once of a booking or a change."""
    return kind_codes(lambda kind: kind.answers)
