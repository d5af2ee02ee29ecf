"""A few hours after the session: what does good today, the one thing of this week, when to call."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment, SessionNote
from booking.reminders.context import MailContext
from booking.reminders.timing import AfterSession
from clients.plans.tips import AFTER, OneThing
from clinic.mail.kinds import register_kind
from clinic.models import Practice
from clinic.quiet_hours import wall_time


@register_kind
class Aftercare(AfterSession):
    """With a link to the client's plan. What is meant for the day of the session is never said on the next."""

    code, label = "aftercare", gettext_lazy("aftercare")
    minutes, useful_for = 2 * 60, dt.timedelta(days=2)
    personal, length = True, "aftercare"

    def load(self, appointments: Sequence[Appointment]) -> Mapping[int, object]:
        """What the therapist wrote for the client about these sessions."""
        notes = SessionNote.objects.filter(appointment__in=appointments).exclude(for_client="")
        return dict(notes.values_list("appointment", "for_client"))

    def context(self, mail: MailContext) -> dict[str, Any]:
        """Texts for this evening, the one thing, what to call about."""
        advice = mail.advice
        one_thing = advice.one_thing(at=mail.at)
        return {
            "done": mail.loaded.get(self.code, ""),
            "tips": advice.texts(AFTER, at=mail.at) if is_same_day(mail) else [],
            "one_thing": one_thing,
            "one_thing_from": start_in_words(one_thing, mail.at, mail.practice),
            "call": advice.call(),
            "care_url": mail.links.care(),
            "unsubscribe_url": mail.links.stop(),
        }

    def expires(self, mail: MailContext) -> dt.datetime | None:
        """At the end of the day while it holds what is meant for that day."""
        ends = mail.appointment.ends_at.astimezone(mail.practice.zone).date()
        midnight = wall_time(ends + dt.timedelta(days=1), dt.time(), mail.practice.zone)
        return midnight if midnight > mail.at else None


def is_same_day(mail: MailContext) -> bool:
    """Whether it is still the day on which the session ended, where the practice is."""
    zone = mail.practice.zone
    return mail.at.astimezone(zone).date() == mail.appointment.ends_at.astimezone(zone).date()


def start_in_words(thing: OneThing | None, now: dt.datetime, practice: Practice) -> str:
    """From when the one thing may be done, where it has to wait."""
    if thing is None or thing.from_then is None:
        return ""
    begins, today = thing.from_then.astimezone(practice.zone), practice.date_of(now)
    if begins.date() == today:
        return _("From %(time)s today on.") % {"time": practice.formats.clock(begins)}
    if begins.date() == today + dt.timedelta(days=1):
        return _("From tomorrow on.")
    return _("From %(day)s on.") % {"day": practice.formats.day(begins)}
