"""What someone on the waitlist is told: that they are on it, and that a time is offered. Neutral, with one link."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment, Status, WaitlistEntry, WaitlistOffer
from booking.reminders.context import MailContext
from booking.reminders.kind import Recipient, ReminderKind, Topic, TopicKind
from booking.reminders.links import APPOINTMENT_LASTS, link_end
from booking.reminders.message import Message, greeting_name, render_message
from booking.reminders.timing import STOPS
from clinic.mail.kinds import register_kind
from clinic.models import LinkPurpose, Practice
from clinic.web.links import link_url, mint_link

# What a preview says of a time that nobody was offered.
SAMPLE_HOLD = dt.timedelta(days=1)


@register_kind
class TimeOpened(ReminderKind):
    """A time opened and is held: when, with whom, until when, and the page with yes and no."""

    code, label = "waitlist", gettext_lazy("a time is offered")
    statuses, wrong_status = frozenset({Status.OFFERED}), gettext_lazy("The time is not held any more.")
    held_by = STOPS

    def context(self, mail: MailContext) -> dict[str, Any]:
        """Until when the time is held, and where to answer."""
        offer = mail.loaded.get(self.code)
        assert offer is None or isinstance(offer, WaitlistOffer)  # noqa: S101  loaded below
        until = offer.held_until if offer else mail.appointment.starts_at - SAMPLE_HOLD
        local, formats = until.astimezone(mail.practice.zone), mail.practice.formats
        entry, lasts = offer.entry.public_id if offer else uuid.uuid4(), link_end(mail.appointment) + APPOINTMENT_LASTS
        return {
            "held_day": formats.day(local),
            "held_time": formats.clock(local),
            "last": offer is not None and offer.last,
            "button_url": mail.links.to("booking:waitlist", LinkPurpose.WAITLIST, entry, until=lasts),
            "button_label": _("Answer now"),
        }

    def load(self, appointments: Sequence[Appointment]) -> Mapping[int, WaitlistOffer]:
        """The offers of those that are only held; no query where there are none."""
        held = [each.pk for each in appointments if each.status == Status.OFFERED]
        found = WaitlistOffer.objects.select_related("entry").filter(appointment__in=held) if held else ()
        return {offer.appointment_id: offer for offer in found}


@register_kind
class WaitlistJoined(TopicKind):
    """They are on the list: what for, and the page to change it. Untrue once they wait no more."""

    code, label = "waitlist-joined", gettext_lazy("on the waitlist")
    has_topics = True

    def recipients(self, topics: Collection[Topic]) -> Mapping[Topic, Recipient]:
        """Of entries that are on the waitlist."""
        rows = WaitlistEntry.objects.live().filter(public_id__in={topic[0] for topic in topics})
        waiting = {str(row.public_id): Recipient(row.client) for row in rows.select_related("client")}
        return {topic: waiting[topic[0]] for topic in topics if topic[0] in waiting}


def joined(entry: WaitlistEntry, practice: Practice, *, again: bool) -> Message:
    """You are on the waitlist: what for, which days and hours, and the link to change that. Mints the link."""
    ends = dt.datetime.combine(entry.last_date, dt.time.max, practice.zone)
    lasts = ends + APPOINTMENT_LASTS - timezone.now()
    token = mint_link(purpose=LinkPurpose.WAITLIST, subject=entry.public_id, lasts=lasts, by_mail=True)
    words = {
        "practice": practice,
        "first_name": greeting_name(entry.client.called),
        "service": entry.service.name,
        "minutes": entry.service.minutes,
        "therapist": entry.therapist.name if entry.therapist else "",
        "days": entry.days_in_words,
        "from_time": practice.formats.clock(entry.from_time),
        "until_time": practice.formats.clock(entry.until_time),
        "first": practice.formats.month_day(entry.first_date),
        "last": practice.formats.month_day(entry.last_date),
        "again": again,
        "button_url": link_url("booking:waitlist", token),
        "button_label": _("See or change it"),
    }
    return render_message(WaitlistJoined.code, words)
