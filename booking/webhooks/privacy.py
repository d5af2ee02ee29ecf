"""What the privacy notice says of webhooks, where there are any."""

from django.utils.translation import gettext as _

from booking.models import WebhookEndpoint
from clinic.legal.facts import register_fact


@register_fact("webhooks")
def webhooks_in_words() -> str:
    """Who is told of appointments, and what; empty where nobody is."""
    hosts = sorted({each.host for each in WebhookEndpoint.objects.kept().filter(active=True)})
    said = _(
        "Programs that work for us at %(hosts)s are told when an appointment is booked, moved, cancelled or has taken "
        "place: which service, when and with whom, and you as a number. Never your name, and nothing about your health."
    )
    return said % {"hosts": ", ".join(hosts)} if hosts else ""
