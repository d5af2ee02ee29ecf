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

from booking.appointments.access import clients_for, log_list_access, team_only
from booking.appointments.book import book_appointment
from booking.appointments.booking_request import BookingRequest
from booking.appointments.safety_questions import safety_questions_for
from booking.appointments.selection import read_add_ons
from booking.desk.booking.forms import DeskBookForm
from booking.desk.booking.move import add_refusal, therapist_by_public_id
from booking.desk.calendar.dates import day_from_query, wall_time_from_query
from booking.desk.clients.file import search_clients
from booking.desk.practice.appointment_mails import booking_notice, change_notice
from booking.errors import EmergencyAnswer, NotSuitable
from booking.models import Appointment, Service
from booking.scheduling import schedule
from booking.scheduling.order import Order
from clients.catalogue import current_catalogue
from clients.models import Client, Intake
from clients.record.access_log import note_access
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice
from clinic.web.http import StaffRequest

# How many clients a search on this page offers to pick from.
MOST_PICKS = 8


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def desk_booking(request: StaffRequest) -> HttpResponse:
    """The page. A POST books; the buttons “search” and “show times” only fill the page further, as typed so far."""
    if request.method != "POST":
        return render_desk_booking(request, desk_booking_form(request, initial=initial_values(request)))
    data = request.POST.copy()
    if "pick" in data:
        data["client"] = str(data["pick"])
    if "instead" in data:
        data["service"], *kept = str(data["instead"]).split() or [""]
        data.setlist("add_ons", kept)
    form = desk_booking_form(request, data)
    if "show" in data or "pick" in data:
        return render_desk_booking(request, form_without_errors(request, data))
    if not form.is_valid():
        return render_desk_booking(request, form, status=422)
    return book_from_form(request, form)


def book_from_form(request: StaffRequest, form: DeskBookForm) -> HttpResponse:
    """Book what a valid form says, or show why not."""
    typed = form.cleaned_data
    refusal: Refusal
    try:
        appointment = book_appointment(
            BookingRequest(
                order=form.order,
                start=form.begins,
                therapist=typed["therapist"],
                client=form.person(),
                answers=form.answers(),
                policy_accepted=True,
                via=Appointment.Via.DESK,
                practice=request.practice,
                by=request.user,
                key=typed["key"],
                note=typed["note"],
                override=form.wish(),
                shown=form.shown(),
            )
        )
    except (EmergencyAnswer, NotSuitable) as unsafe:
        form.add_error("safety", unsafe.for_team)
        return render_desk_booking(request, form, unsafe=unsafe, status=422)
    except Refusal as refused:
        refusal = refused
    else:
        note_access(appointment.client, noun="appointment", action=AccessEvent.Action.CHANGE, user=request.user)
        messages.success(request, change_notice([appointment], *booking_notice(appointment)))
        return redirect("booking:desk-appointment", public_id=appointment.public_id)
    add_refusal(form, refusal, "time")
    return render_desk_booking(request, form, status=422)


def initial_values(request: StaffRequest) -> dict[str, Any]:
    """What the address fills in: client, service, therapist, and a day with or without a wall time."""
    asked = request.GET
    wall = wall_time_from_query(asked)
    therapist = therapist_by_public_id(asked.get("therapist", ""))
    return {
        "key": uuid.uuid4(),
        "client": asked.get("client", "")[:36],
        "service": asked.get("service", ""),
        "add_ons": asked.getlist("add_ons"),
        "therapist": therapist.public_id if therapist else None,
        "day": wall.date() if wall else day_from_query(asked, request.practice),
        "time": wall.time() if wall else None,
    }


def desk_booking_form(request: StaffRequest, data: QueryDict | None = None, **kwargs: Any) -> DeskBookForm:
    """The form, with the questions of the catalogue and the file of the client that was picked."""
    named = data.get("client", "") if data is not None else kwargs.get("initial", {}).get("client", "")
    client = picked_client(request, str(named))
    return DeskBookForm(
        data,
        questions=safety_questions_for(current_catalogue(), ""),
        people=clients_for(request.user),
        currency=request.practice.currency,
        intake=Intake.objects.latest_of(client) if client else None,
        **kwargs,
    )


