"""Edits that appointments ahead do not fit: the admin shows which, and saves at the second tap. Nothing is cancelled.

Right for every rule, form, inline, list and action (booking.scheduling.confirmed_edits).
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import ngettext

from booking.scheduling.confirmed_edits import (
    CONFLICTS_CONFIRMED_FIELD,
    Attempt,
    keys_shown,
    try_edit,
)
from clinic.web.typed import posted_fields


def without_messages(request: HttpRequest) -> list[str]:
    """The messages of a page after an edit was taken back: none, and none on the next; what they say is not so."""
    list(messages.get_messages(request))
    return []


class ConfirmsConflicts:
    """Mixed into the admin of a noun that decides what can be booked."""

    admin_site: Any
    opts: Any

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add or change one, with its inlines."""
        return self.ask_first(request, lambda: super(ConfirmsConflicts, self).changeform_view(request, *args, **kwargs))  # type: ignore[misc]

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Edit several in the list, or do an action with them."""
        return self.ask_first(request, lambda: super(ConfirmsConflicts, self).changelist_view(request, *args, **kwargs))  # type: ignore[misc]

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Delete one."""
        return self.ask_first(request, lambda: super(ConfirmsConflicts, self).delete_view(request, *args, **kwargs))  # type: ignore[misc]

    def ask_first(self, request: HttpRequest, edit: Callable[[], HttpResponse]) -> HttpResponse:
        """Do what was posted; where appointments do not fit it and were not shown yet, take it back and show them."""
        if request.method != "POST":
            return edit()
        known = keys_shown(request.POST.get(CONFLICTS_CONFIRMED_FIELD, ""))
        # Anything but a redirect is a form with its messages, or a question of Django's own: nothing was saved.
        tried = try_edit(edit, known=known, is_saved=lambda response: response.status_code == 302)
        return self.question(request, tried) if tried.is_question else tried.result

    def question(self, request: HttpRequest, tried: Attempt[HttpResponse]) -> HttpResponse:
        """The appointments, what to do, and the same form once more behind one button."""
        title = ngettext(
            "%(number)d appointment ahead does not fit this change",
            "%(number)d appointments ahead do not fit this change",
            len(tried.against),
        )
        context = {
            **self.admin_site.each_context(request),
            "title": title % {"number": len(tried.against)},
            "messages": without_messages(request),
            "opts": self.opts,
            "tried": tried,
            "known_name": CONFLICTS_CONFIRMED_FIELD,
            "typed": posted_fields(request.POST, CONFLICTS_CONFIRMED_FIELD),
        }
        return TemplateResponse(request, "booking/admin/conflicts_ahead.html", context)
