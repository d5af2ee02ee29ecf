"""What can be added to a service: time, a price, perhaps warm stones; and what was added to one appointment."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.scheduling.models.service import Service
from clients.catalogue.choices import knows_add_on, knows_technique, uses_stones
from clinic.country.money import PriceField, check_price
from clinic.models.versioned import Versioned


class AddOnQuerySet(models.QuerySet["AddOn"]):
    """Sets of add-ons that someone asks for."""

    def offered_with(self, service: Service) -> "AddOnQuerySet":
        """Those that may be booked with a service now, in the practice's order."""
        return self.filter(active=True, services=service)


class AddOn(Versioned):
    """Something on top of a service. Name, length and price are copied to the appointment when it is booked."""

    slug = models.SlugField(_("address"), max_length=60, unique=True, help_text=_("How web addresses name it."))
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        default=0,
        validators=[MaxValueValidator(240)],
        help_text=_("How much longer the session takes. 0: no longer."),
    )
    price = PriceField(_("price"), validators=[MinValueValidator(0), check_price])
    technique = models.SlugField(
        _("kind of massage"),
        max_length=60,
        blank=True,
        help_text=_("Where its safety differs from the service's: warm stones are asked about as hot stones are."),
    )
    kind = models.SlugField(
        _("what it is"),
        max_length=60,
        blank=True,
        help_text=_("By it the health answers are judged: warmth, scent and the like."),
    )
    needs_kit = models.BooleanField(_("needs a stone kit"), default=False)
    kit_buffer_after = models.PositiveSmallIntegerField(
        _("kit busy after (minutes)"),
        default=0,
        validators=[MaxValueValidator(480)],
        help_text=_("Cleaning and re-heating. Counted from the end of the session; at least the buffer."),
    )
    services = models.ManyToManyField(
        Service, verbose_name=_("services"), related_name="add_ons", help_text=_("The services it can be added to.")
    )
    active = models.BooleanField(_("bookable"), default=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    objects = AddOnQuerySet.as_manager()

    class Meta:
        verbose_name = _("add-on")
        verbose_name_plural = _("add-ons")
        ordering = ["position", "name"]
        constraints = [
            # Stones are hot: without a kind of massage nobody would be asked whether heat is safe for them.
            models.CheckConstraint(
                condition=models.Q(needs_kit=False) | ~models.Q(technique=""),
                name="stones_are_asked_about",
                violation_error_message=_("Say which kind of massage the stones are, so that clients are asked first."),
            ),
            models.CheckConstraint(
                condition=models.Q(price__gte=0),
                name="add_on_price_is_not_negative",
                violation_error_message=_("A price is not below zero."),
            ),
        ]

    def __str__(self) -> str:
        return part_in_words(self.name, self.minutes)

    @property
    def judged_items(self) -> tuple[str, ...]:
        """What the health answers are held against, as catalogue slugs; empty where it carries no danger."""
        return tuple(slug for slug in (self.technique, self.kind) if slug)

    def clean(self) -> None:
        """The question about safety goes with the stones, and what it is judged by is in the catalogue."""
        if self.technique and not knows_technique(self.technique):
            raise ValidationError({"technique": _("The care catalogue has no such kind of massage.")})
        if self.kind and not knows_add_on(self.kind):
            raise ValidationError({"kind": _("The care catalogue has no such add-on.")})
        if self.needs_kit and not self.technique:
            raise ValidationError({"technique": _("Stones need one, so that clients are asked whether heat is safe.")})
        if not self.needs_kit and uses_stones(self.technique):
            raise ValidationError(
                {"needs_kit": _("This kind of massage is given with hot stones: please tick that it needs a kit.")}
            )


class AppointmentAddOn(models.Model):
    """An add-on of one appointment, as it was booked: later edits of the price list do not change it."""

    appointment = models.ForeignKey(
        "booking.Appointment", verbose_name=_("appointment"), on_delete=models.CASCADE, related_name="add_ons"
    )
    add_on = models.ForeignKey(AddOn, verbose_name=_("add-on"), on_delete=models.PROTECT, related_name="booked")
    name = models.CharField(_("name as booked"), max_length=80)
    minutes = models.PositiveSmallIntegerField(_("minutes as booked"))
    price = PriceField(_("price as booked"))

    class Meta:
        verbose_name = _("add-on of an appointment")
        verbose_name_plural = _("add-ons of appointments")
        ordering = ["add_on__position", "name"]
        constraints = [models.UniqueConstraint(fields=["appointment", "add_on"], name="add_on_once_an_appointment")]

    def __str__(self) -> str:
        return part_in_words(self.name, self.minutes)


def part_in_words(name: str, minutes: int) -> str:
    """A part of an appointment with its length: “Foot massage, 15 min”; what takes no time is only named."""
    return gettext("%(name)s, %(minutes)s min") % {"name": name, "minutes": minutes} if minutes else name
