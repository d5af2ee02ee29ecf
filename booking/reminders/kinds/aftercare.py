"""A few hours after the session: what does good now, the client's own tips where they agreed to them, when to call."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy

from booking.reminders.context import MailContext
from booking.reminders.timing import AfterSession
from booking.scheduling.order import order_as_booked
from clients.plans import tips
from clinic.mail.kinds import register_kind


@register_kind
class Aftercare(AfterSession):
    """With a link to the client's home care."""

    code, label = "aftercare", gettext_lazy("aftercare")
    minutes, useful_for = 2 * 60, dt.timedelta(days=2)
    personal = True

    def context(self, mail: MailContext) -> dict[str, Any]:
        """Tips for all, tips of their own, and what to call about."""
        order, client, known = order_as_booked(mail.appointment), mail.appointment.client, mail.known
        own = tips.personal_tips(client, known, techniques=order.techniques)
        return {
            "tips": tips.aftercare_tips(order.technique, client, known),
            "own_tips": own,
            "own_intro": tips.personal_intro(order.technique) if own else "",
            "care_url": mail.links.care(),
            "warnings": tips.warnings(order.technique, client, known),
            "unsubscribe_url": mail.links.stop(),
        }
