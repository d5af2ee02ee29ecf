"""Repeating a visit: every date is looked at first, and what was shown is what is booked."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from booking.access import appointment_for, clients_for, team_only
from booking.actions import book_series, plan_series
from booking.actions.previewing import Pattern, Turn
from booking.errors import Emergency, NotSuitable, TermsChanged
from booking.forms.repeating import OPEN, RepeatForm, carried, decided_in, mark_of
from booking.models import Appointment, Therapist
from booking.models.appointment import Status
from booking.questions import questions_for
from booking.terms import terms_in, terms_of
from booking.views.desk import booking
from booking.views.desk.mails import telling
from booking.views.desk.moving import refuse
from booking.views.desk.turns import rows
from clients.actions import note_access
from clients.catalogue import current
from clients.models import Client
from clinic.errors import Refusal
from clinic.http import StaffRequest
from clinic.models import AccessEvent, Practice
from clinic.posting import post_only

# Every two weeks, six times: what is asked for most.
USUAL = {"every_weeks": "2", "times": "6"}
RHYTHM = ("every_weeks", "times")


@team_only
@require_safe
def repeat_visit(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The preview of a visit that is repeated, that visit the first."""
    visit = appointment_for(request.user, public_id)
    local = visit.starts_at.astimezone(Practice.current().zone)
    data = QueryDict(mutable=True)
    data.update(
        {
            **USUAL,
            "key": str(uuid.uuid4()),
            "client": str(visit.client.public_id),
            "service": visit.service.slug,
            "therapist": str(visit.therapist.public_id),
            "day": local.date().isoformat(),
            "start": local.isoformat(),
            "after": str(visit.public_id),
        }
    )
    data.setlist("add_ons", [part.add_on.slug for part in visit.added])
    return preview(request, form_for(request, data, looking=True), data)


@team_only
@post_only("booking:desk-book")
def repeat(request: StaffRequest) -> HttpResponse:
    """The preview of what was typed so far; with the button “book” the series is booked as it was shown."""
    data = request.POST.copy()
    if "repeat" in data:
        # From the booking page: what is missing there is said there.
        once = booking.form_for(request, data)
        if not once.is_valid():
            return booking.page(request, once, status=422)
        data.update({name: value for name, value in USUAL.items() if name not in data})
    form = form_for(request, data, looking="book" not in data)
    if "book" in data and form.is_valid():
        return booked(request, form, data)
    return preview(request, form, data, status=422 if "book" in data else 200)


def form_for(request: StaffRequest, data: QueryDict, *, looking: bool) -> RepeatForm:
    """The form, with the questions of the catalogue and the file of the client that was picked."""
    client = booking.picked(request, data.get("client", ""))
    return RepeatForm(
        data,
        looking=looking,
        questions=questions_for(current(), ""),
        people=clients_for(request.user),
        intake=client.latest_intake() if client else None,
    )


def pattern_of(request: StaffRequest, form: RepeatForm, therapist: Therapist) -> Pattern:
    """What a valid form repeats."""
    typed = form.cleaned_data
    after = appointment_for(request.user, typed["after"]) if typed["after"] else None
    return Pattern(
        service=typed["service"],
        add_ons=tuple(typed.get("add_ons") or ()),
        therapist=therapist,
        start=form.begins,
        every_weeks=typed["every_weeks"],
        times=typed["times"],
        after=after,
    )


def looked_at(request: StaffRequest, form: RepeatForm, data: QueryDict) -> tuple[Pattern, list[Turn]]:
    """The dates with the therapist who was named, or with whom most of them are free."""
    typed = form.cleaned_data
    named = [typed["therapist"]] if typed["therapist"] else list(typed["service"].therapists.at_work())
    plans = []
    for therapist in named:
        pattern = pattern_of(request, form, therapist)
        turns = plan_series(
            pattern, client=form.person(), choices=decided_in(data, *RHYTHM), at_once=bool(typed.get("override"))
        )
        plans.append((pattern, turns))
    return min(plans, key=lambda plan: sum(turn.undecided for turn in plan[1]))


