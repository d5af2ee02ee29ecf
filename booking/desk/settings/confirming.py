"""Settings that appointments ahead do not fit: which, before anything is kept."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from booking.scheduling.confirmed_edits import CONFLICTS_CONFIRMED_FIELD, Attempt, keys_shown, try_edit
from clinic.web.http import StaffRequest
from clinic.web.typed import posted_fields

P = ParamSpec("P")
SettingsView = Callable[Concatenate[StaffRequest, P], HttpResponse]


def confirms_conflicts(view: SettingsView[P]) -> SettingsView[P]:
    """Where what a view saved (it answers with a redirect) speaks against appointments, take it back and show them."""

    @wraps(view)
    def wrapped(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        tried = try_edit(
            lambda: view(request, *args, **kwargs),
            known=keys_shown(request.POST.get(CONFLICTS_CONFIRMED_FIELD, "")),
            is_saved=lambda response: response.status_code == 302,
        )
        return question(request, tried) if tried.is_question else tried.result

    return wrapped


def question(request: StaffRequest, tried: Attempt[HttpResponse]) -> HttpResponse:
    """The appointments, and the same form once more behind one button."""
    list(messages.get_messages(request))  # what they say was taken back
    context = {
        "section": "settings",
        "tried": tried,
        "count": len(tried.against),
        "known_name": CONFLICTS_CONFIRMED_FIELD,
        "typed": posted_fields(request.POST, CONFLICTS_CONFIRMED_FIELD),
    }
    return render(request, "booking/desk/settings/conflicts.html", context)
