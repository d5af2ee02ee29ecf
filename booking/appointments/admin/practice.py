"""The practice's row again, now that there are appointments and reminders which follow its clock and quiet hours."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.appointments.practice_settings import (
    Followed,
    ZoneChoiceMissing,
    follow_practice_edit,
    refuse_unbookable_services,
)
from booking.scheduling.admin.conflicts import without_messages
from booking.scheduling.confirmed_edits import CONFLICTS_CONFIRMED_FIELD, MOST_CONFLICTS_SHOWN
from clinic.admin.concurrent_edits import MergedForm
from clinic.admin.practice import PracticeAdmin
from clinic.admin.users import actor_name
from clinic.models import Practice
from clinic.web.typed import posted_fields

# Under this name the question about the time zone is answered.
ZONE_CHANGE_FIELD = "_keep"

admin.site.unregister(Practice)


def tell_followed(request: HttpRequest, followed: Followed) -> None:
    """Say how many appointments and reminders followed."""
    if count := followed.appointments:
        said = ngettext("%(number)d appointment follows.", "%(number)d appointments follow.", count)
        messages.info(request, said % {"number": count})
    if count := followed.reminders:
        said = ngettext("%(number)d reminder follows.", "%(number)d reminders follow.", count)
        messages.info(request, said % {"number": count})


def zone_question(asked: ZoneChoiceMissing, posted: QueryDict) -> dict[str, Any]:
    """What a page shows that asks what stays: the first appointments on both clocks, and what to send once more."""
    shown = asked.appointments[:MOST_CONFLICTS_SHOWN]
    return {
        "refused": asked.refused,
        "old": asked.old.key,
        "new": asked.new.key,
        "lines": [
            {
                "appointment": each,
                "old": each.starts_at.astimezone(asked.old),
                "new": each.starts_at.astimezone(asked.new),
            }
            for each in shown
        ],
        "more": len(asked.appointments) - len(shown),
        "keep_name": ZONE_CHANGE_FIELD,
        "typed": posted_fields(posted, CONFLICTS_CONFIRMED_FIELD, ZONE_CHANGE_FIELD),
    }


class PracticeForm(MergedForm):
    """The practice's form, held against the rules of its services."""

    def clean(self) -> dict[str, Any]:
        """Refuse a notice or horizon under which a service with rules of its own could not be booked."""
        typed: dict[str, Any] = super().clean() or {}
        refuse_unbookable_services(self)
        return typed


@admin.register(Practice)
class PracticeWithRemindersAdmin(PracticeAdmin):
    """The practice's row; pending reminders follow an edit of the quiet hours and of the time zone.

    Where the time zone changes with appointments ahead, it is asked first what stays: the clock or the moment.
    """

    form = PracticeForm

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """All of an edit or nothing: the row, the appointments, the reminders."""
        if request.method != "POST":
            return super().changeform_view(request, *args, **kwargs)
        try:
            with transaction.atomic():
                return super().changeform_view(request, *args, **kwargs)
        except ZoneChoiceMissing as asked:
            return self.question(request, asked)

    def save_model(self, request: HttpRequest, obj: Practice, form: Any, change: bool) -> None:
        """Save, then bring what is ahead and what is pending in line. Raises ZoneChoiceMissing."""
        with transaction.atomic():
            before = Practice.objects.get(pk=obj.pk).zone
            super().save_model(request, obj, form, change)
            answer, by = request.POST.get(ZONE_CHANGE_FIELD, ""), actor_name(request)
            tell_followed(request, follow_practice_edit(before, obj, form.changed_data, answer=answer, by=by))

    def question(self, request: HttpRequest, asked: ZoneChoiceMissing) -> HttpResponse:
        """The appointments on the old clock and the new, and a button for each answer."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Another time zone: what about the appointments ahead?"),
            "opts": self.opts,
            "messages": without_messages(request),
            **zone_question(asked, request.POST),
        }
        return TemplateResponse(request, "booking/admin/time_zone.html", context)
