"""Whom somebody books for: found as one types, and before that who was here last."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.access import appointments_for, clients_for
from booking.desk.clients.search import search_clients
from booking.models import AHEAD, BOOKED, Appointment
from clients.models import Client
from clinic.country import locale
from clinic.web.http import StaffRequest

# The characters of a telephone number, as somebody types one into the search box.
PHONE = frozenset("0123456789+()-/. ")
# How many clients a search on this page offers to pick from.
MOST_PICKS = 8
MOST_RECENT = 6
# How many appointments are looked through for them: some clients come twice a week.
LOOKED_THROUGH = 40


def people_to_pick(request: StaffRequest, words: str) -> list[Client]:
    """The clients that a search finds; without words, who was here last, the latest first."""
    return search_clients(request, words, MOST_PICKS) if words else recent_clients(request)


def details_from_search(words: str) -> dict[str, str]:
    """What was searched for in vain, as the fields of a new client: an e-mail, a phone, or a name; empty for none."""
    words = words.strip()
    if "@" in words:
        return {"email": words}
    if words and set(words) <= PHONE:
        return {"phone": words}
    last, comma, first = words.partition(",")
    if not comma:
        first, _space, last = words.rpartition(" ")
    return {"first_name": first.strip(), "last_name": last.strip()}


def same_day_words(client: Client | None, day: dt.date) -> str:
    """That a client comes on a local day already, and when; empty where they do not."""
    if client is None:
        return ""
    begins = dt.datetime.combine(day, dt.time(), timezone.get_current_timezone())
    ends = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), timezone.get_current_timezone())
    theirs = Appointment.objects.filter(client=client, status__in=AHEAD, starts_at__gte=begins, starts_at__lt=ends)
    starts = theirs.order_by("starts_at").values_list("starts_at", flat=True)
    clocks = [locale.current_formats().clock(timezone.localtime(each)) for each in starts]
    if not clocks:
        return ""
    return _("%(client)s also comes at %(times)s that day.") % {"client": client, "times": ", ".join(clocks)}


def recent_clients(request: StaffRequest) -> list[Client]:
    """Who was here last: they stand at the counter, or have just called."""
    latest = appointments_for(request.user).filter(status__in=BOOKED, starts_at__lt=timezone.now())
    keys = latest.order_by("-starts_at").values_list("client_id", flat=True)[:LOOKED_THROUGH]
    found = clients_for(request.user).in_bulk(dict.fromkeys(keys))
    return [found[key] for key in dict.fromkeys(keys) if key in found][:MOST_RECENT]
