"""Who waits for a time, and what they were offered. The hold itself is an appointment with the status “offered”."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.appointments.models.appointment import Appointment
from booking.scheduling.models.service import Service
from booking.scheduling.models.therapist import Therapist, WorkingHours
from booking.waitlist.matching import Preferences
from clients.models import Client, Screening
from clinic.country import locale
from clinic.models.columns import actor_field
from clinic.models.versioned import Versioned
from clinic.templatetags.moments import short_date_clock

WEEKDAY = WorkingHours.Weekday
# So many offers without a word, and the entry ends; the last of them says so.
MOST_IGNORED_OFFERS = 3


class WaitlistState(models.TextChoices):
    """Where an entry stands."""

    WAITING = "waiting", _("waiting")
    OFFERED = "offered", _("a time is offered")
    BOOKED = "booked", _("booked")
    ENDED = "ended", _("ended")


class WaitlistEndReason(models.TextChoices):
    """Why an entry ended without a booking."""

    LEFT = "left", _("left by the client")
    DESK = "desk", _("ended at the desk")
    OVER = "over", _("its last day is over")
    IGNORED = "ignored", _("three offers without an answer")
    UNSUITABLE = "unsuitable", _("does not suit the answers any more")
    ERASED = "erased", _("the file was erased")


class WaitlistEntryQuerySet(models.QuerySet["WaitlistEntry"]):
    """Sets of entries that someone asks for."""

    def live(self) -> "WaitlistEntryQuerySet":
        """Those that still wait, or have an offer open."""
        return self.filter(state__in=WaitlistEntry.LIVE)

    def with_people(self) -> "WaitlistEntryQuerySet":
        """Joined with what a list shows."""
        return self.select_related("client", "service", "therapist", "screening")


class WaitlistEntry(Versioned):
    """One client waiting for one service: on which days, between which hours, from when until when."""

    LIVE: ClassVar = (WaitlistState.WAITING, WaitlistState.OFFERED)

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(Client, verbose_name=_("client"), on_delete=models.PROTECT, related_name="waits")
    service = models.ForeignKey(Service, verbose_name=_("service"), on_delete=models.PROTECT, related_name="waits")
    therapist = models.ForeignKey(
        Therapist,
        verbose_name=_("therapist"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="waits",
        help_text=_("Empty: any."),
    )
    screening = models.ForeignKey(
        Screening,
        verbose_name=_("safety answers"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
        help_text=_("Kept until the file is erased."),
    )
    weekdays = ArrayField(models.PositiveSmallIntegerField(choices=WEEKDAY.choices), verbose_name=_("days"))
    from_time = models.TimeField(_("not before"))
    until_time = models.TimeField(_("finished by"))
    first_date = models.DateField(_("from"))
    last_date = models.DateField(_("until"))
    free_already = ArrayField(
        models.DateTimeField(),
        verbose_name=_("free already"),
        default=list,
        editable=False,
        help_text=_("Suiting times that were free when they joined, and are still: none of them has opened."),
    )
    state = models.CharField(_("state"), max_length=10, choices=WaitlistState, default=WaitlistState.WAITING)
    end_reason = models.CharField(_("why it ended"), max_length=10, choices=WaitlistEndReason, blank=True)
    via = models.CharField(_("through"), max_length=10, choices=Appointment.Via, default=Appointment.Via.WEB)
    idempotency_key = models.CharField(
        _("idempotency key"), max_length=120, null=True, blank=True, unique=True, editable=False
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)

    objects = WaitlistEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("waitlist entry")
        verbose_name_plural = _("waitlist")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "service"],
                name="one_live_wait_per_client_and_service",
                condition=models.Q(state__in=["waiting", "offered"]),
                violation_error_message=_("This client waits for this service already."),
            ),
            models.CheckConstraint(
                condition=models.Q(until_time__gt=models.F("from_time"))
                & models.Q(last_date__gte=models.F("first_date")),
                name="wait_times_in_order",
                violation_error_message=_("The end must come after the start."),
            ),
            models.CheckConstraint(
                condition=models.Q(state="ended") ^ models.Q(end_reason=""), name="ended_wait_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="wait_live", condition=models.Q(state__in=["waiting", "offered"]))
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.first_date:%Y-%m-%d}"

    @property
    def is_live(self) -> bool:
        """Whether it still waits, or has an offer open."""
        return self.state in self.LIVE

    @property
    def is_for_one_day(self) -> bool:
        """Whether they wait for a single date."""
        return self.first_date == self.last_date

    @property
    def suits(self) -> Preferences:
        """The days and hours that suit, as plain values."""
        return Preferences(
            weekdays=frozenset(self.weekdays),
            from_time=self.from_time,
            until_time=self.until_time,
            first=self.first_date,
            last=self.last_date,
        )

    @property
    def days_in_words(self) -> str:
        """The weekdays as people say them."""
        days = sorted(set(self.weekdays), key=locale.current_formats().place_in_week)
        if len(days) == len(WEEKDAY):
            return str(_("Any day"))
        if set(days) == set(range(5)):
            return str(_("Monday to Friday"))
        return ", ".join(str(WEEKDAY(day).label) for day in days)

    def ignored(self) -> int:
        """How many offers in a row, up to now, got no answer although their mail went out."""
        outcomes = self.offers.exclude(outcome=WaitlistOffer.Outcome.OPEN).order_by("-made_at", "-id")
        count = 0
        for outcome in outcomes.values_list("outcome", flat=True)[:MOST_IGNORED_OFFERS]:
            if outcome == WaitlistOffer.Outcome.IGNORED:
                count += 1
            elif outcome == WaitlistOffer.Outcome.DECLINED:
                break
        return count


class WaitlistOffer(models.Model):
    """One time offered to one entry: the appointment that holds it, until when, and what became of it."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        IGNORED = "ignored", _("no answer")
        UNSAID = "unsaid", _("over before its mail went out")
        WITHDRAWN = "withdrawn", _("taken back")

    entry = models.ForeignKey(
        WaitlistEntry, verbose_name=_("waitlist entry"), on_delete=models.PROTECT, related_name="offers"
    )
    appointment = models.OneToOneField(
        Appointment, verbose_name=_("appointment"), on_delete=models.PROTECT, related_name="offer"
    )
    starts_at = models.DateTimeField(_("time as offered"))
    held_until = models.DateTimeField(_("held until"))
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = actor_field(_("made by"))
    last = models.BooleanField(_("last before the entry ends"), default=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.OPEN)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("waitlist offer")
        verbose_name_plural = _("waitlist offers")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], name="one_open_offer_per_wait", condition=models.Q(outcome="open")
            )
        ]
        indexes = [models.Index(fields=["held_until"], name="offer_open", condition=models.Q(outcome="open"))]

    def __str__(self) -> str:
        return f"{short_date_clock(timezone.localtime(self.starts_at))} {self.get_outcome_display()}"

    @property
    def is_open(self) -> bool:
        """Whether the time is held and the answer still counts."""
        return self.outcome == self.Outcome.OPEN and self.held_until > timezone.now()
