"""Who may book: for whom a service is, how much one address may book, and where a therapist must look first."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.booking_request import BookingRequest
from booking.appointments.known_health import suitability_by_intake
from booking.errors import NotEligible
from booking.models import Appointment, Service, Status
from clients.intake.screening import ScreeningResult
from clients.models import Client, Intake
from clinic.models import Practice

BOOKINGS_WINDOW = dt.timedelta(days=1)


def check_eligibility(
    client: Client,
    service: Service,
    *,
    known: bool,
    via: str,
    practice: Practice,
    is_stranger: bool,
    ignores_audience: bool = False,
) -> str:
    """Refuse who may not book this; return what the team must look at, because a stranger must not be told.

    Whoever types a name is not yet that person, so what their file says is neither refused nor told to them: the
    appointment is requested, as others are. `ignores_audience`: the desk sets the audience of the service aside. Call
    it with the client's row locked. Raises NotEligible.
    """
    must_be_within_limit(client, via=via, practice=practice, is_stranger=is_stranger)
    try:
        must_be_allowed_online(client, via=via)
        if not ignores_audience:
            must_match_audience(service, client, known=known)
    except NotEligible as refusal:
        if not is_stranger:
            raise
        return refusal.for_team
    return ""


def first_status(
    request: BookingRequest, client: Client, latest: Intake | None, screened: ScreeningResult, doubt: str = ""
) -> Status:
    """Confirmed, or requested where a therapist must look first.

    That is so where the answers ask for a doctor's note, where the newest intake says more than the answers did, and
    where another file is perhaps of the same person. The client is not told which, because whoever types a name is not
    yet that person.
    """
    if doubt or screened.asks_for_note or request.only_requested:
        return Status.REQUESTED
    duplicates = list(Client.objects.likely_duplicates_of(client))
    # The desk was asked on its form whether it is another file's person: there only what speaks against it counts.
    if duplicates and request.via in Appointment.SELF_SERVICE:
        return Status.REQUESTED
    filed = [latest, *(Intake.objects.latest_of(each) for each in duplicates)]
    unsure = any(
        suitability_by_intake(each, request.order, request.start, request.practice).prevents_session
        for each in filed
        if each is not None
    )
    return Status.REQUESTED if unsure else Status.CONFIRMED


def must_match_audience(service: Service, client: Client, *, known: bool) -> None:
    """Refuse a service that is not for this client. Raises NotEligible.

    Call it with the client's row locked, so that two first appointments at once are not both the first. `known` says
    whether there was a file before this booking. A cancelled appointment makes nobody an old client.
    """
    name = {"service": service.name}
    if service.audience == Service.Audience.EXISTING and not known:
        said = _("%(service)s is for clients who have been here before. Please choose another service, or call us.")
        raise NotEligible(said % name, for_team=_("%(service)s is for clients who have been here before.") % name)
    if service.audience == Service.Audience.NEW and has_been_here(client):
        said = _("%(service)s is for a first visit. We are glad that you come again: please choose another service.")
        for_team = _("%(service)s is for a first visit, and this client has been here before.")
        raise NotEligible(said % name, for_team=for_team % name)


def must_be_allowed_online(client: Client, *, via: str) -> None:
    """Refuse who may not book online, wherever a client books by themselves. Raises NotEligible."""
    if not client.may_book_online and via in Appointment.SELF_SERVICE:
        said = _("We cannot book this online for you. Please call us, and we find a time together.")
        raise NotEligible(said, for_team=_("This client may not book online."))


def must_be_within_limit(
    client: Client, *, via: str, practice: Practice, is_stranger: bool, leaving_out: Appointment | None = None
) -> None:
    """Refuse an address, or a client without one, that has booked as many appointments online as the practice lets.

    Nobody fills the diary, or a stranger's mailbox with confirmations, by typing. Two files of one address at the same
    moment may pass it by one: it is a dam, no promise. What strangers typed leaves whoever proves the mailbox as many
    again. `leaving_out` is an appointment that is to stand again and was counted before. Raises NotEligible.
    """
    limit = practice.appointments_ahead * (1 if is_stranger else 2)
    if not limit or via not in Appointment.SELF_SERVICE:
        return
    now = timezone.now()
    counting_toward_limit = Appointment.objects.counting_toward_limit(now=now, since=now - BOOKINGS_WINDOW)
    if leaving_out is not None:
        counting_toward_limit = counting_toward_limit.exclude(pk=leaving_out.pk)
    if client.email:
        theirs = counting_toward_limit.filter(
            client__in=Client.objects.addressed().filter(counting_key=client.counting_key)
        )
    else:
        theirs = counting_toward_limit.filter(client=client)
    if theirs.count() >= limit:
        said = _(
            "We cannot take more bookings for this address online. Please sign in with a code by mail, or call us."
        )
        raise NotEligible(said if is_stranger else _("You have many appointments ahead. Please call us to book more."))


def has_been_here(client: Client) -> bool:
    """Whether the client has or had an appointment that was not cancelled; a time that is only offered is none."""
    return Appointment.objects.filter(client=client).exclude(status__in=[Status.CANCELLED, Status.OFFERED]).exists()
