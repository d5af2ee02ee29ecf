"""An invitation to come again, at the interval that the therapist named."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment, SessionNote
from booking.reminders.context import MailContext
from booking.reminders.links import booking_page
from booking.reminders.message import Unneeded
from booking.reminders.timing import AfterSession
from clients.plans.tips import REBOOK
from clinic.mail.kinds import register_kind


@register_kind
class Rebook(AfterSession):
    """With a link to book the same again, at the interval."""

    code, label = "rebook", gettext_lazy("time to come again")
    minutes, useful_for, by_interval = 0, dt.timedelta(days=14), True
    personal = True

    def load(self, appointments: Sequence[Appointment]) -> Mapping[int, object]:
        """In how many weeks the therapists want to see them again."""
        notes = SessionNote.objects.filter(appointment__in=appointments, rebook_weeks__gt=0)
        return dict(notes.values_list("appointment", "rebook_weeks"))

    def context(self, mail: MailContext) -> dict[str, Any]:
        """Where to book. Raises Unneeded for a client who has booked again."""
        if mail.has_next_appointment:
            raise Unneeded(_("The client has booked again."))
        appointment, weeks = mail.appointment, mail.loaded.get(self.code)
        came = appointment.starts_at.astimezone(mail.practice.zone).date()
        again = booking_page(
            appointment.service,
            therapist=appointment.therapist,
            add_ons=(part.add_on for part in appointment.added),
            day=came + dt.timedelta(weeks=weeks) if isinstance(weeks, int) else None,
        )
        return {
            "tips": mail.advice.texts(REBOOK, at=mail.at),
            "button_url": again,
            "button_label": _("Book a time"),
            "unsubscribe_url": mail.links.stop(),
        }
