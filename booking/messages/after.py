"""What is said after a session that took place."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.messages.facts import Facts
from booking.messages.links import Links, one_click
from booking.messages.message import Message, Unneeded, rendered
from booking.order import as_booked
from clients import tips
from clinic.models import MailKind


def aftercare(facts: Facts, links: Links) -> Message:
    """A few hours later: what does good now, the client's own tips where they agreed to them, when to call us."""
    visit = facts.appointment
    order, client, known = as_booked(visit), visit.client, facts.known
    technique = order.technique
    stop_url = links.stop()
    own, care_url = tips.personal_tips(client, known, techniques=order.techniques), links.care()
    words = facts.words(
        MailKind.AFTERCARE,
        tips=tips.aftercare_tips(technique, client, known),
        own_tips=own,
        own_intro=tips.personal_intro(technique) if own else "",
        care_url=care_url,
        warnings=tips.warnings(technique, client, known),
        unsubscribe_url=stop_url,
    )
    return rendered("aftercare", words, headers=one_click(stop_url))


def pain_check(facts: Facts, links: Links) -> Message:
    """A day and a half later: one number, one tap. A number opens a page with it chosen; nothing is stored before."""
    url, stop_url = links.pain(), links.stop()
    scale = [{"number": number, "url": f"{url}?n={number}"} for number in range(11)]
    words = facts.words(MailKind.PAIN_CHECK, scale=scale, pain_url=url, unsubscribe_url=stop_url)
    return rendered("pain-check", words, headers=one_click(stop_url))


def rebook(facts: Facts, links: Links) -> Message:
    """At the interval that the therapist named. Raises Unneeded for a client who has booked again."""
    if facts.comes_again:
        raise Unneeded(_("The client has booked again."))
    visit = facts.appointment
    stop_url = links.stop()
    words = facts.words(
        MailKind.REBOOK,
        tips=tips.rebook_tips(as_booked(visit).technique, visit.client, facts.known),
        button_url=booking_page(facts),
        button_label=_("Book a time"),
        unsubscribe_url=stop_url,
    )
    return rendered("rebook", words, headers=one_click(stop_url))


def booking_page(facts: Facts) -> str:
    """Where the same service is booked; the list of services where it is no longer on offer."""
    service = facts.appointment.service
    path = reverse("booking:service", args=[service.slug]) if service.active else reverse("booking:book")
    return f"{settings.SITE_URL}{path}"
