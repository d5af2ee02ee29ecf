"""The words of every message around an appointment: one function per kind, three templates each in templates/emails."""

from collections.abc import Callable

from booking.messages.after import aftercare, pain_check, rebook
from booking.messages.before import confirmation, intake_missing, reminder_24, reminder_48
from booking.messages.facts import Facts
from booking.messages.links import Links
from booking.messages.message import Message, Unneeded
from booking.messages.news import cancelled, moved
from booking.messages.waitlist import offered
from clinic.models import ClientLink, MailKind

KINDS: dict[str, Callable[[Facts, Links], Message]] = {
    MailKind.CONFIRMATION: confirmation,
    MailKind.INTAKE_MISSING: intake_missing,
    MailKind.REMINDER_48: reminder_48,
    MailKind.REMINDER_24: reminder_24,
    MailKind.AFTERCARE: aftercare,
    MailKind.PAIN_CHECK: pain_check,
    MailKind.REBOOK: rebook,
    MailKind.MOVED: moved,
    MailKind.CANCELLED: cancelled,
    MailKind.WAITLIST: offered,
}

__all__ = ["KINDS", "Message", "Unneeded", "compose"]


def compose(kind: str, facts: Facts, links: list[ClientLink]) -> Message:
    """The message of a kind for one visit. The links in it are added, unsaved, to `links`.

    Raises Unneeded, with the reason, where there is nothing to say; KeyError for a kind that no appointment owes.
    """
    return KINDS[kind](facts, Links(facts, links))
