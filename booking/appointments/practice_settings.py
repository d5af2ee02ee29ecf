"""What an edit of the practice's row takes along: appointments ahead follow its clock, reminders its quiet hours."""

from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _

from booking.appointments.time_zone import ZoneChange, appointments_affected_by_zone, change_time_zone
from booking.models import Appointment, ReminderRule, Service
from booking.reminders.rules import recompute_rule
from clinic.errors import Refusal
from clinic.models import Practice, User

# What the moment of a reminder is counted with.
PENDING_REMINDER_FIELDS = frozenset({"quiet_from", "quiet_until", "time_zone", "confirmation_delay_minutes"})


class ZoneChoiceMissing(Exception):  # noqa: N818 - not an error: a person has to say what they mean
    """The time zone was changed, and nobody said what stays."""

    def __init__(self, appointments: list[Appointment], old: ZoneInfo, new: ZoneInfo, refused: str = "") -> None:
        super().__init__()
        self.appointments, self.old, self.new, self.refused = appointments, old, new, refused


@dataclass(frozen=True)
class Followed:
    """How many appointments and reminders followed an edit."""

    appointments: int = 0
    reminders: int = 0


def follow_practice_edit(
    before: ZoneInfo, practice: Practice, changed: Collection[str], *, answer: str, by: User | None
) -> Followed:
    """After the practice's row was saved, in its transaction: bring what is ahead and what is pending in line.

    `answer` is a `ZoneChange`, or empty where nobody was asked. Raises ZoneChoiceMissing, also where it cannot be.
    """
    appointments = follow_zone(before, practice.zone, answer=answer, by=by) if before != practice.zone else 0
    reminders = 0
    if PENDING_REMINDER_FIELDS & set(changed):
        for rule in {rule.kind: rule for rule in ReminderRule.objects.order_by("pk")}.values():
            reminders += recompute_rule(rule, practice)
    return Followed(appointments, reminders)


def follow_zone(old: ZoneInfo, new: ZoneInfo, *, answer: str, by: User | None) -> int:
    """Let the appointments ahead follow the zone as was answered; return how many. Raises ZoneChoiceMissing."""
    found = appointments_affected_by_zone(old, new)
    if found and answer not in ZoneChange.values:
        raise ZoneChoiceMissing(found, old, new)
    try:
        return change_time_zone(old, new, keep=ZoneChange(answer or ZoneChange.CLOCK), by=by)
    except Refusal as refusal:
        raise ZoneChoiceMissing(found, old, new, refusal.for_team) from refusal


def refuse_unbookable_services(form: forms.BaseForm) -> None:
    """Put beside its field a notice or horizon under which a service with rules of its own could not be booked."""
    typed = form.cleaned_data
    if "notice_minutes" not in typed or "horizon_days" not in typed:
        return
    meant = Practice(notice_minutes=typed["notice_minutes"], horizon_days=typed["horizon_days"])
    for service in Service.objects.filter(active=True):
        if service.notice_in(meant) >= service.horizon_in(meant):
            own = "horizon_days" if service.horizon_days is None else "notice_minutes"
            said = _("With this %(service)s could not be booked: its notice is longer than the days ahead.")
            form.add_error(own, said % {"service": service.name})
