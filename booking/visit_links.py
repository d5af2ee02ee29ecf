"""Links to one appointment: from the visit's own page, the done page, and the API's `manage_url`."""

import datetime as dt

from django.utils import timezone

from booking.models import Appointment
from clinic.links import mint, mint_repeatable
from clinic.models import ClientLink, LinkPurpose

# After the visit the page still says when and where it was.
AFTERWARDS = dt.timedelta(days=30)


def lasts(appointment: Appointment) -> dt.timedelta:
    """How long from now a link to this appointment works: until 30 days after the visit."""
    return appointment.ends_at + AFTERWARDS - timezone.now()


def mint_visit(appointment: Appointment) -> str:
    """A new token that opens this appointment's page."""
    return mint(purpose=LinkPurpose.VISIT, subject=appointment.public_id, lasts=lasts(appointment))


def api_token(appointment: Appointment) -> str:
    """The token of this appointment's `manage_url`: the same when the same request is sent again."""
    return mint_repeatable(purpose=LinkPurpose.VISIT, subject=appointment.public_id, lasts=lasts(appointment))


def prolong(appointment: Appointment) -> None:
    """After a move to a later time, let the links that are out work as long as a new one would."""
    until = timezone.now() + lasts(appointment)
    ClientLink.objects.live().filter(
        purpose=LinkPurpose.VISIT, subject=appointment.public_id, expires_at__lt=until
    ).update(expires_at=until)
