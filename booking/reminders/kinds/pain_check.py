"""A day and a half after the session: one number, one tap. A number opens a page with it chosen; nothing is stored
before that is sent."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment
from booking.reminders.context import MailContext
from booking.reminders.message import Unneeded
from booking.reminders.timing import AfterSession
from clients.models import PainScore
from clinic.mail.kinds import register_kind


@register_kind
class PainCheck(AfterSession):
    """It follows the switch for tips."""

    code, label = "pain-check", gettext_lazy("how is the pain?")
    minutes, useful_for = 36 * 60, dt.timedelta(days=3)

    def load(self, appointments: Sequence[Appointment]) -> Mapping[int, object]:
        """The appointments after which the client has given their number."""
        keys = {each.public_id: each.pk for each in appointments}
        given = PainScore.objects.filter(appointment__in=keys, moment=PainScore.Moment.LATER)
        return {keys[found]: True for found in given.values_list("appointment", flat=True) if found is not None}

    def context(self, mail: MailContext) -> dict[str, Any]:
        """A link for each number. Raises Unneeded where the morning's mail was answered."""
        if mail.loaded.get(self.code):
            raise Unneeded(_("The client has said how the pain is."))
        return {**pain_scale(mail.links.pain()), "unsubscribe_url": mail.links.stop()}


def pain_scale(url: str) -> dict[str, Any]:
    """The address of the question about the pain, and one for each number."""
    return {"pain_url": url, "scale": [{"number": number, "url": f"{url}?n={number}"} for number in range(11)]}
