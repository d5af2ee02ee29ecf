"""The appointment: one client, one therapist, one booked time. PostgreSQL itself refuses an overlap (I1)."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.expressions import Combinable
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.appointments.models.occupancy import (
    HELD_RANGE,
    IdRange,
    RangeContainsId,
    RangesOverlap,
    TimeRangeExpression,
)
from booking.appointments.models.series import Series
from booking.scheduling.models.add_on import AppointmentAddOn, part_in_words
from booking.scheduling.models.resources import Room, StoneKit
from booking.scheduling.models.service import Service
from booking.scheduling.models.therapist import Therapist
from clients.models import Client, Intake, Screening
from clinic.country.money import PriceField
from clinic.mail.ledger import site_host
from clinic.models import Practice
from clinic.models.columns import actor_field
from clinic.models.versioned import Versioned
from clinic.templatetags.moments import short_date_clock

# No appointment blocks anything for longer than this, so that whoever looks at some days need not read all before them.
LONGEST_APPOINTMENT = dt.timedelta(days=2)


class Status(models.TextChoices):
    """Where an appointment stands. “Offered” holds its time for someone on the waitlist who has not answered yet."""

    OFFERED = "offered", _("offered")
    REQUESTED = "requested", _("requested")
    CONFIRMED = "confirmed", _("confirmed")
    COMPLETED = "completed", _("completed")
    CANCELLED = "cancelled", _("cancelled")
    NO_SHOW = "no-show", _("no-show")


# Nobody waits longer than this for a session: an arrival noted before is one for another time.
LONGEST_WAIT = dt.timedelta(hours=12)

# Booked and still to take place.
AHEAD = (Status.REQUESTED, Status.CONFIRMED)
# What a client asked for or agreed to; what holds its time is more by what is offered.
BOOKED = (*AHEAD, Status.COMPLETED)
ACTIVE = (Status.OFFERED, *BOOKED)


def new_calendar_uid() -> str:
    """The UID (RFC 5545) that an appointment keeps in calendars for life, also where the site moves to another host."""
    return f"{uuid.uuid4()}@{site_host()}"


def exclusion_constraint(column: str, *, name: str, message: Any) -> ExclusionConstraint:
    """The constraint that no two active appointments share `column` while the times for which they hold it overlap."""
    expressions: list[tuple[str | Combinable, str]] = [
        (IdRange(column), RangeOperators.OVERLAPS),
        (TimeRangeExpression(*HELD_RANGE[column]), RangeOperators.OVERLAPS),
    ]
    return ExclusionConstraint(
        name=name,
        expressions=expressions,
        # An unset room would otherwise be the range without bounds, which overlaps every room.
        condition=models.Q(status__in=[str(status) for status in ACTIVE])
        & models.Q(**{f"{column.removesuffix('_id')}__isnull": False}),
        violation_error_message=message,
    )


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Sets of appointments that someone asks for."""

    def active(self) -> "AppointmentQuerySet":
        """Those that hold their time: offered, requested, confirmed, completed."""
        return self.filter(status__in=ACTIVE)

    def blocking(self, column: str, key: Any, start: Any, end: Any) -> "AppointmentQuerySet":
        """Those that hold one therapist, room, kit or client (`column`, such as "room_id") for some of [start, end).

        Asked as the exclusion constraint asks, so that its index answers, however long the past is. That index leaves
        out rows without a room; only the plain equality tells PostgreSQL that none of those is asked for.
        """
        same, then = (
            RangeContainsId(IdRange(column), key),
            RangesOverlap(TimeRangeExpression(*HELD_RANGE[column]), TimeRangeExpression(start, end)),
        )
        return self.active().filter(same, then, **{column: key})

    def upcoming(self) -> "AppointmentQuerySet":
        """Those still ahead that somebody booked; one that is only offered is nobody's yet."""
        return self.filter(status__in=AHEAD, starts_at__gt=timezone.now())

    def counting_toward_limit(self, *, now: Any, since: Any) -> "AppointmentQuerySet":
        """What clients booked online, still ahead at `now` or booked after `since`: a cancelled one sent mails too."""
        lately = models.Q(status__in=ACTIVE, starts_at__gt=now) | models.Q(created_at__gt=since)
        return self.filter(lately, via__in=Appointment.SELF_SERVICE)

    def holding(self) -> "AppointmentQuerySet":
        """Those still ahead that hold their time, booked or only offered."""
        return self.active().filter(starts_at__gt=timezone.now())

    def touching(self, start: dt.datetime, end: dt.datetime) -> "AppointmentQuerySet":
        """Those whose session overlaps [start, end), instants in UTC."""
        return self.filter(starts_at__gt=start - LONGEST_APPOINTMENT, starts_at__lt=end, ends_at__gt=start)

    def of_therapist(self, therapist: "Therapist | None") -> "AppointmentQuerySet":
        """Those of one therapist; all of them where none is named."""
        return self.filter(therapist=therapist) if therapist else self

    def with_people(self) -> "AppointmentQuerySet":
        """Joined with what a list shows, add-ons included, so that a list costs two queries."""
        parts = AppointmentAddOn.objects.select_related("add_on")
        joined = self.select_related("client", "service", "therapist", "room", "kit", "screening")
        return joined.prefetch_related(models.Prefetch("add_ons", queryset=parts))


