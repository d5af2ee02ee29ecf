"""The new time of an appointment, with a calendar file that replaces the old one."""

from typing import Any

from django.utils.translation import gettext_lazy

from booking.models import AHEAD
from booking.reminders.combined_lines import lines
from booking.reminders.context import MailContext
from booking.reminders.kind import ReminderKind
from booking.reminders.links import Links
from booking.reminders.timing import AtOnce
from clinic.mail.kinds import register


def context(mail: MailContext, links: Links) -> dict[str, Any]:
    """What the templates are given."""
    others = mail.merged.get(MOVED.code, ())
    manage_url = links.appointment()
    return {
        "appointments": lines([mail.appointment, *others], mail.practice, links.other),
        "intake_url": links.intake(),
        "manage_url": manage_url,
        "button_url": manage_url,
        "button_label": mail.button_label(several=bool(others)),
    }


MOVED = register(
    ReminderKind(
        code="moved",
        label=gettext_lazy("moved"),
        timing=AtOnce(),
        statuses=frozenset(AHEAD),
        context=context,
        calendar="REQUEST",
    )
)
