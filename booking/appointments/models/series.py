"""A series: appointments of one client that were booked together, every so many weeks at the same wall time."""

import uuid
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from booking.scheduling.models.service import Service
from booking.scheduling.models.therapist import Therapist
from clients.models import Client
from clinic.models.columns import actor_field


class Series(models.Model):
    """What was asked for; the appointments know their place in it and go their own ways."""

    # A year of monthly appointments, or half a year of weekly ones; nobody plans a massage further.
    WEEKS: ClassVar[tuple[int, int]] = (1, 12)
    TIMES: ClassVar[tuple[int, int]] = (2, 26)

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(Client, verbose_name=_("client"), on_delete=models.PROTECT, related_name="series")
    service = models.ForeignKey(Service, verbose_name=_("service"), on_delete=models.PROTECT, related_name="+")
    therapist = models.ForeignKey(Therapist, verbose_name=_("therapist"), on_delete=models.PROTECT, related_name="+")
    every_weeks = models.PositiveSmallIntegerField(
        _("every so many weeks"), validators=[MinValueValidator(WEEKS[0]), MaxValueValidator(WEEKS[1])]
    )
    times = models.PositiveSmallIntegerField(
        _("how many times"), validators=[MinValueValidator(TIMES[0]), MaxValueValidator(TIMES[1])]
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    made_by = actor_field(_("made by"))
    idempotency_key = models.CharField(
        _("idempotency key"), max_length=120, null=True, blank=True, unique=True, editable=False
    )
    request_hash = models.CharField(_("hash of the request"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(every_weeks__range=(1, 12)), name="series_weeks_in_range"),
            models.CheckConstraint(condition=models.Q(times__range=(2, 26)), name="series_times_in_range"),
        ]

    def __str__(self) -> str:
        return _("%(times)d times, %(rhythm)s") % {"times": self.times, "rhythm": self.rhythm}

    @property
    def rhythm(self) -> str:
        """How often, in words."""
        return ngettext("every week", "every %(weeks)d weeks", self.every_weeks) % {"weeks": self.every_weeks}
