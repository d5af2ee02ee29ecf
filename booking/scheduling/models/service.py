"""What is sold: a kind of massage with a length and a price."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.catalogue.choices import knows_technique, uses_stones
from clinic.country.money import PriceField, check_price
from clinic.models import Practice
from clinic.models.versioned import Versioned


class ServiceQuerySet(models.QuerySet["Service"]):
    """Sets of services that someone asks for."""

    def on_offer(self) -> "ServiceQuerySet":
        """Those that clients may book: switched on, and performed by at least one therapist at work."""
        signs_in = models.Q(therapists__user=None) | models.Q(therapists__user__is_active=True)
        performed = Service.objects.filter(signs_in, therapists__active=True)
        return self.filter(active=True, pk__in=performed.values("pk"))

    def for_the_same_people(self, service: "Service") -> "ServiceQuerySet":
        """Those that whoever may book this service may book too, as far as new and existing clients go."""
        return self.filter(audience__in={Service.Audience.EVERYONE, service.audience})


class Service(Versioned):
    """One line of the price list. Length, price and buffers are copied to the appointment when it is booked."""

    class Audience(models.TextChoices):
        EVERYONE = "everyone", _("everyone")
        NEW = "new", _("new clients only")
        EXISTING = "existing", _("existing clients only")

    class Form(models.TextChoices):
        FULL = "full", _("the whole intake")
        SHORT = "short", _("a short one: safety, consent, where it hurts")
        NONE = "none", _("none: only the safety question before booking")

    slug = models.SlugField(_("address"), max_length=60, unique=True, help_text=_("The last part of its web address."))
    name = models.CharField(_("name"), max_length=80)
    technique = models.SlugField(_("kind of massage"), max_length=60)
    description = models.TextField(_("description"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=[MinValueValidator(5), MaxValueValidator(480)])
    price = PriceField(_("price"), validators=[MinValueValidator(0), check_price])
    billing_code = models.CharField(
        _("code for insurers"),
        max_length=20,
        blank=True,
        help_text=_("Stands on receipts, for example 97124 in the US. Empty: none."),
    )
    buffer_before = models.PositiveSmallIntegerField(
        _("buffer before (minutes)"), default=0, validators=[MaxValueValidator(240)]
    )
    buffer_after = models.PositiveSmallIntegerField(
        _("buffer after (minutes)"), default=15, validators=[MaxValueValidator(240)]
    )
    needs_kit = models.BooleanField(_("needs a stone kit"), default=False)
    kit_buffer_after = models.PositiveSmallIntegerField(
        _("kit busy after (minutes)"),
        default=0,
        validators=[MaxValueValidator(480)],
        help_text=_("Cleaning and re-heating. Counted from the end of the session; at least the buffer."),
    )
    rooms = models.ManyToManyField(
        "booking.Room", verbose_name=_("only in these rooms"), blank=True, help_text=_("None chosen: in any room.")
    )
    kits = models.ManyToManyField(
        "booking.StoneKit", verbose_name=_("only with these kits"), blank=True, help_text=_("None chosen: any kit.")
    )
    step_minutes = models.PositiveSmallIntegerField(
        _("times start every (minutes)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(240)],
        help_text=_("Empty: as in the practice."),
    )
    notice_minutes = models.PositiveIntegerField(
        _("notice (minutes)"), null=True, blank=True, help_text=_("Empty: as in the practice.")
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("how far ahead (days)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
        help_text=_("Empty: as in the practice."),
    )
    cancel_cutoff_hours = models.PositiveSmallIntegerField(
        _("free move or cancel until (hours before)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(720)],
        help_text=_("Empty: as in the practice."),
    )
    moves_per_appointment = models.PositiveSmallIntegerField(
        _("moves by the client per appointment"), null=True, blank=True, help_text=_("Empty: as in the practice.")
    )
    first_start = models.TimeField(
        _("starts from"), null=True, blank=True, help_text=_("Time of day. Empty: whenever the therapist works.")
    )
    last_start = models.TimeField(
        _("last start"), null=True, blank=True, help_text=_("This time itself is still offered.")
    )
    audience = models.CharField(
        _("for whom"),
        max_length=10,
        choices=Audience,
        default=Audience.EVERYONE,
        help_text=_("New: without an appointment so far. Existing: with a file here, known by name and e-mail."),
    )
    form = models.CharField(
        _("intake"),
        max_length=10,
        choices=Form,
        default=Form.FULL,
        help_text=_("What is asked before the appointment. None suits a chair massage at an event."),
    )
    active = models.BooleanField(_("bookable"), default=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["position", "name", "minutes"]
        constraints = [
            models.CheckConstraint(condition=models.Q(minutes__gt=0), name="service_has_length"),
            models.CheckConstraint(
                condition=models.Q(price__gte=0),
                name="service_price_is_not_negative",
                violation_error_message=_("A price is not below zero."),
            ),
            models.CheckConstraint(
                condition=models.Q(audience__in=["everyone", "new", "existing"]), name="service_audience_known"
            ),
            models.CheckConstraint(condition=models.Q(form__in=["full", "short", "none"]), name="service_form_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.minutes} min"

    def clean(self) -> None:
        """Refuse rules that contradict each other. Raises ValidationError with a message for each field."""
        wrong: dict[str, Any] = {}
        # A kit cannot be free again before the therapist's buffer ends.
        if self.needs_kit and self.kit_buffer_after and self.kit_buffer_after < (self.buffer_after or 0):
            wrong["kit_buffer_after"] = _("The kit is busy at least as long as the buffer after the session.")
        if self.technique and not knows_technique(self.technique):
            wrong["technique"] = _("The care catalogue has no such kind of massage.")
        if not self.needs_kit and uses_stones(self.technique):
            wrong["needs_kit"] = _("This kind of massage is given with hot stones: please tick that it needs a kit.")
        if self.first_start and self.last_start and self.last_start < self.first_start:
            wrong["last_start"] = _("The last start lies before the first.")
        practice = Practice.current()
        if self.notice_in(practice) >= self.horizon_in(practice):
            own = "notice_minutes" if self.notice_minutes is not None else "horizon_days"
            wrong[own] = _("The notice is longer than the days ahead that can be booked: nobody could book.")
        if wrong:
            raise ValidationError(wrong)

    def notice_in(self, practice: Practice) -> dt.timedelta:
        """How long before a session it must be booked; the service's own notice wins."""
        return dt.timedelta(minutes=own_or(self.notice_minutes, practice.notice_minutes))

    def horizon_in(self, practice: Practice) -> dt.timedelta:
        """How far ahead it can be booked; the service's own horizon wins."""
        return dt.timedelta(days=own_or(self.horizon_days, practice.horizon_days))

    def step_in(self, practice: Practice) -> int:
        """Every how many minutes a session may begin; the service's own step wins."""
        return own_or(self.step_minutes, practice.slot_step_minutes)

    def moves_in(self, practice: Practice) -> int:
        """How often a client may move one appointment by themselves; the service's own limit wins."""
        return own_or(self.moves_per_appointment, practice.moves_per_appointment)

    def cutoff_in(self, practice: Practice) -> dt.timedelta:
        """How long before its start an appointment may be moved or cancelled online; the service's own hours win."""
        return dt.timedelta(hours=own_or(self.cancel_cutoff_hours, practice.cancel_cutoff_hours))

    def is_past_cutoff(self, starts_at: dt.datetime, practice: Practice, now: dt.datetime) -> bool:
        """Whether it is too late to move or cancel online what begins then."""
        return now > starts_at - self.cutoff_in(practice)

    @property
    def audience_note(self) -> str:
        """For whom it is, as clients read it; empty where it is for everyone."""
        notes = {self.Audience.NEW: _("for new clients"), self.Audience.EXISTING: _("for clients who know us")}
        return str(notes.get(self.Audience(self.audience), ""))

    @property
    def asks_intake(self) -> bool:
        """Whether an intake is asked for, whole or short."""
        return self.form != Service.Form.NONE

    @property
    def kit_busy_after(self) -> int:
        """Minutes for which a kit stays blocked after the session's end."""
        return max(self.kit_buffer_after, self.buffer_after)


def own_or(own: int | None, common: int) -> int:
    """The service's own value where it has one, else the practice's."""
    return common if own is None else own
