"""The day before: how to prepare for this massage, and whether anything that passes has come up."""

from typing import Any

from django.utils.translation import gettext_lazy

from booking.models import Status
from booking.reminders.combined_lines import terms_in_words
from booking.reminders.context import MailContext
from booking.reminders.timing import BeforeStart
from clients.plans.tips import BEFORE
from clinic.mail.kinds import register_kind


@register_kind
class Reminder24h(BeforeStart):
    """With tips to prepare."""

    code, label = "reminder-24h", gettext_lazy("reminder with preparation")
    minutes = 24 * 60
    statuses = frozenset({Status.CONFIRMED})
    personal, length = True, "reminder"

    def context(self, mail: MailContext) -> dict[str, Any]:
        """Tips, the intake if it is awaited, and the page of the appointment."""
        manage_url = mail.links.appointment()
        return {
            "tips": mail.advice.texts(BEFORE, at=mail.at),
            "terms": terms_in_words([mail.appointment]),
            "intake_url": mail.links.intake(),
            "manage_url": manage_url,
            "button_url": manage_url,
            "button_label": mail.button_label(),
        }
