"""Booking for a client: one page, with or without JavaScript. Health answers travel only in a POST's body (I10)."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from booking import diary
from booking.access import clients_for, note_list, team_only
from booking.actions import book as book_visit
from booking.errors import Emergency, NotSuitable
from booking.forms.desk_book import DeskBookForm
from booking.models import Appointment, Service
from booking.questions import questions_for
from booking.views.desk.clients import found
from booking.views.desk.dates import day_in, wall_in
from booking.views.desk.mails import booked_in_words, telling
from booking.views.desk.moving import refuse, therapist_named
from booking.views.public.wishes import read_add_ons
from clients.actions import note_access
from clients.catalogue import current
from clients.models import Client
from clinic.errors import Refusal
from clinic.http import StaffRequest
from clinic.models import AccessEvent, Practice

# How many clients a search on this page offers to pick from.
PICKS = 8


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: StaffRequest) -> HttpResponse:
    """The page. A POST books; the buttons “search” and “show times” only fill the page further, as typed so far."""
    if request.method != "POST":
        return page(request, form_for(request, initial=initial(request)))
    data = request.POST.copy()
    if "pick" in data:
        data["client"] = str(data["pick"])
    if "instead" in data:
        data["service"], *kept = str(data["instead"]).split() or [""]
        data.setlist("add_ons", kept)
    form = form_for(request, data)
    if "show" in data or "pick" in data:
        return page(request, unjudged(request, data))
    if not form.is_valid():
        return page(request, form, status=422)
    return booked(request, form)


def booked(request: StaffRequest, form: DeskBookForm) -> HttpResponse:
    """Book what a valid form says, or show why not."""
    typed = form.cleaned_data
    refusal: Refusal
    try:
        appointment = book_visit(
            service=typed["service"],
            add_ons=tuple(typed["add_ons"]),
            start=form.begins,
            therapist=typed["therapist"],
            client=form.person(),
            answers=form.answers(),
            policy_accepted=True,
            via=Appointment.Via.DESK,
            by=request.user,
            key=typed["key"],
            note=typed["note"],
            override=form.wish(),
            shown=form.shown(),
        )
    except (Emergency, NotSuitable) as unsafe:
        form.add_error("safety", unsafe.for_team)
        return page(request, form, unsafe=unsafe, status=422)
    except Refusal as refused:
        refusal = refused
    else:
        note_access(appointment.client, noun="visit", action=AccessEvent.Action.CHANGE, user=request.user)
        messages.success(request, telling([appointment], *booked_in_words(appointment)))
        return redirect("booking:desk-visit", public_id=appointment.public_id)
    refuse(form, refusal, "time")
    return page(request, form, status=422)


def initial(request: StaffRequest) -> dict[str, Any]:
    """What the address fills in: client, service, therapist, and a day with or without a wall time."""
    practice = Practice.current()
    asked = request.GET
    wall = wall_in(asked)
    therapist = therapist_named(asked.get("therapist", ""))
    return {
        "key": uuid.uuid4(),
        "client": asked.get("client", "")[:36],
        "service": asked.get("service", ""),
        "add_ons": asked.getlist("add_ons"),
        "therapist": therapist.public_id if therapist else None,
        "day": wall.date() if wall else day_in(asked, practice),
        "time": wall.time() if wall else None,
    }


def form_for(request: StaffRequest, data: QueryDict | None = None, **kwargs: Any) -> DeskBookForm:
    """The form, with the questions of the catalogue and the file of the client that was picked."""
    named = data.get("client", "") if data is not None else kwargs.get("initial", {}).get("client", "")
    client = picked(request, str(named))
    return DeskBookForm(
        data,
        questions=questions_for(current(), ""),
        people=clients_for(request.user),
        intake=client.latest_intake() if client else None,
        **kwargs,
    )


def unjudged(request: StaffRequest, data: QueryDict) -> DeskBookForm:
    """The form as typed so far, without a word about what is still missing."""
    names = DeskBookForm.base_fields
    lists = ("conditions", "red_flags", "add_ons")
    typed = {name: data.getlist(name) if name in lists else data.get(name, "") for name in names}
    return form_for(request, initial=typed)


def picked(request: StaffRequest, public_id: str) -> Client | None:
    """The client's file with this id, where it is one and is theirs to see."""
    try:
        return clients_for(request.user).filter(public_id=uuid.UUID(public_id)).first()
    except ValueError:
        return None


def page(
    request: StaffRequest, form: DeskBookForm, *, unsafe: Emergency | NotSuitable | None = None, status: int = 200
) -> HttpResponse:
    """The page: whoever was found, whoever was picked, and the free times of the day."""
    practice = Practice.current()
    words = request.POST.get("q", "").strip()
    client = picked(request, str(form["client"].value() or ""))
    if client is not None:
        note_access(client, noun="client", action=AccessEvent.Action.VIEW, user=request.user)
    day = day_in(QueryDict(f"day={value_of(form, 'day')}"), practice)
    service = Service.objects.filter(active=True, slug=value_of(form, "service")).first()
    service = service or Service.objects.filter(active=True).first()
    times = free_times(service, form["add_ons"].value() or [], value_of(form, "therapist"), day)
    context = {
        "section": "book",
        "form": form,
        "client": client,
        "q": words,
        "people": found(request, words, PICKS) if words else [],
        "chosen_start": chosen_start(form, times),
        "times": times,
        "unsafe": unsafe,
        "instead": unsafe.instead if isinstance(unsafe, NotSuitable) else None,
    }
    return render(request, "booking/desk/book.html", context, status=status)


def chosen_start(form: DeskBookForm, times: Iterable[diary.FreeTime]) -> str:
    """Which of the free times is ticked: the one that was, or the one that the address names by the clock.

    That one must not stand in the field for another time as well, which would then count whatever is tapped later.
    """
    if form.is_bound:
        return "" if form.has_two_times else value_of(form, "start")
    for each in times:
        local = timezone.localtime(each.start)
        asked = form.initial.get("time")
        if local.time() == asked and local.fold == asked.fold:
            form.initial["time"] = None
            return local.isoformat()
    return value_of(form, "start")


def value_of(form: DeskBookForm, name: str) -> str:
    """A field's value as text, whether typed or given."""
    return str(form[name].value() or "")


def free_times(service: Service | None, add_ons: Sequence[str], therapist: str, day: dt.date) -> list[diary.FreeTime]:
    """The free times of a day for a service with those of the add-ons that go with it; with one therapist or anyone."""
    if service is None:
        return []
    chosen = therapist_named(therapist)
    added = read_add_ons(add_ons, service)
    return diary.month_of(service, first=day, last=day, add_ons=added, therapist=chosen).offers


@team_only
@require_safe
def times(request: StaffRequest) -> HttpResponse:
    """The free times alone, for htmx. Nothing about health is in this address."""
    service = Service.objects.filter(active=True, slug=request.GET.get("service", "")).first()
    day = day_in(request.GET, Practice.current())
    offers = free_times(service, request.GET.getlist("add_ons"), request.GET.get("therapist", ""), day)
    return render(
        request,
        "booking/desk/includes/free_times.html",
        {"times": offers, "chosen_start": request.GET.get("start", "")},
    )


@team_only
@require_safe
def pick(request: StaffRequest) -> HttpResponse:
    """Clients to pick from, for htmx."""
    words = request.GET.get("q", "").strip()
    note_list(request.user, "clients")
    people = found(request, words, PICKS) if words else []
    return render(request, "booking/desk/includes/picks.html", {"people": people, "q": words})
