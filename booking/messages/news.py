"""What is said at once when a visit changes."""

from django.utils.translation import gettext as _

from booking.calendar_file import calendar_file
from booking.messages.after import booking_page
from booking.messages.beside import lines
from booking.messages.facts import Facts
from booking.messages.links import Links
from booking.messages.message import Message, rendered
from clinic.models import MailKind


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


def cancelled(facts: Facts, _links: Links) -> Message:
    """It is off, with a calendar file that takes it out."""
    visit, others = facts.appointment, facts.beside.get(MailKind.CANCELLED, ())
    words = facts.words(
        MailKind.CANCELLED,
        visits=lines([visit, *others], facts.practice, lambda _visit: ""),
        button_url=booking_page(facts),
        button_label=_("Book another time"),
    )
    calendar = calendar_file(visit, facts.practice, method="CANCEL", others=others)
    return rendered("cancelled", words, calendar=calendar, calendar_method="CANCEL")
