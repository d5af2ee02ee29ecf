"""The practice's row again, now that there are appointments and reminders which follow its clock and quiet hours."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.appointments.time_zone import ZoneChange, appointments_affected_by_zone, change_time_zone
from booking.models import Appointment, ReminderRule, Service
from booking.reminders.admin.reminders import follow_rule_change
from booking.scheduling.admin.conflicts import MOST_CONFLICTS_SHOWN, NOT_REPEATED, without_messages
from clinic.admin.concurrent_edits import MergedForm
from clinic.admin.practice import PracticeAdmin
from clinic.errors import Refusal
from clinic.models import Practice

# What the moment of a reminder is counted with.
PENDING_REMINDER_FIELDS = frozenset({"quiet_from", "quiet_until", "time_zone", "confirmation_delay_minutes"})
# Under this name the question about the time zone is answered.
ZONE_CHANGE_FIELD = "_keep"

admin.site.unregister(Practice)


class ZoneChoiceMissing(Exception):  # noqa: N818 - not an error: a person has to say what they mean
    """The time zone was changed, and nobody said what stays."""

    def __init__(self, appointments: list[Appointment], old: ZoneInfo, new: ZoneInfo, refused: str = "") -> None:
        super().__init__()
        self.appointments, self.old, self.new, self.refused = appointments, old, new, refused


class PracticeForm(MergedForm):
    """The practice's form, held against the rules of its services."""

    def clean(self) -> dict[str, Any]:
        """Refuse a notice or horizon under which a service with rules of its own could not be booked."""
        typed: dict[str, Any] = super().clean() or {}
        if "notice_minutes" in typed and "horizon_days" in typed:
            meant = Practice(notice_minutes=typed["notice_minutes"], horizon_days=typed["horizon_days"])
            for service in Service.objects.filter(active=True):
                if service.notice_in(meant) >= service.horizon_in(meant):
                    own = "horizon_days" if service.horizon_days is None else "notice_minutes"
                    said = _("With this %(service)s could not be booked: its notice is longer than the days ahead.")
                    self.add_error(own, said % {"service": service.name})
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
        """Save, then bring what is ahead and what is pending in line. Raises NotAnswered."""
        with transaction.atomic():
            before = Practice.objects.get(pk=obj.pk).zone
            super().save_model(request, obj, form, change)
            if before != obj.zone:
                self.follow_zone(request, before, obj.zone)
            if PENDING_REMINDER_FIELDS & set(form.changed_data):
                for rule in {rule.kind: rule for rule in ReminderRule.objects.order_by("pk")}.values():
                    follow_rule_change(request, rule)

    def follow_zone(self, request: HttpRequest, old: ZoneInfo, new: ZoneInfo) -> None:
        """Let the appointments ahead follow the zone as was answered. Raises NotAnswered, also where it cannot be."""
        found, answer = appointments_affected_by_zone(old, new), request.POST.get(ZONE_CHANGE_FIELD, "")
        if found and answer not in ZoneChange.values:
            raise ZoneChoiceMissing(found, old, new)
        try:
            count = change_time_zone(old, new, keep=ZoneChange(answer or ZoneChange.CLOCK), by=request.user)  # type: ignore[arg-type] # staff
        except Refusal as refusal:
            raise ZoneChoiceMissing(found, old, new, refusal.for_team) from refusal
        if count:
            said = ngettext("%(number)d appointment follows.", "%(number)d appointments follow.", count)
            messages.info(request, said % {"number": count})

    def question(self, request: HttpRequest, asked: ZoneChoiceMissing) -> HttpResponse:
        """The appointments on the old clock and the new, and a button for each answer."""
        shown = asked.appointments[:MOST_CONFLICTS_SHOWN]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Another time zone: what about the appointments ahead?"),
            "opts": self.opts,
            "messages": without_messages(request),
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
            "typed": [
                (name, value)
                for name, values in request.POST.lists()
                if name not in {*NOT_REPEATED, ZONE_CHANGE_FIELD}
                for value in values
            ],
        }
        return TemplateResponse(request, "booking/admin/time_zone.html", context)
