"""The new time of an appointment, with a calendar file that replaces the old one."""

from typing import Any

from django.utils.translation import gettext_lazy

from booking.reminders.calendar_links import calendar_links
from booking.reminders.combined_lines import appointment_lines, terms_in_words
from booking.reminders.context import MailContext
from booking.reminders.timing import News
from clinic.mail.kinds import register_kind

LEAD_TO_NEW_TIME = gettext_lazy("Or add the new time by hand, and delete the old entry:")
# By whether the mail tells of several appointments.
TEXTS = {
    False: {
        "heading": gettext_lazy("Your appointment has changed"),
        "opening": gettext_lazy("Your appointment has changed. This is how it stands now:"),
        "calendar_note": gettext_lazy("The attached calendar file replaces the earlier one."),
    },
    True: {
        "heading": gettext_lazy("Your appointments have changed"),
        "opening": gettext_lazy("Your appointments have changed. This is how they stand now:"),
        "calendar_note": gettext_lazy("The attached calendar file replaces the earlier ones."),
    },
}


@register_kind
class Moved(News):
    """Told at once."""

    code, label = "moved", gettext_lazy("moved")
    calendar = "REQUEST"

    def context(self, mail: MailContext) -> dict[str, Any]:
        """All appointments of the mail, the intake if it is awaited, and their page."""
        others, manage_url = mail.others(self.code), mail.links.appointment()
        told = [mail.appointment, *others]
        return {
            **TEXTS[bool(others)],
            "appointments": appointment_lines(told, mail.practice, mail.links.other, with_terms=True),
            "terms": terms_in_words(told),
            "calendar_lead": LEAD_TO_NEW_TIME,
            "calendars": [] if others else calendar_links(mail.appointment, mail.practice),
            "intake_url": mail.links.intake(),
            "manage_url": manage_url,
            "button_url": manage_url,
            "button_label": mail.button_label(several=bool(others)),
        }
