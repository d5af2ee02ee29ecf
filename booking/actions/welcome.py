"""For whom a service is: everyone, those who come for the first time, or those who have been here before."""

from django.utils.translation import gettext as _

from booking.actions.wishes import Person
from booking.errors import NotForYou
from booking.models import Appointment, Service
from booking.models.appointment import Status
from clients.actions.files import found
from clients.models import Client

# Through what a client comes without anybody of the team.
BY_THEMSELVES = (Appointment.Via.WEB, Appointment.Via.API)


def file_of(client: Person | Client) -> Client | None:
    """The file of whoever books, where there is one already."""
    if isinstance(client, Client):
        return client
    first_name, last_name = " ".join(client.first_name.split()), " ".join(client.last_name.split())
    return found(first_name, last_name, client.email.strip().lower())


def must_be_for(service: Service, client: Client, *, known: bool) -> None:
    """Refuse a service that is not for this client. Raises NotForYou.

    Call it with the client's row locked, so that two first visits at once are not both the first. `known` says whether
    there was a file before this booking. A cancelled visit makes nobody an old client.
    """
    name = {"service": service.name}
    if service.audience == Service.Audience.EXISTING and not known:
        said = _("%(service)s is for clients who have been here before. Please choose another service, or call us.")
        raise NotForYou(said % name, for_team=_("%(service)s is for clients who have been here before.") % name)
    if service.audience == Service.Audience.NEW and visits_of(client):
        said = _("%(service)s is for a first visit. We are glad that you come again: please choose another service.")
        for_team = _("%(service)s is for a first visit, and this client has been here before.")
        raise NotForYou(said % name, for_team=for_team % name)


def must_be_let_in(client: Client, *, via: str) -> None:
    """Refuse who may not book online, wherever a client books by themselves. Raises NotForYou."""
    if not client.online_booking and via in BY_THEMSELVES:
        raise NotForYou(_("We cannot book this online for you. Please call us, and we find a time together."))


def visits_of(client: Client) -> bool:
    """Whether the client has or had a visit that was not cancelled; a time that is only offered is none."""
    return Appointment.objects.filter(client=client).exclude(status__in=[Status.CANCELLED, Status.OFFERED]).exists()
