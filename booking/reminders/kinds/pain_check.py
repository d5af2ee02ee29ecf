"""A day and a half after the session: one number, one tap. It opens a page with the number chosen; nothing is stored
before that is sent."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy

from booking.models import Status
from booking.reminders.context import MailContext
from booking.reminders.kind import ReminderKind, Switch
from booking.reminders.links import Links
from booking.reminders.timing import AfterSession
from clinic.mail.kinds import register


def context(mail: MailContext, links: Links) -> dict[str, Any]:
    """What the templates are given."""
    url = links.pain()
    scale = [{"number": number, "url": f"{url}?n={number}"} for number in range(11)]
    return {"scale": scale, "pain_url": url, "unsubscribe_url": links.stop()}


PAIN_CHECK = register(
    ReminderKind(
        code="pain-check",
        label=gettext_lazy("how is the pain?"),
        timing=AfterSession(minutes=36 * 60, useful_for=dt.timedelta(days=3)),
        statuses=frozenset({Status.COMPLETED}),
        wrong_status=gettext_lazy("The session did not take place."),
        context=context,
        # It follows the switch for tips.
        switch=Switch.TIPS,
    )
)
