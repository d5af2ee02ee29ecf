"""What someone on the waitlist is told: that they are on it, and that a time opened. Neutral, with one link."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.messages.facts import Facts, house_of
from booking.messages.links import VISIT_LASTS, Links
from booking.messages.message import Message, greeting_name, rendered
from booking.models import WaitlistEntry
from clinic.links import address, mint
from clinic.models import LinkPurpose, MailKind, Practice

# What a preview says of a visit that nobody was offered.
SAMPLE_HOLD = dt.timedelta(days=1)


def offered(facts: Facts, links: Links) -> Message:
    """A time opened and is held: when, with whom, until when, and the page with yes and no."""
    visit, offer = facts.appointment, facts.offer
    until = offer.held_until if offer else visit.starts_at - SAMPLE_HOLD
    local = until.astimezone(facts.practice.zone)
    words = facts.words(
        MailKind.WAITLIST,
        held_day=facts.practice.formats.day(local),
        held_time=facts.practice.formats.clock(local),
        last=offer is not None and offer.last,
        button_url=links.waitlist(),
        button_label=_("Answer now"),
    )
    return rendered("waitlist", words)


def joined(entry: WaitlistEntry, practice: Practice, *, again: bool) -> Message:
    """You are on the waitlist: what for, which days and hours, and the link to change that. Mints the link."""
    ends = dt.datetime.combine(entry.last_date, dt.time.max, practice.zone)
    lasts = ends + VISIT_LASTS - timezone.now()
    token = mint(purpose=LinkPurpose.WAITLIST, subject=entry.public_id, lasts=lasts, by_mail=True)
    words = {
        "practice": house_of(practice),
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
        "button_url": address("booking:waitlist", token),
        "button_label": _("See or change it"),
    }
    return rendered("waitlist-joined", words)