def booked(request: StaffRequest, form: RepeatForm, data: QueryDict) -> HttpResponse:
    """Book what was shown, or show why not."""
    typed, decided = form.cleaned_data, decided_in(data, *RHYTHM)
    first = 2 if typed["after"] else 1
    if not typed["therapist"] or not decided.keys() >= set(range(first, typed["times"] + 1)):
        form.add_error(None, _("Please look at the dates, and say what becomes of each that is marked."))
        return preview(request, form, data, status=422)
    pattern = pattern_of(request, form, typed["therapist"])
    try:
        series = book_series(
            service=pattern.service,
            add_ons=pattern.add_ons,
            therapist=pattern.therapist,
            client=form.person(),
            answers=form.answers(),
            every_weeks=pattern.every_weeks,
            times=pattern.times,
            picks=[pick for pick in decided.values() if pick is not None],
            after=pattern.after,
            policy_accepted=True,
            via=Appointment.Via.DESK,
            by=request.user,
            key=typed["key"],
            note=typed["note"],
            reason=typed["override_reason"],
            shown=terms_in(data),
        )
    except (Emergency, NotSuitable) as unsafe:
        form.add_error("safety", unsafe.for_team)
        return preview(request, form, data, unsafe=unsafe, status=422)
    except TermsChanged as changed:
        # The service stands on the page before; here its new price does.
        form.add_error(None, changed.for_team)
        return preview(request, form, data, status=422)
    except Refusal as refusal:
        refuse(form, refusal, NON_FIELD_ERRORS)
        return preview(request, form, data, status=422)
    note_access(series.client, noun="visit", action=AccessEvent.Action.CHANGE, user=request.user)
    messages.success(request, said(list(series.visits.select_related("client"))))
    return redirect("booking:desk-visit", public_id=series.visits.order_by("position")[0].public_id)


def said(visits: list[Appointment]) -> str:
    """What is said once the series is booked."""
    count = len(visits)
    if any(visit.status == Status.REQUESTED for visit in visits):
        asked = ngettext("Requested: %(count)d visit.", "Requested: %(count)d visits.", count) % {"count": count}
        waits = _("A therapist must say yes to each.")
        return telling(visits, f"{asked} {waits}", _("A mail tells the client that the request is here."))
    done = ngettext("Booked: %(count)d visit.", "Booked: %(count)d visits.", count) % {"count": count}
    told = ngettext("One confirmation tells of it.", "One confirmation tells of all of them.", count)
    return telling(visits, done, told)


def preview(
    request: StaffRequest,
    form: RepeatForm,
    data: QueryDict,
    *,
    unsafe: Emergency | NotSuitable | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page: each date with what may be chosen, how often, and the safety question."""
    client = booking.picked(request, data.get("client", ""))
    if client is not None:
        note_access(client, noun="client", action=AccessEvent.Action.VIEW, user=request.user)
    context: dict[str, Any] = {
        "section": "book",
        "form": form,
        "who": client or " ".join([data.get("first_name", ""), data.get("last_name", "")]).strip(),
        "unsafe": unsafe,
        "is_reached": can_be_reached(client, data),
        "carried": list(carried(data, OPEN)),
        **(dates(request, form, data) if ready(form) else {}),
    }
    return render(request, "booking/desk/repeat.html", context, status=status)


def can_be_reached(client: Client | None, data: QueryDict) -> bool:
    """Whether a confirmation would reach whoever it is for: by the address on file, or as typed."""
    return bool(client.email and not client.email_trouble) if client is not None else bool(data.get("email"))


def ready(form: RepeatForm) -> bool:
    """Whether enough is typed to look at the dates; the safety question has nothing to do with them."""
    form.is_valid()
    return not form.errors.keys() - {"safety", "override_reason", "__all__"}


def dates(request: StaffRequest, form: RepeatForm, data: QueryDict) -> dict[str, Any]:
    """Everything about the dates."""
    pattern, turns = looked_at(request, form, data)
    fixed = [("therapist", str(pattern.therapist.public_id))] if not data.get("therapist") else []
    return {
        "pattern": pattern,
        "terms": terms_of(pattern.order, Practice.current()),
        "rows": rows(turns, pattern.therapist, Practice.current().zone, out=_("Leave it out")),
        "undecided": sum(turn.undecided for turn in turns),
        "shown": mark_of(data, *RHYTHM),
        "count": sum(turn.chosen is not None for turn in turns),
        "carried": [each for each in carried(data, OPEN) if each != ("therapist", "")] + fixed,
    }
