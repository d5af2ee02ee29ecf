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
from clinic.kept import Hole, Kept
from clinic.models import Practice

A_DAY = dt.timedelta(days=1)


def weighing() -> QuerySet[Appointment, int]:
    """The question for the visits that weigh on somebody, by key."""
    visits = Appointment.objects.weighing(now=Hole("now"), since=Hole("since"))
    return visits.order_by().values_list("pk", flat=True)


OF_CLIENT = Kept(lambda: weighing().filter(client=Hole("client")))
AT_ADDRESS = Kept(lambda: weighing().filter(client__in=Client.objects.addressed().filter(counted_as=Hole("mailbox"))))


def file_of(client: Person | Client) -> Client | None:
    """The file of whoever books, where there is one already."""
    if isinstance(client, Client):
        return client
    return found(client.first_name, client.last_name, client.email)


def must_have_signed_in(service: Service, *, is_stranger: bool) -> None:
    """Refuse a service for existing clients to whoever has not proved to be one: the same answer for everybody (I8).

    Raises NotForYou.
    """
    if is_stranger and service.audience == Service.Audience.EXISTING:
        said = _(
            "%(service)s is for clients who have been here before. Please sign in with a code by mail, or call us."
        )
        raise NotForYou(said % {"service": service.name})


def let_in(
    client: Client, service: Service, *, known: bool, via: str, practice: Practice, is_stranger: bool, set_aside: bool
) -> str:
    """Refuse who may not book this; return what the team must look at, because a stranger must not be told.

    Whoever types a name is not yet that person, so what their file says is neither refused nor told to them: the
    appointment is requested, as others are. `set_aside`: the desk sets the audience of the service aside. Call it with
    the client's row locked. Raises NotForYou.
    """
    must_leave_room(client, via=via, limit=practice.visits_ahead, is_stranger=is_stranger)
    try:
        must_be_let_in(client, via=via)
        if not set_aside:
            must_be_for(service, client, known=known)
    except NotForYou as refusal:
        if not is_stranger:
            raise
        return refusal.for_team
    return ""


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
        said = _("We cannot book this online for you. Please call us, and we find a time together.")
        raise NotForYou(said, for_team=_("This client may not book online."))


def must_leave_room(client: Client, *, via: str, limit: int, is_stranger: bool = False) -> None:
    """Refuse an address, or a client without one, that has booked `limit` visits online already; 0 is no limit.

    Nobody fills the diary, or a stranger's mailbox with confirmations, by typing. Two files of one address at the same
    moment may pass it by one: it is a dam, no promise. What strangers typed leaves whoever proves the mailbox as many
    again. Raises NotForYou.
    """
    limit *= 1 if is_stranger else 2
    if not limit or via not in Appointment.BY_THEMSELVES:
        return
    now = timezone.now()
    moments = {"now": now, "since": now - A_DAY}
    theirs = (
        AT_ADDRESS(mailbox=client.counted_as, **moments) if client.email else OF_CLIENT(client=client.pk, **moments)
    )
    if len(theirs) >= limit:
        said = _(
            "We cannot take more bookings for this address online. Please sign in with a code by mail, or call us."
        )
        raise NotForYou(said if is_stranger else _("You have many appointments ahead. Please call us to book more."))


def visits_of(client: Client) -> bool:
    """Whether the client has or had a visit that was not cancelled; a time that is only offered is none."""
    return Appointment.objects.filter(client=client).exclude(status__in=[Status.CANCELLED, Status.OFFERED]).exists()
