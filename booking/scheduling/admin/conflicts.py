"""Edits that appointments ahead do not fit: the admin shows which, and saves at the second tap. Nothing is cancelled.

The edit is really made and really held against the appointments, in a transaction that is taken back where it speaks
against some that it did not speak against before. So it is right for every rule, form, inline, list and action.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import ngettext

from booking.models import Appointment, Therapist
from booking.scheduling.conflicts import settings_conflicts

# Under this name the question carries which appointments it showed.
CONFLICTS_CONFIRMED_FIELD = "_known_appointments"
MOST_CONFLICTS_SHOWN = 30
NOT_REPEATED = frozenset({"csrfmiddlewaretoken", CONFLICTS_CONFIRMED_FIELD})


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
        known = {
            int(key)
            for key in request.POST.get(CONFLICTS_CONFIRMED_FIELD, "").split()
            if key.isascii() and key.isdecimal() and len(key) < 20
        }
        with transaction.atomic():
            # A booking under way is either among those that are looked at, or looks itself after this.
            list(Therapist.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
            before = settings_conflicts()
            response = edit()
            # Anything but a redirect is a form with its messages, or a question of Django's own: nothing was saved.
            if response.status_code != 302:
                return response
            against = {key: why for key, why in settings_conflicts().items() if key not in before}
            if against.keys() <= known:
                return response
            transaction.set_rollback(True)
        return self.question(request, against)

    def question(self, request: HttpRequest, against: dict[int, str]) -> HttpResponse:
        """The appointments, what to do, and the same form once more behind one button."""
        rows = Appointment.objects.filter(pk__in=against).with_people().order_by("starts_at")
        shown = list(rows[:MOST_CONFLICTS_SHOWN])
        title = ngettext(
            "%(number)d appointment ahead does not fit this change",
            "%(number)d appointments ahead do not fit this change",
            len(against),
        )
        context = {
            **self.admin_site.each_context(request),
            "title": title % {"number": len(against)},
            "messages": without_messages(request),
            "opts": self.opts,
            "lines": [{"appointment": each, "why": against[each.pk]} for each in shown],
            "more": len(against) - len(shown),
            "known_name": CONFLICTS_CONFIRMED_FIELD,
            "known": " ".join(str(key) for key in sorted(against)),
            "typed": [
                (name, value) for name, values in request.POST.lists() if name not in NOT_REPEATED for value in values
            ],
        }
        return TemplateResponse(request, "booking/admin/conflicts_ahead.html", context)
