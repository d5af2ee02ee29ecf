"""The morning after: what is normal now and what eases it, and the pain by one tap."""

from typing import Any

from django.utils.translation import gettext_lazy

from booking.reminders.context import MailContext
from booking.reminders.kinds.pain_check import pain_scale
from booking.reminders.timing import MorningAfter
from clients.plans.tips import NEXT_DAY
from clinic.mail.kinds import register_kind


@register_kind
class NextDay(MorningAfter):
    """It stands beside the pain check, which comes a day and a half after the session and asks who has not answered.

    Its texts speak of the day after, which the pain check mostly misses: 36 hours after a session it is night.
    """

    code, label = "next-day", gettext_lazy("the morning after")
    minutes = 12 * 60
    personal, length = True, "next_day"

    def context(self, mail: MailContext) -> dict[str, Any]:
        """Texts, and a link for each number."""
        return {
            "tips": mail.advice.texts(NEXT_DAY, at=mail.at),
            **pain_scale(mail.links.pain()),
            "unsubscribe_url": mail.links.stop(),
        }
