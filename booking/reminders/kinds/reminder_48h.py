"""Two days ahead: please confirm."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment, Status
from booking.reminders.context import MailContext
from booking.reminders.kind import ReminderKind, Switch
from booking.reminders.links import Links
from booking.reminders.timing import BeforeStart
from clinic.mail.kinds import register


def context(mail: MailContext, links: Links) -> dict[str, Any]:
    """What the templates are given."""
    return {
        "manage_url": links.appointment(),
        "button_url": links.appointment("booking:appointment-confirm"),
        "button_label": _("Confirm your appointment"),
    }


def confirmed(appointment: Appointment) -> str:
    """That nobody needs to be asked any more."""
    return "" if appointment.confirmed_by_client_at is None else _("The client has already confirmed.")


REMINDER_48H = register(
    ReminderKind(
        code="reminder-48h",
        label=gettext_lazy("reminder to confirm"),
        timing=BeforeStart(minutes=2 * 24 * 60),
        statuses=frozenset({Status.CONFIRMED}),
        context=context,
        switch=Switch.REMINDERS,
        unless=confirmed,
    )
)
