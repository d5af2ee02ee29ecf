"""A day and a half after the session: one number, one tap. A number opens a page with it chosen; nothing is stored
before that is sent."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy

from booking.reminders.context import MailContext
from booking.reminders.timing import AfterSession
from clinic.mail.kinds import register_kind


@register_kind
class PainCheck(AfterSession):
    """It follows the switch for tips."""

    code, label = "pain-check", gettext_lazy("how is the pain?")
    minutes, useful_for = 36 * 60, dt.timedelta(days=3)

    def context(self, mail: MailContext) -> dict[str, Any]:
        """A link for each number."""
        url = mail.links.pain()
        scale = [{"number": number, "url": f"{url}?n={number}"} for number in range(11)]
        return {"scale": scale, "pain_url": url, "unsubscribe_url": mail.links.stop()}
