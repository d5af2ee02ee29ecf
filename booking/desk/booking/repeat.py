"""Repeating an appointment: every date is looked at first, and what was shown is what is booked."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from booking.appointments.access import appointment_for, clients_for, team_only
from booking.appointments.booking_request import BookingRequest
from booking.appointments.safety_questions import safety_questions_for
from booking.appointments.series import SeriesRequest, book_series
from booking.appointments.series_preview import SeriesDate, SeriesPattern, plan_series
from booking.desk.booking import book
from booking.desk.booking.preview_lines import date_rows
from booking.desk.booking.repeat_forms import (
    OPEN_FIELDS,
    RepeatForm,
    carried_fields,
    decisions_from_post,
    preview_fingerprint,
)
from booking.desk.booking.times import add_refusal
from booking.desk.practice.appointment_mails import change_notice
from booking.errors import EmergencyAnswer, NotSuitable, TermsChanged
from booking.models import Appointment, Status, Therapist
from booking.scheduling.terms import terms_in_form, terms_of
from clients.catalogue import current_catalogue
from clients.models import Client, Intake
from clients.record.access_log import note_access
from clinic.errors import Refusal
from clinic.models import AccessEvent
from clinic.web.http import StaffRequest
from clinic.web.post_only import post_only

# Every two weeks, six times: what is asked for most.
USUAL = {"every_weeks": "2", "times": "6"}
THERAPIST_OPEN = ("therapist", "")
RHYTHM = ("every_weeks", "times")


@team_only
@require_safe
def repeat_appointment(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The preview of an appointment that is repeated, that appointment the first."""
    appointment = appointment_for(request.user, public_id)
    local = appointment.starts_at.astimezone(request.practice.zone)
    data = QueryDict(mutable=True)
    data.update(
        {
            **USUAL,
            "key": str(uuid.uuid4()),
            "client": str(appointment.client.public_id),
            "service": appointment.service.slug,
            "therapist": str(appointment.therapist.public_id),
            "day": local.date().isoformat(),
            "start": local.isoformat(),
            "after": str(appointment.public_id),
        }
    )
    data.setlist("add_ons", [part.add_on.slug for part in appointment.added])
    return render_repeat(request, repeat_form(request, data, looking=True), data)


@team_only
@post_only("booking:desk-book")
def repeat_page(request: StaffRequest) -> HttpResponse:
    """The preview of what was typed so far; with the button “book” the series is booked as it was shown."""
    data = request.POST.copy()
    if "repeat" in data:
        # From the booking page: what is missing there is said there.
        once = book.desk_booking_form(request, data)
        if not once.is_valid():
            return book.render_desk_booking(request, once, status=422)
        data.update({name: value for name, value in USUAL.items() if name not in data})
    form = repeat_form(request, data, looking="book" not in data)
    if "book" in data and form.is_valid():
        return book_shown_series(request, form, data)
    return render_repeat(request, form, data, status=422 if "book" in data else 200)


def repeat_form(request: StaffRequest, data: QueryDict, *, looking: bool) -> RepeatForm:
    """The form, with the questions of the catalogue and the file of the client that was picked."""
    client = book.picked_client(request, data.get("client", ""))
    return RepeatForm(
        data,
        looking=looking,
        questions=safety_questions_for(current_catalogue(), region=request.practice.country),
        people=clients_for(request.user),
        practice=request.practice,
        intake=Intake.objects.latest_of(client) if client else None,
    )


def pattern_from_form(request: StaffRequest, form: RepeatForm, therapist: Therapist) -> SeriesPattern:
    """What a valid form repeats."""
    typed = form.cleaned_data
    after = appointment_for(request.user, typed["after"]) if typed["after"] else None
    return SeriesPattern(
        order=form.order,
        therapist=therapist,
        start=form.begins,
        every_weeks=typed["every_weeks"],
        times=typed["times"],
        after=after,
    )


def preview_dates(request: StaffRequest, form: RepeatForm, data: QueryDict) -> tuple[SeriesPattern, list[SeriesDate]]:
    """The dates with the therapist who was named, or with whom most of them are free."""
    typed = form.cleaned_data
    named = [typed["therapist"]] if typed["therapist"] else list(typed["service"].therapists.at_work())
    plans = []
    for therapist in named:
        pattern = pattern_from_form(request, form, therapist)
        turns = plan_series(
            pattern,
            client=form.person(),
            practice=request.practice,
            choices=decisions_from_post(data, *RHYTHM),
            at_once=bool(typed.get("override")),
        )
        plans.append((pattern, turns))
    return min(plans, key=lambda plan: sum(turn.undecided for turn in plan[1]))


