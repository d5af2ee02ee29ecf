"""Booking for a client: one form, as a page or in the calendar's panel. Health answers travel only in a POST's body
(I10)."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.access import clients_for, log_list_access, team_only
from booking.appointments.book import book_appointment
from booking.appointments.booking_request import BookingRequest
from booking.appointments.foresight import Foresight, foresee
from booking.appointments.rebooking import file_answers, last_order_of
from booking.appointments.safety_form import PLACE_FIELD
from booking.appointments.safety_question_form import FILE
from booking.appointments.safety_questions import safety_questions_for
from booking.appointments.selection import read_add_ons, read_start
from booking.desk.booking.forms import DeskBookForm
from booking.desk.booking.people import details_from_search, people_to_pick, same_day_words
from booking.desk.booking.proposal import column_from_query, moment_from_query, therapist_by_public_id
from booking.desk.booking.times import DayTimes, add_refusal, alternative_buttons, day_times, with_alternative
from booking.desk.booking.undo import BOOKED, done, undo_url, with_undo
from booking.desk.calendar.dates import day_from_query
from booking.desk.practice.appointment_mails import booking_notice, change_notice
from booking.errors import AlternativeTime, EmergencyAnswer, NotSuitable, SlotTaken
from booking.models import Appointment, Service
from booking.scheduling.configuration import current_configuration
from booking.scheduling.order import Order
from booking.scheduling.schedule import FreeTime
from clients.catalogue import current_catalogue
from clients.models import Client, Intake
from clients.record.access_log import note_access
from clinic.country import locale
from clinic.errors import Refusal
from clinic.models import AccessEvent
from clinic.templatetags.moments import short_day_clock
from clinic.web.http import StaffRequest, redirect_saying
from clinic.web.links import uuid_or_none
from clinic.web.post_only import post_only

# The buttons that book nothing: a search, a person, a new client, another service that suits.
ONLY_FILL = {"show", "pick", "new", "suits"}
LISTS = ("conditions", "red_flags", "add_ons")
# Says which service the page chose by itself: where a client is picked, what they had last takes its place.
SERVICE_DEFAULT = "service_default"
# A tap on a calendar means the next time that is free within so much.
NEAR = dt.timedelta(minutes=30)


@team_only
@require_http_methods(["GET", "HEAD", "POST"])
def desk_booking(request: StaffRequest) -> HttpResponse:
    """The form. A POST books; its other buttons (search, new client, show times) only fill it further, as typed."""
    if request.method != "POST":
        return render_desk_booking(request, desk_booking_form(request, initial=initial_values(request)))
    data = with_alternative(request.POST, request.practice).copy()
    if "pick" in data:
        data["client"] = str(data["pick"])
        choose_what_they_had(request, data)
    if other := data.get("instead") or data.get("suits"):
        data["service"], *kept = other.split() or [""]
        data.setlist("add_ons", kept)
    form = desk_booking_form(request, data)
    if "new" in data:
        for name, typed in details_from_search(str(data["new"])).items():
            data[name] = typed
    if data.keys() & ONLY_FILL:
        return render_desk_booking(request, desk_booking_form(request, initial=typed_so_far(data, form.detail_names)))
    if not form.is_valid():
        return render_desk_booking(request, form, status=422)
    return book_from_form(request, form)


def typed_so_far(data: QueryDict, details: Sequence[str]) -> dict[str, Any]:
    """What was typed, as the form begins with it; that the file answers says the file of who is picked now.

    `details` are the fields that the form asks of whoever ticks something.
    """
    typed = {
        name: data.getlist(name) if name in LISTS or name.startswith(PLACE_FIELD) else data.get(name, "")
        for name in (*DeskBookForm.base_fields, *details, SERVICE_DEFAULT)
    }
    return {**typed, "safety": "" if typed["safety"] == FILE else typed["safety"]}


def choose_what_they_had(request: StaffRequest, data: QueryDict) -> None:
    """Choose what a client had last, where nobody has chosen a service yet."""
    client = picked_client(request, data.get("client", ""))
    usual = last_order_of(client) if client and data.get("service", "") == data.get(SERVICE_DEFAULT) else None
    if usual is None:
        return
    data["service"] = data[SERVICE_DEFAULT] = usual.order.service.slug
    data.setlist("add_ons", [each.slug for each in usual.order.add_ons])
    if usual.therapist is not None and not data.get("therapist") and not data.get("start") and not data.get("time"):
        data["therapist"] = str(usual.therapist.public_id)


def book_from_form(request: StaffRequest, form: DeskBookForm) -> HttpResponse:
    """Book what a valid form says, or show why not."""
    typed = form.cleaned_data
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
                room=typed["room"],
                kit=typed.get("kit"),
                override=form.wish(),
                shown=form.shown(),
            )
        )
    except (EmergencyAnswer, NotSuitable) as unsafe:
        form.add_error("safety", unsafe.for_team)
        return render_desk_booking(request, form, unsafe=unsafe, status=422)
    except Refusal as refusal:
        # The panel has a button for each free time; a page without scripts tells them beside the field as well.
        add_refusal(form, refusal, "time", in_words=not request.htmx)
        free = refusal.alternatives if isinstance(refusal, SlotTaken) else ()
        return render_desk_booking(request, form, alternatives=free, status=422)
    return answer_booked(request, appointment)


def answer_booked(request: StaffRequest, appointment: Appointment) -> HttpResponse:
    """Say that it is booked, what the client hears of it, and how it is taken back."""
    note_access(appointment.client, noun="appointment", action=AccessEvent.Action.CHANGE, user=request.user)
    words = change_notice([appointment], *booking_notice(appointment))
    url = reverse("booking:desk-appointment", args=[appointment.public_id])
    undo = undo_url(BOOKED, appointment.public_id)
    if request.htmx:
        return done(words, url, undo=undo)
    return redirect_saying(request, with_undo(words, undo), url)


def initial_values(request: StaffRequest) -> dict[str, Any]:
    """What the address fills in: client, service, column of the calendar, and a day with or without a time."""
    asked, data = request.GET, request.GET.copy()
    start, column = moment_from_query(asked, request.practice), column_from_query(asked)
    data.setdefault("service", "")
    if "service" not in asked and column.kit:
        # Whoever taps in the column of a kit wants what needs it, whatever the client had last.
        data["service"] = needing_kit()
    elif "service" not in asked:
        data[SERVICE_DEFAULT] = ""
        choose_what_they_had(request, data)
    therapist = column.therapist or therapist_by_public_id(data.get("therapist", ""))
    return {
        "key": uuid.uuid4(),
        "client": asked.get("client", "")[:36],
        "service": data["service"],
        SERVICE_DEFAULT: data.get(SERVICE_DEFAULT, ""),
        "add_ons": data.getlist("add_ons"),
        "therapist": therapist.public_id if therapist else None,
        "room": column.room,
        "kit": column.kit,
        **details_from_search(asked.get("new", "")),
        "day": start.date() if start else day_from_query(asked, request.practice),
        "time": start.time().replace(fold=start.fold) if start else None,
    }


def needing_kit() -> str:
    """The slug of the first service that needs a kit; empty where none does."""
    return next((each.slug for each in current_configuration().services_on() if each.needs_kit), "")


def desk_booking_form(request: StaffRequest, data: QueryDict | None = None, **kwargs: Any) -> DeskBookForm:
    """The form, with the questions of the catalogue and the file of the client that was picked."""
    given = data if data is not None else kwargs.get("initial", {})
    client, service = picked_client(request, str(given.get("client", ""))), shown_service(str(given.get("service", "")))
    known = file_answers(client, Order.of(service), request.practice) if client and service else None
    if (initial := kwargs.get("initial")) is not None:
        if service and not initial["service"]:
            initial["service"] = initial[SERVICE_DEFAULT] = service.slug
        if known and not initial.get("safety"):
            initial["safety"] = FILE
    return DeskBookForm(
        data,
        questions=safety_questions_for(current_catalogue(), region=request.practice.country),
        people=clients_for(request.user),
        practice=request.practice,
        intake=Intake.objects.latest_of(client) if client else None,
        on_file=known,
        **kwargs,
    )


def shown_service(slug: str) -> Service | None:
    """The service that is chosen, or the first where none is."""
    offered = Service.objects.filter(active=True)
    return (offered.filter(slug=slug).first() if slug and "\x00" not in slug else None) or offered.first()


def picked_client(request: StaffRequest, public_id: str) -> Client | None:
    """The client's file with this id, where it is one and is theirs to see."""
    key = uuid_or_none(public_id)
    return clients_for(request.user).filter(public_id=key).first() if key else None


