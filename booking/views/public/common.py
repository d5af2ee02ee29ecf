"""What the public pages share: the practice's wall time, the services on offer, the gate behind the safety question."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking import flow
from booking.actions import Answers, screen
from booking.errors import Emergency, NotSuitable
from booking.models import Service
from booking.questions import questions_for
from booking.views.public.wishes import Chosen
from clients.catalogue import current as current_catalogue
from clinic.models import Practice

P = ParamSpec("P")
STEPS = 4


def in_practice_time(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Render a page with every time in the practice's zone, wherever the server stands."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with timezone.override(Practice.current().zone):
            return view(request, *args, **kwargs)

    return wrapped


def offered(slug: str) -> Service:
    """The service on offer with this slug. Raises Http404."""
    found = Service.objects.on_offer().select_related("technique").filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def answers_given(request: HttpRequest, service: Service) -> Answers | None:
    """The answers this session holds, if they cover all that this service asks."""
    return flow.answers(request, asking=questions_for(current_catalogue(), service.technique.slug).slugs)


def detour(request: HttpRequest, service: Service, chosen: Chosen) -> HttpResponse | None:
    """Where to go first: to the safety question, or to the page that says why not. None where the way is free."""
    answers = answers_given(request, service)
    if answers is None:
        return to("booking:service", service, chosen)
    try:
        screen(service, answers)
    except (Emergency, NotSuitable):
        return to("booking:outcome", service, chosen)
    return None


def to(name: str, service: Service, chosen: Chosen) -> HttpResponse:
    """A redirect to a step of this service's booking, with the choices so far."""
    response = redirect(name, slug=service.slug)
    response["Location"] += chosen.query()
    return response


def step(number: int, label: str) -> dict[str, object]:
    """The stones of progress: which step of the booking this is."""
    return {"step": number, "of": STEPS, "label": label}


def day_words(day: dt.date | dt.datetime) -> str:
    """A date as people say it: Friday 27 November; the year only where it is not this one."""
    from django.utils.formats import date_format

    this_year = timezone.localdate().year
    return date_format(day, "l j F" if day.year == this_year else "l j F Y")


def zone_words(practice: Practice) -> str:
    """The sentence that names the zone in which times are shown."""
    city = practice.time_zone.rpartition("/")[2].replace("_", " ")
    return _("All times are local time in %(city)s.") % {"city": city}
