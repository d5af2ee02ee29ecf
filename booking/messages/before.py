"""What is said before a visit."""

from django.utils.translation import gettext as _

from booking.calendar_file import calendar_file
from booking.messages.beside import lines, terms_in_words
from booking.messages.facts import Facts
from booking.messages.links import Links
from booking.messages.message import Message, Unneeded, rendered
from booking.models.appointment import Status
from booking.order import as_booked
from clients.care import Level
from clients.tips import preparation_tips
from clinic.models import MailKind


def confirmation(facts: Facts, links: Links) -> Message:
    """It is booked (or asked for): when, where, the way to change it, the policy, the intake if it is awaited."""
    visit, others = facts.appointment, facts.beside.get(MailKind.CONFIRMATION, ())
    intake_url, manage_url = links.intake(), links.visit()
    words = facts.words(
        MailKind.CONFIRMATION,
        visits=lines([visit, *others], facts.practice, links.other, with_terms=True),
        terms=terms_in_words([visit, *others]),
        intake_url=intake_url,
        manage_url=manage_url,
        policy=visit.policy_text or facts.practice.policy,
        # Said only of what this very booking answered: what the file says besides is told to nobody by mail.
        note=visit.status == Status.REQUESTED
        and visit.screening is not None
        and visit.screening.level == Level.CLEARANCE,
        # The one thing to do: the intake where it is awaited.
        button_url=intake_url or manage_url,
        button_label=_("Fill in the intake") if intake_url else facts.see(several=bool(others)),
    )
    return rendered(
        "confirmation",
        words,
        calendar=calendar_file(visit, facts.practice, method="REQUEST", others=others),
        calendar_method="REQUEST",
    )


def intake_missing(facts: Facts, links: Links) -> Message:
    """Please fill the intake. Raises Unneeded once it is filled."""
    url = links.intake()
    if not url:
        raise Unneeded(_("The intake is filled."))
    words = facts.words(MailKind.INTAKE_MISSING, button_url=url, button_label=_("Fill in the intake"))
    return rendered("intake-missing", words)


def reminder_48(facts: Facts, links: Links) -> Message:
    """Two days ahead: please confirm."""
    manage_url = links.visit()
    words = facts.words(
        MailKind.REMINDER_48,
        manage_url=manage_url,
        button_url=links.visit("booking:visit-confirm"),
        button_label=_("Confirm your appointment"),
    )
    return rendered("reminder-48h", words)


def reminder_24(facts: Facts, links: Links) -> Message:
    """The day before: how to prepare for this kind of massage."""
    visit = facts.appointment
    manage_url = links.visit()
    words = facts.words(
        MailKind.REMINDER_24,
        tips=preparation_tips(as_booked(visit).technique, visit.client, facts.known),
        intake_url=links.intake(),
        manage_url=manage_url,
        button_url=manage_url,
        button_label=facts.see(),
    )
    return rendered("reminder-24h", words)
