"""What the public pages share: the practice's wall time, the services on offer, the gate behind the safety question."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking import flow
from booking.actions import Answers, screen
from booking.errors import Busy, Emergency, NotSuitable, SlotTaken, TermsChanged
from booking.models import AddOn, Service
from booking.order import order_of
from booking.questions import Questions, questions_for
from booking.views.public.wishes import Chosen, is_unoffered
from clients.access import mailbox_of
from clients.catalogue import current as current_catalogue
from clinic import locale
from clinic.errors import Refusal
from clinic.models import Practice
from clinic.throttle import Throttled

P = ParamSpec("P")
STEPS = 4


class ServiceGone(Http404):
    """No service on offer has this slug, or none any more."""

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug


def offered(slug: str) -> Service:
    """The service on offer with this slug. Raises ServiceGone, which is a Http404."""
    found = Service.offered_as(slug)
    if found is None:
        raise ServiceGone(slug)
    return found


def questions_about(service: Service, chosen: Chosen) -> Questions:
    """What is asked before this service may be booked with what is added to it."""
    return questions_for(current_catalogue(), *order_of(service, chosen.add_ons).techniques)


def answers_given(request: HttpRequest, service: Service, chosen: Chosen | None = None) -> Answers | None:
    """The answers this session holds, if they cover all that this service and its add-ons ask."""
    return flow.answers(request, asking=questions_about(service, chosen or Chosen()).slugs)


def choose_again(request: HttpRequest, service: Service, chosen: Chosen) -> HttpResponse | None:
    """Back to the add-ons, where one was named that is not offered (any more). None where all are."""
    if not is_unoffered(request.GET, chosen):
        return None
    response = redirect("booking:add-ons", slug=service.slug)
    response["Location"] += f"?{request.GET.urlencode()}"
    return response


def adding_url(service: Service, chosen: Chosen) -> str:
    """Where add-ons are chosen for this service; empty where it has none."""
    if not chosen.add_ons and not AddOn.objects.offered_with(service).exists():
        return ""
    return reverse("booking:add-ons", args=[service.slug]) + chosen.query()


def detour(request: HttpRequest, service: Service, chosen: Chosen) -> HttpResponse | None:
    """Where to go first: to the add-ons, to the safety question, or to the page that says why not. None: nowhere."""
    if again := choose_again(request, service, chosen) or sign_in_first(request, service):
        return again
    answers = answers_given(request, service, chosen)
    if answers is None:
        return to("booking:service", service, chosen)
    try:
        screen(service, answers, add_ons=chosen.add_ons, start=chosen.start)
    except (Emergency, NotSuitable):
        return to("booking:outcome", service, chosen)
    return None


def sign_in_first(request: HttpRequest, service: Service) -> HttpResponse | None:
    """To the sign-in, for a service of existing clients, whoever asks (I8); None for others, and once signed in."""
    if service.audience != Service.Audience.EXISTING or mailbox_of(request):
        return None
    response = redirect("booking:me-sign-in")
    response["Location"] += "?" + urlencode({"next": request.get_full_path()})
    return response


def ask_again(
    request: HttpRequest, service: Service, chosen: Chosen, typed: Mapping[str, Any], onward: str
) -> HttpResponse:
    """Back to the safety question, because its answers are gone; what was typed into the form `onward` is kept."""
    flow.interrupt(request, typed, onward=onward)
    said = _("We do not have your safety answers any more. Please answer once more; what you typed is kept.")
    messages.info(request, said)
    return to("booking:service", service, chosen)


def to(name: str, service: Service, chosen: Chosen) -> HttpResponse:
    """A redirect to a step of this service's booking, with the choices so far."""
    response = redirect(name, slug=service.slug)
    response["Location"] += chosen.query()
    return response


def is_near(service: Service, start: dt.datetime | None) -> bool:
    """Whether a visit that begins then could not be moved or cancelled online: to be known before it is booked."""
    return start is not None and timezone.now() > service.cutoff(start, Practice.current().cancel_cutoff_hours)


def step(number: int, label: str) -> dict[str, object]:
    """The stones of progress: which step of the booking this is."""
    return {"step": number, "of": STEPS, "label": label}


def day_words(day: dt.date | dt.datetime) -> str:
    """A date as people say it: Friday 27 November; the year only where it is not this one."""
    return locale.current().day(day)


def times_by_day(
    starts: Iterable[dt.datetime], taken_by: Callable[[dt.datetime], dict[str, str]]
) -> list[dict[str, object]]:
    """Free times by day, as includes/time_list.html draws them. What a tap does is the caller's: an `url` to go to, or
    a `value` to send.
    """
    days: dict[dt.date, list[dict[str, object]]] = {}
    for start in sorted(starts):
        local = timezone.localtime(start)
        time = {"starts": start, "label": locale.current().clock(local), **taken_by(start)}
        days.setdefault(local.date(), []).append(time)
    return [{"name": day_words(day), "times": times} for day, times in days.items()]


def as_refused(response: HttpResponse, error: Refusal) -> HttpResponse:
    """A page that shows a refusal, with the status that says the same, and when to try again where that helps."""
    statuses = ((SlotTaken, 409), (TermsChanged, 409), (Busy, 503), (Throttled, 429))
    response.status_code = next((number for kind, number in statuses if isinstance(error, kind)), 422)
    if isinstance(error, Busy | Throttled):
        response["Retry-After"] = str(error.retry_after)
    return response


def zone_words(practice: Practice) -> str:
    """The sentence that names the zone in which times are shown."""
    city = practice.time_zone.rpartition("/")[2].replace("_", " ")
    return _("All times are local time in %(city)s.") % {"city": city}
