"""The day before: how to prepare for this kind of massage."""

from typing import Any

from django.utils.translation import gettext_lazy

from booking.models import Status
from booking.reminders.context import MailContext
from booking.reminders.kind import ReminderKind, Switch
from booking.reminders.links import Links
from booking.reminders.timing import BeforeStart
from booking.scheduling.order import order_as_booked
from clients.plans.tips import preparation_tips
from clinic.mail.kinds import register


def context(mail: MailContext, links: Links) -> dict[str, Any]:
    """What the templates are given."""
    manage_url = links.appointment()
    return {
        "tips": preparation_tips(order_as_booked(mail.appointment).technique, mail.appointment.client, mail.known),
        "intake_url": links.intake(),
        "manage_url": manage_url,
        "button_url": manage_url,
        "button_label": mail.button_label(),
    }


REMINDER_24H = register(
    ReminderKind(
        code="reminder-24h",
        label=gettext_lazy("reminder with preparation"),
        timing=BeforeStart(minutes=24 * 60),
        statuses=frozenset({Status.CONFIRMED}),
        context=context,
        switch=Switch.REMINDERS,
        personal=True,
    )
)
