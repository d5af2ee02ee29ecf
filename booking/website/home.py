"""The practice's first page and its list of services."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from booking.appointments.selection import Selection
from booking.models import AddOn, Service, Therapist
from booking.scheduling import schedule
from booking.scheduling.order import Order
from booking.scheduling.readiness import open_services
from booking.website.common import progress_step
from clinic.models import Practice
from clinic.web.http import HttpRequest

# The first page shows free times of so many kinds of massage, each in one look at the diary.
GROUPS_WITH_TIMES = 3
TIMES_PER_GROUP = 3


@dataclass(frozen=True)
class ServiceGroup:
    """Services of one name: the same massage in different lengths, the first with its words."""

    services: list[Service]

    @property
    def first(self) -> Service:
        """The one that stands for all."""
        return self.services[0]

    @property
    def text(self) -> str:
        """What it is like: the practice's words, else the catalogue's."""
        return self.first.description or str(self.first.technique.text)


def service_groups() -> list[ServiceGroup]:
    """The services on offer, grouped by name, in the practice's order."""
    added = AddOn.objects.filter(active=True, services=OuterRef("pk"))
    services = Service.objects.on_offer().select_related("technique").annotate(has_add_ons=Exists(added))
    return [ServiceGroup(list(members)) for _name, members in groupby(services, key=lambda each: each.name)]


def next_times(kinds_shown: list[ServiceGroup], practice: Practice) -> list[dict[str, object]]:
    """The next free times of the first service of each kind, as links into its booking."""
    lines: list[dict[str, object]] = []
    for kind in kinds_shown[:GROUPS_WITH_TIMES]:
        free = schedule.next_free_times(Order.of(kind.first), limit=TIMES_PER_GROUP)
        if free:
            starts = [Selection(kind.first, each.start) for each in free]
            times = [{"start": each.start, "url": each.url("booking:service")} for each in starts]
            lines.append({"service": kind.first, "times": times})
    return lines


def is_any_service_open(kinds_shown: list[ServiceGroup]) -> bool:
    """Whether anything can be booked online at all; a full diary is another matter."""
    return bool(open_services([service for kind in kinds_shown for service in kind.services]))


def active_therapists() -> list[Therapist]:
    """The therapists who take appointments."""
    return list(Therapist.objects.at_work())


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The practice: what it offers, what is free next, who works there, how to find it."""
    found = service_groups()
    free = next_times(found, request.practice)
    context = {
        "kinds": found,
        "ahead": free,
        "is_open": bool(free) or is_any_service_open(found),
        "therapists": active_therapists(),
    }
    return render(request, "booking/website/home.html", context)


@login_not_required
@require_safe
def services_page(request: HttpRequest) -> HttpResponse:
    """The first step of a booking: which massage, how long."""
    found = service_groups()
    can_book = is_any_service_open(found)
    context = {
        "kinds": found,
        "is_open": can_book,
        "progress": progress_step(1, "") if can_book else None,
        "back_url": reverse("booking:home"),
    }
    return render(request, "booking/website/services.html", context)
