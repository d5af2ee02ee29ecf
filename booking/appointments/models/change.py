"""The history of an appointment: one line for each change, only ever added."""

import datetime as dt
import re

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.appointments.models.appointment import Appointment
from clinic.country import locale
from clinic.models.columns import actor_field

# A moment as the history keeps it, and how many letters a line of the history may take.
HISTORY_STAMP_FORMAT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC")
HISTORY_TEXT_LENGTH = 500


class AppointmentChange(models.Model):
    """One line of an appointment's history: who changed what, when and why. Only ever added."""

    class What(models.TextChoices):
        BOOKED = "booked", _("booked")
        OFFERED = "offered", _("offered from the waitlist")
        MOVED = "moved", _("moved")
        STATUS = "status", _("status changed")
        SERVICE = "service", _("service changed")
        ROOM = "room", _("room or kit changed")
        CONFIRMED = "confirmed", _("confirmed by the client")
        ARRIVED = "arrived", _("arrived")
        CLEARANCE = "clearance", _("doctor's note seen")
        ANSWERS = "answers", _("newer health answers")
        SERIES = "series", _("repeated")
        KEPT = "kept", _("stays in blocked time")

    appointment = models.ForeignKey(
        Appointment, verbose_name=_("appointment"), on_delete=models.PROTECT, related_name="changes"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = actor_field(_("who"))
    via = models.CharField(_("through"), max_length=10, choices=Appointment.Via)
    what = models.CharField(_("what"), max_length=10, choices=What)
    before = models.CharField(_("before"), max_length=HISTORY_TEXT_LENGTH, blank=True)
    after = models.CharField(_("after"), max_length=HISTORY_TEXT_LENGTH, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("change of an appointment")
        verbose_name_plural = _("changes of appointments")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.told}".strip()

    @property
    def told(self) -> str:
        """From what to what, in words. Times are kept in UTC and told on the clock of whoever looks."""
        return " → ".join(HISTORY_STAMP_FORMAT.sub(local_stamp, each) for each in (self.before, self.after) if each)


def history_stamp(moment: dt.datetime) -> str:
    """An aware moment as the history keeps it: in UTC, whatever zone it came in."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"


def local_stamp(stamp: re.Match[str]) -> str:
    """A moment as the history keeps it, on the current zone's clock; with its offset in the hour that comes twice."""
    moment = dt.datetime.strptime(stamp[0], "%Y-%m-%d %H:%M UTC").replace(tzinfo=dt.UTC)
    local, formats = timezone.localtime(moment), locale.current_formats()
    return f"{formats.short_date(local)}, {formats.clock(local)}"