def form_without_errors(request: StaffRequest, data: QueryDict) -> DeskBookForm:
    """The form as typed so far, without a word about what is still missing."""
    names = DeskBookForm.base_fields
    lists = ("conditions", "red_flags", "add_ons")
    typed = {name: data.getlist(name) if name in lists else data.get(name, "") for name in names}
    return desk_booking_form(request, initial=typed)


def picked_client(request: StaffRequest, public_id: str) -> Client | None:
    """The client's file with this id, where it is one and is theirs to see."""
    try:
        return clients_for(request.user).filter(public_id=uuid.UUID(public_id)).first()
    except ValueError:
        return None


def render_desk_booking(
    request: StaffRequest, form: DeskBookForm, *, unsafe: EmergencyAnswer | NotSuitable | None = None, status: int = 200
) -> HttpResponse:
    """The page: whoever was found, whoever was picked, and the free times of the day."""
    words = request.POST.get("q", "").strip()
    client = picked_client(request, str(form["client"].value() or ""))
    if client is not None:
        note_access(client, noun="client", action=AccessEvent.Action.VIEW, user=request.user)
    day = day_from_query(QueryDict(f"day={field_value(form, 'day')}"), request.practice)
    service = Service.objects.filter(active=True, slug=field_value(form, "service")).first()
    service = service or Service.objects.filter(active=True).first()
    added, therapist = form["add_ons"].value() or [], field_value(form, "therapist")
    times = free_times_of_day(service, added, therapist, day, request.practice)
    context = {
        "section": "book",
        "form": form,
        "client": client,
        "q": words,
        "people": search_clients(request, words, MOST_PICKS) if words else [],
        "chosen_start": chosen_start(form, times),
        "times": times,
        "unsafe": unsafe,
        "instead": unsafe.instead if isinstance(unsafe, NotSuitable) else None,
    }
    return render(request, "booking/desk/booking.html", context, status=status)


def chosen_start(form: DeskBookForm, times: Iterable[schedule.FreeTime]) -> str:
    """Which of the free times is ticked: the one that was, or the one that the address names by the clock.

    That one must not stand in the field for another time as well, which would then count whatever is tapped later.
    """
    if form.is_bound:
        return "" if form.has_two_times else field_value(form, "start")
    for each in times:
        local = timezone.localtime(each.start)
        asked = form.initial.get("time")
        if local.time() == asked and local.fold == asked.fold:
            form.initial["time"] = None
            return local.isoformat()
    return field_value(form, "start")


def field_value(form: DeskBookForm, name: str) -> str:
    """A field's value as text, whether typed or given."""
    return str(form[name].value() or "")


def free_times_of_day(
    service: Service | None, add_ons: Sequence[str], therapist: str, day: dt.date, practice: Practice
) -> list[schedule.FreeTime]:
    """The free times of a day for a service with those of the add-ons that go with it; with one therapist or anyone."""
    if service is None:
        return []
    order = Order.of(service, read_add_ons(add_ons, service))
    return schedule.month_of(order, first=day, last=day, therapist=therapist_by_public_id(therapist)).offers


@team_only
@require_safe
def desk_times(request: StaffRequest) -> HttpResponse:
    """The free times alone, for htmx. Nothing about health is in this address."""
    service = Service.objects.filter(active=True, slug=request.GET.get("service", "")).first()
    day, therapist = day_from_query(request.GET, request.practice), request.GET.get("therapist", "")
    offers = free_times_of_day(service, request.GET.getlist("add_ons"), therapist, day, request.practice)
    return render(
        request,
        "booking/desk/includes/free_times.html",
        {"times": offers, "chosen_start": request.GET.get("start", "")},
    )


@team_only
@require_safe
def client_picks(request: StaffRequest) -> HttpResponse:
    """Clients to pick from, for htmx."""
    words = request.GET.get("q", "").strip()
    log_list_access(request.user, "clients")
    people = search_clients(request, words, MOST_PICKS) if words else []
    return render(request, "booking/desk/includes/client_picks.html", {"people": people, "q": words})
