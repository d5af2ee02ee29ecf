"""What must be said around an appointment, and when: rows written, moved and voided with the appointment itself."""

import datetime as dt
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.scheduling.models.service import Service
from clinic.mail import kinds
from clinic.models import OutgoingMail
from clinic.models.versioned import Versioned
from clinic.templatetags.moments import short_date_clock


class Anchor(models.TextChoices):
    """From where the minutes of a rule are counted."""

    BOOKING = "booking", _("after booking")
    START = "start", _("before the start")
    END = "end", _("after the end")


class ReminderRule(Versioned):
    """When a kind of message is due, for all services or for one. Edited in the admin; pending reminders follow."""

    kind = models.CharField(_("kind"), max_length=20, choices=kinds.choices)
    service = models.ForeignKey(
        Service,
        verbose_name=_("service"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="reminder_rules",
        help_text=_("Empty: every service without a rule of its own."),
    )
    anchor = models.CharField(_("counted"), max_length=10, choices=Anchor)
    minutes = models.PositiveIntegerField(_("minutes"))
    active = models.BooleanField(_("on"), default=True)

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        ordering = ["kind", "service"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "service"],
                name="one_rule_per_kind_and_service",
                nulls_distinct=False,
                violation_error_message=_("There is already a rule of this kind for this service."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.minutes} min {self.get_anchor_display()}"

    @property
    def when(self) -> str:
        """When it goes, in words: 2 days before the start."""
        if self.minutes == 0:
            return str(_("at once")) if self.anchor == Anchor.BOOKING else str(self.get_anchor_display())
        for size, one, many in (
            (1440, _("day"), _("days")),
            (60, _("hour"), _("hours")),
            (1, _("minute"), _("minutes")),
        ):
            if self.minutes % size == 0:
                number = self.minutes // size
                return f"{number} {one if number == 1 else many} {self.get_anchor_display()}"
        return ""

    def clean(self) -> None:
        """Refuse what would never go, or not when the rule says."""
        if not self.kind:
            return  # the field says so itself
        allowed = kinds.KINDS[self.kind].anchors if self.kind in kinds.KINDS else ()
        if not allowed:
            raise ValidationError({"kind": _("These mails go when they are asked for; no rule says when.")})
        if self.anchor not in allowed:
            counted = _(" or ").join(str(Anchor(each).label) for each in allowed)
            raise ValidationError({"anchor": _("This kind is counted %(counted)s.") % {"counted": counted}})
        if self.anchor == Anchor.START and self.minutes == 0:
            raise ValidationError({"minutes": _("At the start it is too late to announce the appointment.")})

    def due(self, *, booked_at: dt.datetime, starts_at: dt.datetime, ends_at: dt.datetime) -> dt.datetime:
        """The instant at which a message of this rule is due for an appointment with these instants (UTC)."""
        span = dt.timedelta(minutes=self.minutes)
        if self.anchor == Anchor.BOOKING:
            return booked_at + span
        return starts_at - span if self.anchor == Anchor.START else ends_at + span


class ReminderState(models.TextChoices):
    """Where a reminder stands."""

    DUE = "due", _("waiting")
    DONE = "done", _("written as a mail")
    SKIPPED = "skipped", _("skipped")


class Reminder(models.Model):
    """One message that an appointment owes, for one revision: due, done (with its mail), or skipped and why."""

    # How the reason begins where a mail was owed and the program failed to write it.
    NOT_WRITTEN = _("Could not be written")
    # Such a message while it would still be of use: a person must tell the client instead.
    UNWRITTEN: ClassVar = models.Q(
        state=ReminderState.SKIPPED,
        skip_reason__startswith=NOT_WRITTEN,
        not_after__gt=Now(),
        revision=models.F("appointment__revision"),
    )
    appointment = models.ForeignKey(
        "booking.Appointment", verbose_name=_("appointment"), on_delete=models.PROTECT, related_name="reminders"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=kinds.choices)
    revision = models.PositiveIntegerField(_("revision"))
    due_at = models.DateTimeField(_("due"))
    not_after = models.DateTimeField(_("useless after"))
    state = models.CharField(_("state"), max_length=10, choices=ReminderState, default=ReminderState.DUE)
    skip_reason = models.CharField(_("why not"), max_length=200, blank=True)
    mail = models.OneToOneField(
        OutgoingMail, verbose_name=_("mail"), null=True, blank=True, on_delete=models.PROTECT, related_name="reminder"
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("said in the mail of"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged_reminders",
    )
    written_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "kind", "revision"], name="one_reminder_per_kind_and_revision"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="skipped") | ~models.Q(skip_reason=""), name="skipped_reminder_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="reminder_due", condition=models.Q(state="due"))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {short_date_clock(timezone.localtime(self.due_at))}"

    @staticmethod
    def goes_out(now: dt.datetime) -> models.Q:
        """Messages of appointments as they stand that went out, or will while they are still of use."""
        in_time = models.Q(not_after__gt=now) & models.Q(not_after__gt=models.F("due_at"))
        waits = models.Q(state=ReminderState.DUE) & in_time
        told = models.Q(state=ReminderState.DONE) | models.Q(merged_into__isnull=False) | waits
        return models.Q(revision=models.F("appointment__revision")) & told