def book_shown_series(request: StaffRequest, form: RepeatForm, data: QueryDict) -> HttpResponse:
    """Book what was shown, or show why not."""
    typed, decided = form.cleaned_data, decisions_from_post(data, *RHYTHM)
    first = 2 if typed["after"] else 1
    if not typed["therapist"] or not decided.keys() >= set(range(first, typed["times"] + 1)):
        form.add_error(None, _("Please look at the dates, and say what becomes of each that is marked."))
        return render_repeat(request, form, data, status=422)
    pattern = pattern_from_form(request, form, typed["therapist"])
    try:
        series = book_series(
            SeriesRequest(
                pattern=pattern,
                picks=tuple(pick for pick in decided.values() if pick is not None),
                each=BookingRequest(
                    order=pattern.order,
                    start=pattern.start,
                    therapist=pattern.therapist,
                    client=form.person(),
                    answers=form.answers(),
                    policy_accepted=True,
                    via=Appointment.Via.DESK,
                    practice=request.practice,
                    by=request.user,
                    key=typed["key"],
                    note=typed["note"],
                    shown=terms_in_form(data),
                ),
                reason=typed["override_reason"],
            )
        )
    except (EmergencyAnswer, NotSuitable) as unsafe:
        form.add_error("safety", unsafe.for_team)
        return render_repeat(request, form, data, unsafe=unsafe, status=422)
    except TermsChanged as changed:
        # The service stands on the page before; here its new price does.
        form.add_error(None, changed.for_team)
        return render_repeat(request, form, data, status=422)
    except Refusal as refusal:
        add_refusal(form, refusal, NON_FIELD_ERRORS)
        return render_repeat(request, form, data, status=422)
    note_access(series.client, noun="appointment", action=AccessEvent.Action.CHANGE, user=request.user)
    messages.success(request, series_booked_notice(list(series.appointments.select_related("client"))))
    return redirect("booking:desk-appointment", public_id=series.appointments.order_by("position")[0].public_id)


def series_booked_notice(appointments: list[Appointment]) -> str:
    """What is said once the series is booked."""
    count = len(appointments)
    if any(appointment.status == Status.REQUESTED for appointment in appointments):
        asked = ngettext("Requested: %(count)d appointment.", "Requested: %(count)d appointments.", count) % {
            "count": count
        }
        waits = _("A therapist must say yes to each.")
        return change_notice(appointments, f"{asked} {waits}", _("A mail tells the client that the request is here."))
    done = ngettext("Booked: %(count)d appointment.", "Booked: %(count)d appointments.", count) % {"count": count}
    told = ngettext("One confirmation tells of it.", "One confirmation tells of all of them.", count)
    return change_notice(appointments, done, told)


def render_repeat(
    request: StaffRequest,
    form: RepeatForm,
    data: QueryDict,
    *,
    unsafe: EmergencyAnswer | NotSuitable | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page: each date with what may be chosen, how often, and the safety question."""
    client = book.picked_client(request, data.get("client", ""))
    if client is not None:
        note_access(client, noun="client", action=AccessEvent.Action.VIEW, user=request.user)
    context: dict[str, Any] = {
        "form": form,
        "who": client or " ".join([data.get("first_name", ""), data.get("last_name", "")]).strip(),
        "unsafe": unsafe,
        "is_reached": confirmation_reaches_client(client, data),
        "carried": list(carried_fields(data, (*OPEN_FIELDS, *form.detail_names))),
        **(repeat_dates(request, form, data) if has_enough_for_preview(form) else {}),
    }
    return render(request, "booking/desk/repeat.html", context, status=status)


def confirmation_reaches_client(client: Client | None, data: QueryDict) -> bool:
    """Whether a confirmation would reach whoever it is for: by the address on file, or as typed."""
    return client.is_mailable if client is not None else bool(data.get("email"))


def has_enough_for_preview(form: RepeatForm) -> bool:
    """Whether enough is typed to look at the dates; the safety question has nothing to do with them."""
    form.is_valid()
    return not form.errors.keys() - {"safety", "override_reason", "__all__"}


def repeat_dates(request: StaffRequest, form: RepeatForm, data: QueryDict) -> dict[str, Any]:
    """Everything about the dates."""
    pattern, turns = preview_dates(request, form, data)
    fixed = [("therapist", str(pattern.therapist.public_id))] if not data.get("therapist") else []
    return {
        "pattern": pattern,
        "terms": terms_of(pattern.order, request.practice),
        "rows": date_rows(turns, pattern.therapist, request.practice.zone, out=_("Leave it out")),
        "undecided": sum(turn.undecided for turn in turns),
        "shown": preview_fingerprint(data, *RHYTHM),
        "count": sum(turn.chosen is not None for turn in turns),
        "carried": [each for each in carried_fields(data, (*OPEN_FIELDS, *form.detail_names)) if each != THERAPIST_OPEN]
        + fixed,
    }