def render_desk_booking(
    request: StaffRequest,
    form: DeskBookForm,
    *,
    unsafe: EmergencyAnswer | NotSuitable | None = None,
    alternatives: Sequence[AlternativeTime] = (),
    status: int = 200,
) -> HttpResponse:
    """The form as a page or for the panel: whoever was found, whoever was picked, and the free times of the day."""
    is_new = "new" in request.POST or "new" in request.GET
    words = "" if is_new else request.POST.get("q", "").strip()
    client = picked_client(request, str(form["client"].value() or ""))
    if client is not None:
        note_access(client, noun="client", action=AccessEvent.Action.VIEW, user=request.user)
    times = times_of_form(request, form)
    start = chosen_start(form, times.offers)
    context = {
        "form": form,
        "client": client,
        "q": words,
        "people": [] if client or is_new else people_to_pick(request, words),
        "is_new": is_new,
        "chosen_start": start,
        "chosen_words": chosen_words(start, times.offers, times.minutes),
        "times": times.offers,
        "same_day": same_day_words(client, times.day),
        "time_note": note_of_time(form, times, start),
        "alternatives": alternative_buttons(alternatives, times.therapist),
        "unsafe": unsafe,
        "foresight": Foresight(refusal=unsafe) if unsafe else foresight_of(request, form, client, start),
        "instead": unsafe.instead if isinstance(unsafe, NotSuitable) else None,
        "known_names": known_names(request, form),
        "service_default": form.data.get(SERVICE_DEFAULT, "") or form.initial.get(SERVICE_DEFAULT, ""),
        "switch_query": request.GET.urlencode() if "start" in request.GET else "",
    }
    page = "booking/desk/includes/booking_form.html" if request.htmx else "booking/desk/booking.html"
    return render(request, page, context, status=status)


