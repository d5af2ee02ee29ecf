"""Links to one appointment: from the appointment's own page, the done page, and the API's `manage_url`."""

import datetime as dt

from django.utils import timezone

from booking.models import Appointment
from clinic.models import ClientLink, LinkPurpose
from clinic.web.links import mint_link, mint_repeatable_link

# After the appointment the page still says when and where it was.
VALID_AFTER_SESSION = dt.timedelta(days=30)


def link_lifetime(appointment: Appointment) -> dt.timedelta:
    """How long from now a link to this appointment works: until 30 days after the appointment."""
    return appointment.ends_at + VALID_AFTER_SESSION - timezone.now()


def mint_appointment_link(appointment: Appointment) -> str:
    """A new token that opens this appointment's page."""
    return mint_link(purpose=LinkPurpose.APPOINTMENT, subject=appointment.public_id, lasts=link_lifetime(appointment))


def manage_token(appointment: Appointment) -> str:
    """The token of this appointment's `manage_url`: the same when the same request is sent again."""
    return mint_repeatable_link(
        purpose=LinkPurpose.APPOINTMENT, subject=appointment.public_id, lasts=link_lifetime(appointment)
    )


def extend_links(appointment: Appointment) -> None:
    """After a move to a later time, let the links that are out work as long as a new one would."""
    until = timezone.now() + link_lifetime(appointment)
    ClientLink.objects.live().filter(
        purpose=LinkPurpose.APPOINTMENT, subject=appointment.public_id, expires_at__lt=until
    ).update(expires_at=until)
