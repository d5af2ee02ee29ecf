"""Therapists and when they work. Hours are wall time in the practice's zone; time off is between two instants."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.scheduling.models.service import Service
from clinic.country import locale
from clinic.identity import searchable_words
from clinic.identity.fields import DerivedField
from clinic.models.links import token_digest
from clinic.models.versioned import Versioned


class TherapistQuerySet(models.QuerySet["Therapist"]):
    """Questions about therapists."""

    def at_work(self) -> "TherapistQuerySet":
        """Those who take appointments: not switched off, nor is their sign-in, as for somebody who left."""
        return self.filter(active=True).exclude(user__is_active=False)

    def by_feed(self, secret: str) -> "Therapist | None":
        """Whose calendar a secret opens: only of someone who works here, and whose sign-in was not switched off."""
        if len(secret) > 200:
            return None
        return self.at_work().filter(feed_digest=token_digest(secret)).first()


class Therapist(Versioned):
    """Someone who gives massages."""

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    # By which lists of people are in the order of the language; computed whenever the row is written.
    sort_key = DerivedField(
        max_length=320, db_collation="C", compute=lambda therapist: searchable_words(therapist.name)
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sign-in"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="therapist",
    )
    services = models.ManyToManyField(Service, verbose_name=_("services"), related_name="therapists", blank=True)
    licence = models.CharField(
        _("licence number"),
        max_length=60,
        blank=True,
        help_text=_("Or of the register or the association: stands on receipts, insurers ask for it."),
    )
    about = models.TextField(_("about"), blank=True, help_text=_("Two or three sentences for clients."))
    good_at = models.CharField(
        _("good at"), max_length=120, blank=True, help_text=_("For example: neck and shoulders, runners’ legs.")
    )
    languages = models.CharField(_("speaks"), max_length=120, blank=True, help_text=_("For example: English, German."))
    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#4f6f52",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("A colour such as #4f6f52."))],
    )
    max_appointments_a_day = models.PositiveSmallIntegerField(
        _("appointments a day at most"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    max_minutes_a_day = models.PositiveSmallIntegerField(
        _("minutes a day at most"), null=True, blank=True, validators=[MinValueValidator(5)]
    )
    adjacent_only = models.BooleanField(
        _("only beside another appointment"),
        default=False,
        help_text=_("On a day that has appointments, only the times right before or after one are offered."),
    )
    minimum_gap = models.PositiveSmallIntegerField(
        _("leave no gap shorter than (minutes)"),
        default=0,
        validators=[MaxValueValidator(240)],
        help_text=_("0: any gap is fine. Too short a gap cannot be sold."),
    )
    active = models.BooleanField(_("takes appointments"), default=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    feed_digest = models.CharField(
        _("hash of the calendar's secret"), max_length=64, null=True, blank=True, unique=True, editable=False
    )
    feed_created_at = models.DateTimeField(_("calendar address made"), null=True, blank=True, editable=False)

    objects = TherapistQuerySet.as_manager()

    class Meta:
        verbose_name = _("therapist")
        verbose_name_plural = _("therapists")
        ordering = ["position", "sort_key", "name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Write the row, and with the name its place in lists."""
        if update_fields is not None and "name" in update_fields:
            update_fields = {*update_fields, "sort_key"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def is_at_work(self) -> bool:
        """Whether they take appointments: not switched off, nor is their sign-in."""
        return self.active and (self.user is None or self.user.is_active)


def hours_in_order(name: str) -> models.CheckConstraint:
    """Hours end after they begin, at the latest at midnight; only those ticked as such run into the next day."""
    same_day = models.Q(ends__gt=models.F("starts")) | models.Q(ends=dt.time.min)
    next_day = models.Q(ends__lte=models.F("starts"))
    return models.CheckConstraint(
        condition=models.Q(over_midnight=False) & same_day | models.Q(over_midnight=True) & next_day, name=name
    )


def check_hours_order(starts: dt.time | None, ends: dt.time | None, *, over_midnight: bool) -> None:
    """Refuse what `in_order` refuses, beside its field. Raises ValidationError."""
    if starts is None or ends is None:
        return
    if not over_midnight and dt.time.min < ends <= starts:
        raise ValidationError(
            {"ends": _("The end must come after the start. Tick “over midnight” if the work ends on the next day.")}
        )
    if over_midnight and ends > starts:
        raise ValidationError({"over_midnight": _("These hours end on the same day. Please untick “over midnight”.")})


class WorkingHours(Versioned):
    """One range of one weekday; several a day make a split day. An end at 00:00 is the end of that day."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    therapist = models.ForeignKey(
        Therapist, verbose_name=_("therapist"), on_delete=models.CASCADE, related_name="hours"
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    over_midnight = models.BooleanField(_("over midnight"), default=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        ordering = ["therapist", "weekday", "starts"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_until=None)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="hours_valid_in_order",
                violation_error_message=_("“Valid until” lies before “valid from”."),
            ),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="hours_on_a_weekday"),
            hours_in_order("hours_end_after_they_begin"),
        ]

    def __str__(self) -> str:
        formats = locale.current_formats()
        return f"{self.get_weekday_display()} {formats.clock(self.starts)}-{formats.clock(self.ends)}"

    def clean(self) -> None:
        """Over midnight only where it is ticked."""
        check_hours_order(self.starts, self.ends, over_midnight=self.over_midnight)


class TimeOff(Versioned):
    """A time in which one therapist, or without one the whole practice, takes no appointments."""

    therapist = models.ForeignKey(
        Therapist,
        verbose_name=_("therapist"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="time_off",
        help_text=_("Empty: the whole practice."),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=120, blank=True, help_text=_("For the team only."))
    created_at = models.DateTimeField(_("blocked"), default=timezone.now, editable=False)
    in_the_way = ArrayField(
        models.BigIntegerField(),
        verbose_name=_("appointments in the way"),
        default=list,
        editable=False,
        help_text=_("The keys of those that lay in it when it was blocked."),
    )

    class Meta:
        verbose_name = _("time off")
        verbose_name_plural = _("time off")
        ordering = ["-starts_at"]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="time_off_span")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="time_off_has_length",
                violation_error_message=_("The end must come after the start."),
            )
        ]

    def __str__(self) -> str:
        who = self.therapist.name if self.therapist else str(_("Everyone"))
        return f"{who} {locale.current_formats().short_date(timezone.localtime(self.starts_at))}"

    @property
    def span_in_words(self) -> str:
        """From when until when, whole days without their midnights: “1 Dec 2026, all day”."""
        formats = locale.current_formats()
        first, end = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        if first.time() == end.time() == dt.time.min:
            days = dict.fromkeys(formats.short_date(each) for each in (first, end - dt.timedelta(days=1)))
            return str(_("%(days)s, all day") % {"days": " – ".join(days)})
        return " – ".join(f"{formats.short_date(each)}, {formats.clock(each)}" for each in (first, end))

    def clean(self) -> None:
        """Say beside the field what the constraint would refuse."""
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("The end must come after the start.")})
