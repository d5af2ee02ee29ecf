"""An invitation to come again, at the interval that the therapist named."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Status
from booking.reminders.context import MailContext
from booking.reminders.kind import ReminderKind, Switch
from booking.reminders.links import Links, booking_page
from booking.reminders.message import Unneeded
from booking.reminders.timing import AfterSession
from booking.scheduling.order import order_as_booked
from clients.plans.tips import rebook_tips
from clinic.mail.kinds import register


def context(mail: MailContext, links: Links) -> dict[str, Any]:
    """What the templates are given. Raises Unneeded for a client who has booked again."""
    if mail.has_next_appointment:
        raise Unneeded(_("The client has booked again."))
    appointment = mail.appointment
    return {
        "tips": rebook_tips(order_as_booked(appointment).technique, appointment.client, mail.known),
        "button_url": booking_page(appointment.service),
        "button_label": _("Book a time"),
        "unsubscribe_url": links.stop(),
    }


REBOOK = register(
    ReminderKind(
        code="rebook",
        label=gettext_lazy("time to come again"),
        timing=AfterSession(minutes=0, useful_for=dt.timedelta(days=14)),
        statuses=frozenset({Status.COMPLETED}),
        wrong_status=gettext_lazy("The session did not take place."),
        context=context,
        switch=Switch.TIPS,
        by_interval=True,
        personal=True,
    )
)
