"""The new time of an appointment, with a calendar file that replaces the old one."""

from typing import Any

from django.utils.translation import gettext_lazy

from booking.reminders.combined_lines import appointment_lines
from booking.reminders.context import MailContext
from booking.reminders.timing import News
from clinic.mail.kinds import register_kind


@register_kind
class Moved(News):
    """Told at once."""

    code, label = "moved", gettext_lazy("moved")
    calendar = "REQUEST"

    def context(self, mail: MailContext) -> dict[str, Any]:
        """All appointments of the mail, the intake if it is awaited, and their page."""
        others, manage_url = mail.others(self.code), mail.links.appointment()
        return {
            "appointments": appointment_lines([mail.appointment, *others], mail.practice, mail.links.other),
            "intake_url": mail.links.intake(),
            "manage_url": manage_url,
            "button_url": manage_url,
            "button_label": mail.button_label(several=bool(others)),
        }
