"""An invitation to come again, at the interval that the therapist named."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.reminders.context import MailContext
from booking.reminders.links import booking_page
from booking.reminders.message import Unneeded
from booking.reminders.timing import AfterSession
from booking.scheduling.order import order_as_booked
from clients.plans.tips import rebook_tips
from clinic.mail.kinds import register_kind


@register_kind
class Rebook(AfterSession):
    """With a link to book the service again."""

    code, label = "rebook", gettext_lazy("time to come again")
    minutes, useful_for, by_interval = 0, dt.timedelta(days=14), True
    personal = True

    def context(self, mail: MailContext) -> dict[str, Any]:
        """Where to book. Raises Unneeded for a client who has booked again."""
        if mail.has_next_appointment:
            raise Unneeded(_("The client has booked again."))
        appointment = mail.appointment
        return {
            "tips": rebook_tips(order_as_booked(appointment).technique, appointment.client, mail.known),
            "button_url": booking_page(appointment.service),
            "button_label": _("Book a time"),
            "unsubscribe_url": mail.links.stop(),
        }
