"""The practice's first page and its list of services."""

from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.selection import Selection
from booking.models import AddOn, Service, Therapist
from booking.scheduling import schedule
from booking.scheduling.configuration import Configuration, current_configuration
from booking.scheduling.order import Order
from booking.scheduling.schedule import open_services
from booking.website.common import progress_step, service_text
from booking.website.opening_hours import closures_ahead, hours_lines, open_days, staffed_hours
from booking.website.structured_data import as_script, business_data
from clinic.models import Practice
from clinic.pictures.shown import ShownPicture, ShownPictures, current_pictures
from clinic.web.http import HttpRequest
from clinic.web.search_engines import may_be_found

# The first page shows free times of so many kinds of massage, each in one look at the diary.
GROUPS_WITH_TIMES = 3
TIMES_PER_GROUP = 3


@dataclass(frozen=True)
class ServiceGroup:
    """Services of one name: the same massage in different lengths, the first with its words."""

    services: list[Service]
    text: str

    @property
    def first(self) -> Service:
        """The one that stands for all."""
        return self.services[0]


@dataclass(frozen=True)
class TeamMember:
    """Somebody who works here, as the first page shows them."""

    therapist: Therapist
    portrait: ShownPicture | None
    gives: list[str]


def service_groups(practice: Practice) -> list[ServiceGroup]:
    """The services that can be booked, grouped by name, in the practice's order."""
    added = AddOn.objects.filter(active=True, services=OuterRef("pk"))
    services = list(Service.objects.on_offer().annotate(has_add_ons=Exists(added)))
    bookable = open_services(services)
    shown = (each for each in services if each.pk in bookable)
    groups = (list(members) for _name, members in groupby(shown, key=lambda each: each.name))
    return [ServiceGroup(members, service_text(members[0], practice)) for members in groups]


def next_times(kinds_shown: list[ServiceGroup], practice: Practice) -> list[dict[str, object]]:
    """The next free times of the first service of each kind, those of its first such day, as links into its booking."""
    lines: list[dict[str, object]] = []
    for kind in kinds_shown[:GROUPS_WITH_TIMES]:
        free = schedule.next_free_times(Order.of(kind.first), limit=TIMES_PER_GROUP)
        if free:
            day = practice.date_of(free[0].start)
            same_day = [each for each in free if practice.date_of(each.start) == day]
            starts = [Selection(kind.first, each.start) for each in same_day]
            times = [{"start": each.start, "url": each.url("booking:service")} for each in starts]
            lines.append({"service": kind.first, "day": free[0].start, "times": times})
    return lines


def team(configuration: Configuration, pictures: ShownPictures) -> list[TeamMember]:
    """Who can be booked, with their faces and what they give."""
    on = {each.pk: each.name for each in configuration.services_on()}
    return [
        TeamMember(
            therapist := each.row.instance(),
            pictures.portraits.get(therapist.public_id),
            list(dict.fromkeys(name for key, name in on.items() if key in each.services)),
        )
        for each in configuration.therapists.values()
        if each.can_be_chosen
    ]


def description(practice: Practice, kinds_shown: list[ServiceGroup]) -> str:
    """What search engines and messengers show under the page's title."""
    if practice.tagline:
        return practice.tagline
    names = ", ".join(kind.first.name for kind in kinds_shown[:4])
    where = practice.city or practice.name
    said = _("Massage in %(place)s. Book online: %(services)s.") if names else _("Massage in %(place)s.")
    return said % {"place": where, "services": names}


@login_not_required
@may_be_found
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The practice as a place: how it looks, what it offers, what is free next, who works there, when and where."""
    practice, configuration, pictures = request.practice, current_configuration(), current_pictures()
    found = service_groups(practice)
    free = next_times(found, practice)
    today = timezone.localdate(timezone=practice.zone)
    order = [weekday for weekday, _name in practice.formats.weekdays()]
    days = open_days(staffed_hours(configuration, today), order)
    services = [service for kind in found for service in kind.services]
    context = {
        "kinds": found,
        "ahead": free,
        "is_open": bool(found),
        "team": team(configuration, pictures),
        "wide": pictures.wide,
        "page_url": f"{settings.SITE_URL}/",
        "site_url": settings.SITE_URL,
        "description": description(practice, found),
        "hours": hours_lines(days, practice.formats),
        "closures": closures_ahead(configuration, today),
        "structured_data": as_script(business_data(practice, services, days, pictures)),
    }
    return render(request, "booking/website/home.html", context)


@login_not_required
@may_be_found
@require_safe
def services_page(request: HttpRequest) -> HttpResponse:
    """The first step of a booking: which massage, how long."""
    found = service_groups(request.practice)
    context = {
        "kinds": found,
        "is_open": bool(found),
        "progress": progress_step(1, "") if found else None,
        "back_url": reverse("booking:home"),
    }
    return render(request, "booking/website/services.html", context)
