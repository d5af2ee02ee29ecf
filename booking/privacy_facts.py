"""What the privacy notice says of the therapists' own calendars and of programs, where any is read or told."""

from django.utils.translation import gettext as _

from booking.models import PrivateCalendar, WebhookEndpoint
from clinic.legal.facts import register_fact


@register_fact("private_calendars")
def private_calendars_in_words() -> str:
    """What is taken from them, and that nothing goes there; empty where none is read."""
    if not PrivateCalendar.objects.read_now().exists():
        return ""
    return _(
        "Our therapists keep calendars of their own elsewhere. We read from them when they are busy, and nothing else; "
        "nothing about you goes there."
    )


@register_fact("webhooks")
def webhooks_in_words() -> str:
    """Who is told of appointments, and what; empty where nobody is."""
    hosts = sorted({each.host for each in WebhookEndpoint.objects.kept().filter(active=True)})
    said = _(
        "Programs that work for us at %(hosts)s are told when an appointment is booked, moved, cancelled or has taken "
        "place: which service, when and with whom, and you as a number. Never your name, and nothing about your health."
    )
    return said % {"hosts": ", ".join(hosts)} if hosts else ""
