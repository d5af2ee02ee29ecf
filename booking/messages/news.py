"""What is said at once when a visit changes."""

import datetime as dt
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from booking import diary
from booking.calendar_file import calendar_file
from booking.messages.after import booking_page
from booking.messages.beside import lines
from booking.messages.facts import Facts
from booking.messages.links import Links
from booking.messages.message import Message, rendered
from booking.order import as_booked
from clinic.models import MailKind, Practice

TIMES_INSTEAD = 3


def moved(facts: Facts, links: Links) -> Message:
    """The new time, with a calendar file that replaces the old one."""
    visit, others = facts.appointment, facts.beside.get(MailKind.MOVED, ())
    manage_url = links.visit()
    words = facts.words(
        MailKind.MOVED,
        visits=lines([visit, *others], facts.practice, links.other),
        intake_url=links.intake(),
        manage_url=manage_url,
        button_url=manage_url,
        button_label=facts.see(several=bool(others)),
    )
    calendar = calendar_file(visit, facts.practice, method="REQUEST", others=others)
    return rendered("moved", words, calendar=calendar, calendar_method="REQUEST")


def times_instead(facts: Facts) -> list[dict[str, str]]:
    """A few free times near one that we had to cancel, each with its address; none once the service is off."""
    visit = facts.appointment
    if not visit.service.active:
        return []
    page = f"{settings.SITE_URL}{reverse('booking:details', args=[visit.service.slug])}"
    near = diary.alternatives(as_booked(visit), visit.starts_at, limit=TIMES_INSTEAD, practice=facts.practice)
    chosen = [("add_ons", part.add_on.slug) for part in visit.added]
    return [
        {
            "when": in_words(each.start, facts.practice),
            "url": f"{page}?{urlencode([('start', each.start.isoformat()), *chosen])}",
        }
        for each in near
    ]


def in_words(start: dt.datetime, practice: Practice) -> str:
    """Day and time as the practice writes them."""
    local = start.astimezone(practice.zone)
    return f"{practice.formats.day(local)}, {practice.formats.clock(local)}"


def cancelled(facts: Facts, _links: Links) -> Message:
    """It is off, with a calendar file that takes it out."""
    visit, others = facts.appointment, facts.beside.get(MailKind.CANCELLED, ())
    by_us = visit.changed_by_id is not None
    words = facts.words(
        MailKind.CANCELLED,
        by_us=by_us,
        times=times_instead(facts) if by_us and not others else [],
        visits=lines([visit, *others], facts.practice, lambda _visit: ""),
        button_url=booking_page(facts),
        button_label=_("Book another time"),
    )
    calendar = calendar_file(visit, facts.practice, method="CANCEL", others=others)
    return rendered("cancelled", words, calendar=calendar, calendar_method="CANCEL")