def foresight_of(request: StaffRequest, form: DeskBookForm, client: Client | None, start: str) -> Foresight | None:
    """What booking what is chosen so far will come to; at noon of the day while no time is chosen."""
    service = shown_service(field_value(form, "service"))
    day = day_from_query(QueryDict(f"day={field_value(form, 'day')}"), request.practice)
    noon = dt.datetime.combine(day, dt.time(12), request.practice.zone)
    chosen = read_start(start) if start else None
    if service is None:
        return None
    return foresee(
        Order.of(service, read_add_ons(form["add_ons"].value() or [], service)),
        form.answers_so_far(),
        client=client,
        start=chosen if chosen and timezone.localdate(chosen) == day else noon,
        therapist=therapist_by_public_id(field_value(form, "therapist")),
        practice=request.practice,
    )


@team_only
@post_only("booking:desk-book")
def desk_foresight(request: StaffRequest) -> HttpResponse:
    """What booking it will come to, for htmx: sent anew whenever something in the form changes.

    Writes nothing but the access log.
    """
    form = desk_booking_form(request, request.POST)
    client = picked_client(request, request.POST.get("client", ""))
    if client is not None:
        note_access(client, noun="client", action=AccessEvent.Action.VIEW, user=request.user)
    foresight = foresight_of(request, form, client, field_value(form, "start"))
    return render(request, "booking/desk/includes/foresight.html", {"form": form, "foresight": foresight})


@team_only
@post_only("booking:desk-book")
def files_alike(request: StaffRequest) -> HttpResponse:
    """Whose file a new client may have already, for htmx, as they are typed. Writes nothing but the access log."""
    form = desk_booking_form(request, request.POST)
    form.is_valid()  # What is missing or wrong elsewhere is not asked about here.
    if form.duplicates or form.same_contact:
        log_list_access(request.user, "clients")
    return render(request, "booking/desk/includes/alike.html", {"form": form})


