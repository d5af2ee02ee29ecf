"""Single dates: on which a therapist works other hours than usual, and on which the practice is closed."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.scheduling.models.therapist import Therapist, check_hours_order, hours_in_order
from clinic.country import locale
from clinic.models.versioned import Versioned


class HoursOverride(Versioned):
    """A therapist's hours on one date (wall time, rows make a split day, no times close it, 00:00 is its end)."""

    therapist = models.ForeignKey(
        Therapist, verbose_name=_("therapist"), on_delete=models.CASCADE, related_name="other_hours"
    )
    date = models.DateField(_("date"))
    starts = models.TimeField(_("from"), null=True, blank=True, help_text=_("Both empty: not at work that day."))
    ends = models.TimeField(_("to"), null=True, blank=True)
    over_midnight = models.BooleanField(_("over midnight"), default=False)

    class Meta:
        verbose_name = _("other hours on a date")
        verbose_name_plural = _("other hours on a date")
        ordering = ["therapist", "-date", "starts"]
        indexes = [models.Index(fields=["date"], name="hours_override_date")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts=None, ends=None) | models.Q(starts__isnull=False, ends__isnull=False),
                name="hours_override_whole_range",
                violation_error_message=_("Please fill both times, or neither."),
            ),
            models.UniqueConstraint(
                fields=["therapist", "date", "starts"],
                name="hours_override_once",
                nulls_distinct=False,
                violation_error_message=_("That is already there."),
            ),
            hours_in_order("other_hours_end_after_they_begin"),
        ]

    def __str__(self) -> str:
        formats = locale.current_formats()
        if self.starts is None or self.ends is None:
            return f"{formats.short_date(self.date)} {_('closed')}"
        return f"{formats.short_date(self.date)} {formats.clock(self.starts)}-{formats.clock(self.ends)}"

    def clean(self) -> None:
        """Say beside the field what the constraint would refuse."""
        if (self.starts is None) != (self.ends is None):
            raise ValidationError({"ends": _("Please fill both times, or neither.")})
        check_hours_order(self.starts, self.ends, over_midnight=self.over_midnight)


class Holiday(Versioned):
    """A public holiday. Ticked as closed, the whole practice takes no appointments on that local date."""

    date = models.DateField(_("date"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    closed = models.BooleanField(_("closed"), default=True, help_text=_("Unticked: a working day like any other."))

    class Meta:
        verbose_name = _("public holiday")
        verbose_name_plural = _("public holidays")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{locale.current_formats().full_date(self.date)}: {self.name}"