class Appointment(Versioned):
    """A booked time. Moving updates this row (same id, revision + 1); cancelling is a status; nothing is deleted."""

    class Via(models.TextChoices):
        WEB = "web", _("web page")
        API = "api", _("API")
        DESK = "desk", _("desk")
        ADMIN = "admin", _("admin")
        WAITLIST = "waitlist", _("waitlist")
        IMPORT = "import", _("import")
        PROGRAM = "program", _("a program with a key")
        SEED = "seed", _("demo data")

    # Through what a client comes without anybody of the team.
    SELF_SERVICE: ClassVar[tuple[str, ...]] = (Via.WEB, Via.API)

    # The moves a person may make; leaving a status not named here is impossible.
    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {
        Status.OFFERED: frozenset({Status.CONFIRMED, Status.REQUESTED, Status.CANCELLED}),
        Status.REQUESTED: frozenset({Status.CONFIRMED, Status.CANCELLED, Status.COMPLETED, Status.NO_SHOW}),
        Status.CONFIRMED: frozenset({Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW}),
        Status.COMPLETED: frozenset({Status.NO_SHOW}),
        Status.CANCELLED: frozenset(),
        Status.NO_SHOW: frozenset({Status.COMPLETED}),
    }

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(Client, verbose_name=_("client"), on_delete=models.PROTECT, related_name="appointments")
    service = models.ForeignKey(
        Service, verbose_name=_("service"), on_delete=models.PROTECT, related_name="appointments"
    )
    therapist = models.ForeignKey(
        Therapist, verbose_name=_("therapist"), on_delete=models.PROTECT, related_name="appointments"
    )
    room = models.ForeignKey(
        Room, verbose_name=_("room"), null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    kit = models.ForeignKey(
        StoneKit,
        verbose_name=_("stone kit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    screening = models.ForeignKey(
        Screening, verbose_name=_("safety answers"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    rescreened_with = models.ForeignKey(
        Intake,
        verbose_name=_("judged again by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The newest intake that was held against this appointment after it was booked."),
    )
    clearance_seen_on = models.DateField(_("doctor's note seen on"), null=True, blank=True)
    clearance_seen_by = actor_field(_("doctor's note seen by"))

    series = models.ForeignKey(
        Series,
        verbose_name=_("series"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    position = models.PositiveSmallIntegerField(_("place in the series"), null=True, blank=True, editable=False)

    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    blocked_from = models.DateTimeField(_("blocked from"))
    blocked_until = models.DateTimeField(_("blocked until"))
    kit_blocked_until = models.DateTimeField(_("kit blocked until"))

    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.CONFIRMED)
    revision = models.PositiveIntegerField(_("revision"), default=0, editable=False)
    moves = models.PositiveSmallIntegerField(_("moved by the client"), default=0, editable=False)
    minutes = models.PositiveSmallIntegerField(_("minutes as booked"))
    price = PriceField(_("price as booked"))
    currency = models.CharField(_("currency"), max_length=3)
    via = models.CharField(_("booked by"), max_length=10, choices=Via, default=Via.WEB)
    network = models.CharField(
        _("mark of the network"),
        max_length=24,
        blank=True,
        db_default="",
        editable=False,
        help_text=_("Of whoever booked online, for 30 days: to find bookings that one person made in many names."),
    )
    booked_by = models.UUIDField(
        _("booked for them by"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The file of whoever booked this for its client. Empty: the client did."),
    )
    confirmed_by_client_at = models.DateTimeField(_("client said yes"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True, editable=False)
    reason = models.CharField(
        _("reason"), max_length=300, blank=True, help_text=_("Why it was cancelled, or why a rule was overridden.")
    )
    cancelled_by_client = models.BooleanField(
        _("cancelled by the client"),
        default=False,
        db_default=False,
        editable=False,
        help_text=_("The client asked for it, whoever wrote it down. Else the practice cancelled."),
    )
    client_note = models.TextField(_("note from the client"), max_length=2000, blank=True)
    policy_text = models.TextField(_("policy as accepted"), blank=True)
    calendar_uid = models.CharField(
        _("name of the entry in calendars"), max_length=255, default=new_calendar_uid, editable=False
    )
    idempotency_key = models.CharField(
        _("idempotency key"), max_length=120, null=True, blank=True, unique=True, editable=False
    )
    request_hash = models.CharField(_("hash of the request"), max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("booked"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    changed_by = actor_field(_("changed by"))

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["starts_at"]
        permissions = (("read_team_reports", _("Reads the numbers of all therapists")),)
        indexes = [
            models.Index(fields=["starts_at"], name="appointment_starts"),
            models.Index(
                fields=["kit_blocked_until"],
                name="appointment_busy",
                condition=models.Q(status__in=[str(status) for status in ACTIVE]),
            ),
            models.Index(fields=["client", "starts_at"], name="appointment_of_client"),
            models.Index(fields=["changed_at", "id"], name="appointment_changed"),
            models.Index(fields=["network"], name="appointment_network", condition=~models.Q(network="")),
        ]
        constraints = [
            exclusion_constraint(
                "therapist_id",
                name="never_two_for_one_therapist",
                message=_("The therapist already has an appointment then."),
            ),
            exclusion_constraint(
                "room_id",
                name="never_two_in_one_room",
                message=_("The room is taken then."),
            ),
            exclusion_constraint(
                "kit_id",
                name="never_two_with_one_kit",
                message=_("The stone kit is in use then."),
            ),
            exclusion_constraint(
                "client_id",
                name="never_two_for_one_client",
                message=_("This client already has an appointment then."),
            ),
            # An empty range overlaps nothing and would slip through every constraint above.
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at"))
                & models.Q(blocked_from__lte=models.F("starts_at"))
                & models.Q(blocked_until__gte=models.F("ends_at"))
                & models.Q(kit_blocked_until__gte=models.F("blocked_until")),
                name="appointment_times_in_order",
                violation_error_message=_("The end must come after the start."),
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(
                    models.F("kit_blocked_until") - models.F("blocked_from"), LONGEST_APPOINTMENT
                ),
                name="appointment_is_not_endless",
                violation_error_message=_("An appointment with its buffers may take two days at most."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[str(status) for status in Status]), name="appointment_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(clearance_seen_on=None, clearance_seen_by=None)
                | models.Q(clearance_seen_on__isnull=False, clearance_seen_by__isnull=False),
                name="clearance_seen_by_someone",
                violation_error_message=_("Say on which day the doctor's note was seen, and by whom."),
            ),
            models.UniqueConstraint(fields=["series", "position"], name="one_appointment_per_place_in_series"),
            models.CheckConstraint(
                condition=models.Q(series=None, position=None) | models.Q(series__isnull=False, position__isnull=False),
                name="series_and_place_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{short_date_clock(timezone.localtime(self.starts_at))} {self.therapist}"

    @property
    def is_active(self) -> bool:
        """Whether it holds its time."""
        return self.status in ACTIVE

    @property
    def has_arrived(self) -> bool:
        """Whether the client is here for it; one who came before it was moved to another day is not."""
        return self.arrived_at is not None and self.arrived_at >= self.starts_at - LONGEST_WAIT

    @property
    def is_ahead(self) -> bool:
        """Whether it is still to come and somebody booked it."""
        return self.status in AHEAD and self.starts_at > timezone.now()

    @property
    def is_offered(self) -> bool:
        """Whether its time is held for someone on the waitlist, who has not said yes."""
        return self.status == Status.OFFERED

    @property
    def went_as_booked(self) -> bool:
        """Whether nothing is to be said of its status once it is past."""
        return self.status in (Status.CONFIRMED, Status.COMPLETED)

    @property
    def added(self) -> list[AppointmentAddOn]:
        """What was added to the service, in the practice's order; nothing where it is not saved (a sample)."""
        return list(self.add_ons.all()) if self.pk else []

    @property
    def parts(self) -> str:
        """What was booked, in words: “Regular massage, 60 min + Hot towel”."""
        alone = self.minutes - sum(each.minutes for each in self.added)
        return " + ".join([part_in_words(self.service.name, alone), *map(str, self.added)])

    @property
    def service_with_parts(self) -> str:
        """The service by its name alone, or with what was added to it."""
        return self.parts if self.added else self.service.name

    def can_become(self, status: str) -> bool:
        """Whether a person may change the status to this one."""
        return status in self.TRANSITIONS[self.status]

    def cutoff(self, practice: Practice) -> dt.datetime:
        """The last instant at which the client may move or cancel it online, free of charge."""
        return self.starts_at - self.service.cutoff_in(practice)

    def is_past_cutoff(self, practice: Practice, now: dt.datetime) -> bool:
        """Whether it is too late for the client to move or cancel it online."""
        return self.service.is_past_cutoff(self.starts_at, practice, now)

    def was_missed(self, practice: Practice) -> bool:
        """Whether the client did not come, or cancelled when that was no longer free of charge."""
        too_late = self.cancelled_by_client and self.is_past_cutoff(practice, self.changed_at)
        return self.status == Status.NO_SHOW or (self.status == Status.CANCELLED and too_late)

    def has_moves_left(self, practice: Practice) -> bool:
        """Whether the client may move it once more by themselves."""
        return self.moves < self.service.moves_in(practice)