def note_of_time(form: DeskBookForm, times: DayTimes, start: str) -> str:
    """Why the time that was tapped, or chosen for another service, cannot be had; empty where it can, or once it was
    said beside its field."""
    if form.is_bound or chosen_words(start, times.offers, times.minutes):
        return ""
    return times.why_not(read_start(start) if start else form.initial.get("time"))


def known_names(request: StaffRequest, form: DeskBookForm) -> list[str]:
    """What the file says that the page need not ask, in words."""
    if form.on_file is None or not form.file_is_enough:
        return []
    return form.on_file.answers.names(request.practice) or [_("nothing that speaks against a massage")]


def times_of_form(request: StaffRequest, form: DeskBookForm) -> DayTimes:
    """The free times of what a form names so far."""
    day = day_from_query(QueryDict(f"day={field_value(form, 'day')}"), request.practice)
    service = shown_service(field_value(form, "service"))
    return free_times_of_day(service, form["add_ons"].value() or [], field_value(form, "therapist"), day)


def chosen_start(form: DeskBookForm, times: Iterable[FreeTime]) -> str:
    """Which of the free times is ticked: the one that was, or the one that the address names by the clock.

    That one must not stand in the field for another time as well, which would then count whatever is tapped later.
    Where the time that was tapped is not free to the minute, the next that is within half an hour is meant.
    """
    starts = [timezone.localtime(each.start) for each in times]
    if form.is_bound:
        return "" if form.has_two_times else field_value(form, "start")
    asked, day = form.initial.get("time"), form.initial.get("day")
    if isinstance(asked, dt.time) and isinstance(day, dt.date):
        tapped = dt.datetime.combine(day, asked, timezone.get_current_timezone())
        for local in starts:
            if dt.timedelta() <= local.astimezone(dt.UTC) - tapped.astimezone(dt.UTC) < NEAR:
                form.initial["time"] = None
                return local.isoformat()
    return field_value(form, "start")


def chosen_words(start: str, times: Iterable[FreeTime], minutes: int) -> str:
    """From when until when it is, where a free time is chosen: “Tue Dec 1, 2:00 PM – 3:00 PM”."""
    for each in times:
        local = timezone.localtime(each.start)
        if local.isoformat() == start:
            ends = timezone.localtime(each.start + dt.timedelta(minutes=minutes))
            return f"{short_day_clock(local)} – {locale.current_formats().clock(ends)}"
    return ""


def field_value(form: DeskBookForm, name: str) -> str:
    """A field's value as text, whether typed or given."""
    return str(form[name].value() or "")


def free_times_of_day(service: Service | None, add_ons: Sequence[str], therapist: str, day: dt.date) -> DayTimes:
    """The free times of a day for a service with those of the add-ons that go with it; with one therapist or anyone."""
    order = Order.of(service, read_add_ons(add_ons, service)) if service else None
    return day_times(order, therapist_by_public_id(therapist), day)


@team_only
@require_safe
def desk_times(request: StaffRequest) -> HttpResponse:
    """The free times alone, for htmx. Nothing about health is in this address."""
    service = Service.objects.filter(active=True, slug=request.GET.get("service", "")).first()
    day, therapist = day_from_query(request.GET, request.practice), request.GET.get("therapist", "")
    times = free_times_of_day(service, request.GET.getlist("add_ons"), therapist, day)
    start = request.GET.get("start", "")
    words = chosen_words(start, times.offers, times.minutes)
    lost = bool(start) and not words
    gone = _("The time that was chosen is not free any more for this: please choose again.") if lost else ""
    context = {
        "times": times.offers,
        "same_day": same_day_words(picked_client(request, request.GET.get("client", "")), day),
        "chosen_start": start,
        "chosen_words": words,
        "time_note": " ".join(filter(None, [gone, times.why_not(read_start(start)) if gone else ""])),
    }
    return render(request, "booking/desk/includes/times_changed.html", context)


@team_only
@require_safe
def client_picks(request: StaffRequest) -> HttpResponse:
    """Clients to pick from, for htmx."""
    words = request.GET.get("q", "").strip()
    log_list_access(request.user, "clients")
    context = {"people": people_to_pick(request, words), "q": words}
    return render(request, "booking/desk/includes/client_picks.html", context)
