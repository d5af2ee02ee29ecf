"""A therapist's own calendar somewhere else, and when it is busy: never what for."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.scheduling.models.therapist import Therapist
from clinic.models.sealed import SealedRow

# How old the last reading may be before the desk says so.
STALE_AFTER = dt.timedelta(hours=3)


class PrivateCalendarQuerySet(models.QuerySet["PrivateCalendar"]):
    """Questions about private calendars."""

    def read_now(self) -> "PrivateCalendarQuerySet":
        """Those that are read at all: not paused, and of somebody who works here."""
        return self.filter(active=True, therapist__in=Therapist.objects.at_work())

    def due(self) -> "PrivateCalendarQuerySet":
        """Those to read now by the database's clock, the longest waiting first."""
        return self.read_now().filter(next_due_at__lte=Now()).order_by("next_due_at", "pk")


class PrivateCalendar(SealedRow):
    """Where it is kept is sealed: whoever has the address reads everything in it.

    `edition` is counted up when the address changes, so that a reading of the old one is not written.
    """

    class Kind(models.TextChoices):
        FEED = "feed", _("calendar address")
        CALDAV = "caldav", _("CalDAV with a password")

    therapist = models.ForeignKey(
        Therapist, verbose_name=_("therapist"), on_delete=models.CASCADE, related_name="private_calendars"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.FEED)
    name = models.CharField(_("name"), max_length=80)
    active = models.BooleanField(_("is read"), default=True)
    edition = models.PositiveIntegerField(_("edition of the address"), default=1, editable=False)
    etag = models.CharField(_("mark of its state"), max_length=200, blank=True, editable=False)
    last_modified = models.CharField(_("changed, as its server says"), max_length=200, blank=True, editable=False)
    digest = models.CharField(_("hash of its times"), max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    tried_at = models.DateTimeField(_("last tried"), null=True, editable=False)
    succeeded_at = models.DateTimeField(_("last read"), null=True, editable=False)
    worked_out_at = models.DateTimeField(_("times worked out"), null=True, editable=False)
    trouble = models.CharField(_("trouble"), max_length=20, blank=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    skipped = models.PositiveIntegerField(_("entries that could not be read"), default=0, editable=False)
    next_due_at = models.DateTimeField(_("next reading"), default=timezone.now, db_index=True, editable=False)

    objects = PrivateCalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("private calendar")
        verbose_name_plural = _("private calendars")
        ordering = ["therapist", "pk"]

    def __str__(self) -> str:
        return self.name

    def keep_source(
        self, *, address: str, user: str = "", password: str = "", choices: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Seal where the calendar is; the row is not saved by this.

        `choices` are the addresses and names of an account's calendars, of which its owner has not chosen yet.
        """
        parts = {"address": address, "user": user, "password": password, "choices": list(choices)}
        self.seal(json.dumps(parts).encode())

    def source_parts(self) -> dict[str, Any]:
        """What `keep_source` was given. Raises SealedUnreadable."""
        found: dict[str, Any] = json.loads(self.unsealed())
        return found

    @property
    def is_stale(self) -> bool:
        """Whether its busy times are older than they should be."""
        return bool(self.trouble) and (self.succeeded_at is None or self.succeeded_at < timezone.now() - STALE_AFTER)


class PrivateBusyQuerySet(models.QuerySet["PrivateBusy"]):
    """Questions about busy times."""

    def blocking(self, start: dt.datetime, end: dt.datetime) -> "PrivateBusyQuerySet":
        """Those that touch [start, end), of calendars that are not paused."""
        return self.filter(calendar__active=True, starts_at__lt=end, ends_at__gt=start)


class PrivateBusy(models.Model):
    """A time at which a private calendar is busy."""

    calendar = models.ForeignKey(
        PrivateCalendar, verbose_name=_("private calendar"), on_delete=models.CASCADE, related_name="busy"
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    objects = PrivateBusyQuerySet.as_manager()

    class Meta:
        verbose_name = _("private busy time")
        verbose_name_plural = _("private busy times")
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="private_busy_span")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="private_busy_has_length"
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
