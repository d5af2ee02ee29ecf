"""What the public pages share: the practice's wall time, the services on offer, the gate behind the safety question."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.forms import FOR_OTHER
from booking.appointments.safety_questions import SafetyQuestions, safety_questions_for
from booking.appointments.screening import SafetyAnswers, screen_order
from booking.appointments.selection import Selection, has_unoffered_add_on
from booking.errors import EmergencyAnswer, NotSuitable, SlotTaken, TemporarilyBusy, TermsChanged
from booking.models import AddOn, Service
from booking.scheduling.configuration import current_configuration
from booking.website import booking_session
from clients.catalogue import current_catalogue
from clients.catalogue.texts import client_text
from clients.record.access import mailbox_of
from clinic.country import locale
from clinic.errors import Refusal
from clinic.models import Practice
from clinic.web.http import HttpRequest
from clinic.web.throttle import Throttled

BOOKING_STEPS = 4
# Says in an address and in a form for whom the safety question is answered.
WHOM, FOR_ME = "for", "me"


class ServiceGone(Http404):
    """No service on offer has this slug, or none any more."""

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug


def offered_service(slug: str) -> Service:
    """The service on offer with this slug. Raises ServiceGone, which is a Http404."""
    found = current_configuration().service_on_offer(slug)
    if found is None:
        raise ServiceGone(slug)
    return found


def questions_for_choice(selection: Selection, practice: Practice) -> SafetyQuestions:
    """What is asked before this service may be booked with what is added to it."""
    return safety_questions_for(current_catalogue(), *selection.order.judged_items, region=practice.country)


def answers_in_session(request: HttpRequest, selection: Selection) -> SafetyAnswers | None:
    """The answers this session holds, if they cover all that this service and its add-ons ask."""
    asking = questions_for_choice(selection, request.practice).slugs
    return booking_session.valid_answers(request, asking=asking)


def back_to_add_ons(request: HttpRequest, selection: Selection) -> HttpResponse | None:
    """Back to the add-ons, where one was named that is not offered (any more). None where all are."""
    if not has_unoffered_add_on(request.GET, selection):
        return None
    response = redirect("booking:add-ons", slug=selection.service.slug)
    response["Location"] += f"?{request.GET.urlencode()}"
    return response


def service_text(service: Service, practice: Practice) -> str:
    """What a service is like: the practice's words, else the catalogue's."""
    technique = current_catalogue().index.techniques.get(service.technique)
    return service.description or (client_text(technique.text, practice) if technique else "")


def add_ons_url(selection: Selection) -> str:
    """Where add-ons are chosen for this service; empty where it has none."""
    if not selection.add_ons and not AddOn.objects.offered_with(selection.service).exists():
        return ""
    return selection.url("booking:add-ons")


def required_step(request: HttpRequest, selection: Selection, answers: SafetyAnswers | None) -> HttpResponse | None:
    """Where to go first: to the add-ons, to the safety question, or to the page that says why not. None: nowhere.

    `answers` are those of `answers_in_session`.
    """
    if again := back_to_add_ons(request, selection) or sign_in_redirect(request, selection.service):
        return again
    if answers is None:
        return redirect_to_step("booking:service", selection)
    try:
        screen_order(selection.order, answers, start=selection.start, practice=request.practice)
    except (EmergencyAnswer, NotSuitable):
        return redirect_to_step("booking:safety-outcome", selection)
    return None


def sign_in_redirect(request: HttpRequest, service: Service) -> HttpResponse | None:
    """To the sign-in, for a service of existing clients, whoever asks (I8); None for others, and once signed in."""
    if service.audience != Service.Audience.EXISTING or mailbox_of(request):
        return None
    response = redirect("booking:me-sign-in")
    response["Location"] += "?" + urlencode({"next": request.get_full_path()})
    return response


def back_to_safety_question(
    request: HttpRequest, selection: Selection, typed: Mapping[str, Any], onward: str, *, for_other: bool = False
) -> HttpResponse:
    """Back to the safety question, because its answers are gone or another person's; what was typed into the form
    `onward` is kept. `for_other`: the form is about somebody else than who books."""
    booking_session.store_interruption(request, typed, onward=onward)
    said = _("We do not have your safety answers any more. Please answer once more; what you typed is kept.")
    messages.info(request, said)
    if for_other or booking_session.is_for_other(request):
        return redirect(safety_url(selection, for_other=for_other))
    return redirect_to_step("booking:service", selection)


def safety_url(selection: Selection, *, for_other: bool) -> str:
    """The address of the safety question for who books, or for somebody else."""
    return selection.url("booking:service", **{WHOM: FOR_OTHER if for_other else FOR_ME})


def redirect_to_step(name: str, selection: Selection) -> HttpResponse:
    """A redirect to a step of this service's booking, with the choices so far."""
    return redirect(selection.url(name))


def is_past_cutoff(service: Service, start: dt.datetime | None, practice: Practice) -> bool:
    """Whether one that begins then could not be moved or cancelled online, to be known before booking."""
    return start is not None and service.is_past_cutoff(start, practice, timezone.now())


def progress_step(number: int, label: str) -> dict[str, object]:
    """The stones of progress: which step of the booking this is."""
    return {"step": number, "of": BOOKING_STEPS, "label": label}


def day_label(day: dt.date | dt.datetime) -> str:
    """A date as people say it: Friday 27 November; the year only where it is not this one."""
    return locale.current_formats().day(day)


def clock_label(moment: dt.datetime) -> str:
    """A moment as the practice's clock shows it."""
    return locale.current_formats().clock(timezone.localtime(moment))


def times_by_day(
    starts: Iterable[dt.datetime], taken_by: Callable[[dt.datetime], dict[str, str]]
) -> list[dict[str, object]]:
    """Free times by day, as includes/time_list.html draws them. What a tap does is the caller's: an `url` to go to, or
    a `value` to send.
    """
    days: dict[dt.date, list[dict[str, object]]] = {}
    for start in sorted(starts):
        time = {"starts": start, "label": clock_label(start), **taken_by(start)}
        days.setdefault(timezone.localtime(start).date(), []).append(time)
    return [{"name": day_label(day), "times": times} for day, times in days.items()]


def with_refusal_status(response: HttpResponse, error: Refusal) -> HttpResponse:
    """A page that shows a refusal, with the status that says the same, and when to try again where that helps."""
    statuses = ((SlotTaken, 409), (TermsChanged, 409), (TemporarilyBusy, 503), (Throttled, 429))
    response.status_code = next((number for kind, number in statuses if isinstance(error, kind)), 422)
    if isinstance(error, TemporarilyBusy | Throttled):
        response["Retry-After"] = str(error.retry_after)
    return response


def time_zone_note(practice: Practice) -> str:
    """The sentence that names the zone in which times are shown."""
    city = practice.time_zone.rpartition("/")[2].replace("_", " ")
    return _("All times are local time in %(city)s.") % {"city": city}
