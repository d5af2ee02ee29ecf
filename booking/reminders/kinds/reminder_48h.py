"""Two days ahead: please confirm."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment, Status
from booking.reminders.context import MailContext
from booking.reminders.timing import BeforeStart
from clinic.mail.kinds import register_kind


@register_kind
class Reminder48h(BeforeStart):
    """With a button to confirm."""

    code, label = "reminder-48h", gettext_lazy("reminder to confirm")
    minutes = 2 * 24 * 60
    statuses = frozenset({Status.CONFIRMED})

    def context(self, mail: MailContext) -> dict[str, Any]:
        """The page of the appointment, and the one that confirms it."""
        return {
            "manage_url": mail.links.appointment(),
            "button_url": mail.links.appointment("booking:appointment-confirm"),
            "button_label": _("Confirm your appointment"),
        }

    def unless(self, appointment: Appointment) -> str:
        """Where nobody needs to be asked any more."""
        return "" if appointment.confirmed_by_client_at is None else _("The client has already confirmed.")
