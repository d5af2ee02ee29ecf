"""A few hours after the session: what does good now, the client's own tips where they agreed to them, when to call."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy

from booking.models import Status
from booking.reminders.context import MailContext
from booking.reminders.kind import ReminderKind, Switch
from booking.reminders.links import Links
from booking.reminders.timing import AfterSession
from booking.scheduling.order import order_as_booked
from clients.plans import tips
from clinic.mail.kinds import register


def context(mail: MailContext, links: Links) -> dict[str, Any]:
    """What the templates are given."""
    order, client, known = order_as_booked(mail.appointment), mail.appointment.client, mail.known
    own = tips.personal_tips(client, known, techniques=order.techniques)
    return {
        "tips": tips.aftercare_tips(order.technique, client, known),
        "own_tips": own,
        "own_intro": tips.personal_intro(order.technique) if own else "",
        "care_url": links.care(),
        "warnings": tips.warnings(order.technique, client, known),
        "unsubscribe_url": links.stop(),
    }


AFTERCARE = register(
    ReminderKind(
        code="aftercare",
        label=gettext_lazy("aftercare"),
        timing=AfterSession(minutes=2 * 60, useful_for=dt.timedelta(days=2)),
        statuses=frozenset({Status.COMPLETED}),
        wrong_status=gettext_lazy("The session did not take place."),
        context=context,
        switch=Switch.TIPS,
        personal=True,
    )
)
