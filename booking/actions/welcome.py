"""For whom a service is: everyone, those who come for the first time, or those who have been here before."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.actions.wishes import Person
from booking.errors import NotForYou
from booking.models import Appointment, Service
from booking.models.appointment import Status
from clients.actions.files import found
from clients.models import Client
from clinic.identity import at
from clinic.kept import Hole, Kept

A_DAY = dt.timedelta(days=1)


def weighing() -> QuerySet[Appointment, int]:
    """The question for the visits that weigh on somebody, by key."""
    visits = Appointment.objects.weighing(now=Hole("now"), since=Hole("since"))
    return visits.order_by().values_list("pk", flat=True)


OF_CLIENT = Kept(lambda: weighing().filter(client=Hole("client")))
AT_ADDRESS = Kept(
    lambda: weighing().filter(client__in=Client.objects.addressed().filter(at(Hole("address"), "email_key")))
)


def file_of(client: Person | Client) -> Client | None:
    """The file of whoever books, where there is one already."""
    if isinstance(client, Client):
        return client
    return found(client.first_name, client.last_name, client.email)


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
    if not client.online_booking and via in Appointment.BY_THEMSELVES:
        raise NotForYou(_("We cannot book this online for you. Please call us, and we find a time together."))


def must_leave_room(client: Client, *, via: str, limit: int) -> None:
    """Refuse an address, or a client without one, that has booked `limit` visits online already; 0 is no limit.

    Nobody fills the diary, or a stranger's mailbox with confirmations, by typing. Two files of one address at the same
    moment may pass it by one: it is a dam, no promise. Raises NotForYou.
    """
    if not limit or via not in Appointment.BY_THEMSELVES:
        return
    now = timezone.now()
    moments = {"now": now, "since": now - A_DAY}
    theirs = AT_ADDRESS(address=client.email_key, **moments) if client.email else OF_CLIENT(client=client.pk, **moments)
    if len(theirs) >= limit:
        said = _(
            "There are many visits booked with this address already. Please call us to book more: we are glad to see "
            "you, and want to be sure that it is you."
        )
        raise NotForYou(said)


def visits_of(client: Client) -> bool:
    """Whether the client has or had a visit that was not cancelled; a time that is only offered is none."""
    return Appointment.objects.filter(client=client).exclude(status__in=[Status.CANCELLED, Status.OFFERED]).exists()
