"""Composing the mail of a kind for one appointment."""

from booking.reminders.calendar_file import calendar_file
from booking.reminders.context import MailContext
from booking.reminders.kind import ReminderKind, reminder_kind
from booking.reminders.links import Links, one_click
from booking.reminders.message import Message, rendered
from clinic.models import ClientLink


def compose(code: str, context: MailContext, links: list[ClientLink]) -> Message:
    """The message of a kind for one appointment. The links in it are added, unsaved, to `links`.

    Raises Unneeded, with the reason, where there is nothing to say; KeyError for a kind that no appointment owes.
    """
    kind = reminder_kind(code)
    more = kind.context(context, Links(context, links))
    stop_url = more.get("unsubscribe_url")
    return rendered(
        code,
        {**context.variables(code), **more},
        calendar=calendar_of(kind, context),
        calendar_method=kind.calendar,
        headers=one_click(stop_url) if stop_url else {},
    )


def calendar_of(kind: ReminderKind, context: MailContext) -> str:
    """The calendar file of a mail, of each appointment that it tells of; empty for a kind that has none."""
    if not kind.calendar:
        return ""
    others = context.merged.get(kind.code, ())
    return calendar_file(context.appointment, context.practice, method=kind.calendar, others=others)
