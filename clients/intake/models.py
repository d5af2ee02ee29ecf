"""The intake: what a client says about pain and health before a session. Given once, never changed."""

import datetime as dt
import uuid

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.care import Triage
from clients.record.models.client import Client
from clients.record.models.consent import ANSWERS_LAST, Consent
from clients.record.models.screening import slug_list_field
from clinic.models.columns import actor_field


class IntakeRequestQuerySet(models.QuerySet["IntakeRequest"]):
    """Sets of intakes that clients were asked for."""

    def awaited(self) -> "IntakeRequestQuerySet":
        """Those still to be filled. Of a series each appointment asks; the first intake answers for all."""
        answered = self.model.objects.filter(
            client=models.OuterRef("client"),
            technique=models.OuterRef("technique"),
            intake__given_at__gte=models.OuterRef("requested_at"),
        )
        return self.filter(intake=None).exclude(models.Exists(answered))


class IntakeRequest(models.Model):
    """An intake that a client was asked for, with the answers so far: saved at every step, open by its link anywhere.

    `appointment` is the public id of the appointment it was asked for; `booking` knows appointments, `clients` does
    not.
    """

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(
        Client, verbose_name=_("client"), on_delete=models.PROTECT, related_name="intake_requests"
    )
    technique = models.SlugField(_("kind of massage"), max_length=60)
    short = models.BooleanField(
        _("short"), default=False, help_text=_("Only safety, consent and where it hurts; no goals, no pain scores.")
    )
    appointment = models.UUIDField(_("for appointment"), null=True, blank=True, unique=True)
    answers = models.JSONField(_("answers so far"), default=dict, blank=True)
    by_mail = models.BooleanField(
        _("answered from the mail"),
        default=False,
        help_text=_("Begun from the client's mail or at the practice. Links shown on a page no longer open it."),
    )
    requested_at = models.DateTimeField(_("asked"), default=timezone.now)
    saved_at = models.DateTimeField(_("last saved"), null=True, blank=True)
    intake = models.OneToOneField(
        "clients.Intake",
        verbose_name=_("intake"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="request",
    )

    objects = IntakeRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("intake request")
        verbose_name_plural = _("health forms asked for")
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return f"{self.client} {timezone.localtime(self.requested_at):%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        """Whether answers are still awaited."""
        return self.intake_id is None


class IntakeQuerySet(models.QuerySet["Intake"]):
    """Sets of intakes that someone asks for."""

    def latest_of(self, client: Client) -> "Intake | None":
        """The newest intake of a client; None where none was given yet."""
        return self.filter(client=client).order_by("-given_at", "-id").first()

    def with_areas(self) -> "IntakeQuerySet":
        """Intakes that need not ask for their `areas` again, each for itself."""
        marks = BodyMark.objects.filter(intake=models.OuterRef("pk")).order_by("pk")
        return self.annotate(marked_areas=ArraySubquery(marks.values("area")))

    def needing_call(self) -> "IntakeQuerySet":
        """Those with an emergency or doctor-first answer that nobody of the team has ticked as seen yet. One that the
        client took back counts until the answers that stand in its place have come in."""
        stops = self.filter(triage__in=[Triage.EMERGENCY, Triage.DOCTOR], acknowledgement=None, client__erased_at=None)
        return stops.filter(models.Q(retraction=None) | models.Q(retraction__replaced_by=None))


class Intake(models.Model):
    """One filled intake. Append-only (a database trigger refuses UPDATE and DELETE): a change is a new intake."""

    class Pressure(models.TextChoices):
        LIGHT = "light", _("light")
        MEDIUM_LIGHT = "medium-light", _("medium-light")
        MEDIUM = "medium", _("medium")
        MEDIUM_FIRM = "medium-firm", _("medium-firm")
        FIRM = "firm", _("firm")

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(Client, verbose_name=_("client"), on_delete=models.PROTECT, related_name="intakes")
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    catalogue_version = models.CharField(_("catalogue version"), max_length=40)
    consent = models.ForeignKey(Consent, verbose_name=_("consent"), null=True, blank=True, on_delete=models.PROTECT)
    technique = models.SlugField(_("kind of massage"), max_length=60, blank=True)
    entered_by = actor_field(_("entered by"), help_text=_("Who of the team entered the answers with the client."))

    brings = models.SlugField(
        _("what brings them"),
        max_length=40,
        blank=True,
        db_default="",
        help_text=_("Empty: given before this was kept."),
    )
    symptoms = slug_list_field(_("symptoms"))
    onset = slug_list_field(_("since when"))
    causes = slug_list_field(_("causes"))
    aggravating = slug_list_field(_("makes it worse"))
    relieving = slug_list_field(_("makes it better"))
    conditions = slug_list_field(_("conditions"))
    where = models.JSONField(
        _("where"), default=dict, blank=True, help_text=_("The places of a condition: its slug, and slugs of areas.")
    )
    red_flags = slug_list_field(_("warning signs"))
    denied = slug_list_field(_("warning signs asked and denied"))
    checked = models.JSONField(
        _("warning signs that a doctor looked at"), default=dict, blank=True, help_text=_("Its slug, and the date.")
    )
    age = models.PositiveSmallIntegerField(_("age"), null=True, blank=True, help_text=_("In years, on that day."))
    weeks = models.PositiveSmallIntegerField(_("weeks of pregnancy"), null=True, blank=True)
    pain = models.PositiveSmallIntegerField(
        _("pain now, 0 to 10"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )
    emergency_contact = models.CharField(_("emergency contact"), max_length=200, blank=True)
    physician = models.CharField(_("doctor or midwife"), max_length=200, blank=True)
    occupation = models.SlugField(_("work"), max_length=20, blank=True)
    focus = slug_list_field(_("where to work most"))
    other_care = models.TextField(_("other care, diagnoses, scans"), max_length=4000, blank=True)
    massage_before = models.SlugField(_("massage before"), max_length=20, blank=True)
    positions = slug_list_field(_("can lie on"))
    aids = slug_list_field(_("lenses and aids"))
    communication = slug_list_field(_("how to communicate"))
    room = slug_list_field(_("therapist, music, talk, warmth"))
    medicines = models.TextField(_("medicines"), max_length=4000, blank=True)
    allergies = models.TextField(_("allergies"), max_length=4000, blank=True)
    surgery = models.TextField(_("operations and injuries"), max_length=4000, blank=True)
    goals = models.TextField(_("what should be better"), max_length=4000, blank=True)
    pressure = models.CharField(_("pressure liked"), max_length=20, choices=Pressure, blank=True)
    areas_to_avoid = models.TextField(_("areas to leave alone"), max_length=4000, blank=True)
    triage = models.CharField(_("triage"), max_length=30)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")
        ordering = ["-given_at"]
        indexes = [models.Index(fields=["client", "-given_at"], name="intake_latest")]

    def __str__(self) -> str:
        return f"{self.client} {timezone.localtime(self.given_at):%Y-%m-%d}"

    def is_out_of_date(self, now: dt.datetime) -> bool:
        """Whether its answers are so old that they are asked for anew."""
        return now - self.given_at > ANSWERS_LAST

    @property
    def areas(self) -> list[str]:
        """The slugs of the marked areas, each once, in the order marked."""
        if (read := getattr(self, "marked_areas", None)) is None:
            read = [mark.area for mark in self.marks.all()]
        return list(dict.fromkeys(read))


class IntakeAcknowledgement(models.Model):
    """Somebody of the team has read an emergency or doctor-first answer and sees to it. The intake stays as it is."""

    intake = models.OneToOneField(
        Intake, verbose_name=_("intake"), on_delete=models.CASCADE, related_name="acknowledgement"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("seen by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("seen"), default=timezone.now)

    class Meta:
        verbose_name = _("answer seen")
        verbose_name_plural = _("answers seen")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.intake} {self.by}"


class IntakeRetractionQuerySet(models.QuerySet["IntakeRetraction"]):
    """Sets of answers that were taken back."""

    def replaced(self) -> "IntakeRetractionQuerySet":
        """Those in whose place other answers have come."""
        return self.filter(replaced_by__isnull=False).select_related("intake", "replaced_by")


class IntakeRetraction(models.Model):
    """An emergency or doctor-first answer that the client says was a mistake. The intake stays as it is."""

    intake = models.OneToOneField(Intake, verbose_name=_("intake"), on_delete=models.CASCADE, related_name="retraction")
    request = models.ForeignKey(
        IntakeRequest, verbose_name=_("intake request"), on_delete=models.CASCADE, related_name="retractions"
    )
    at = models.DateTimeField(_("taken back"), default=timezone.now)
    replaced_by = models.ForeignKey(
        Intake,
        verbose_name=_("answered again with"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="replaces",
    )
    red_flags = slug_list_field(_("warning signs taken back"))

    objects = IntakeRetractionQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer taken back")
        verbose_name_plural = _("answers taken back")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.intake} {timezone.localtime(self.at):%Y-%m-%d}"

    def settles(self, flag: str, *, said_at: dt.datetime) -> bool:
        """Whether this took back a sign that was told at that moment."""
        return flag in self.red_flags and self.replaced_by is not None and said_at <= self.replaced_by.given_at


class BodyMark(models.Model):
    """One place on the body chart where it hurts."""

    class Side(models.TextChoices):
        LEFT = "left", _("left")
        RIGHT = "right", _("right")
        BOTH = "both", _("both sides")
        CENTRE = "centre", _("centre")

    intake = models.ForeignKey(Intake, verbose_name=_("intake"), on_delete=models.CASCADE, related_name="marks")
    area = models.SlugField(_("area"), max_length=60)
    side = models.CharField(_("side"), max_length=10, choices=Side)

    class Meta:
        verbose_name = _("body mark")
        verbose_name_plural = _("body marks")
        constraints = [models.UniqueConstraint(fields=["intake", "area", "side"], name="mark_once")]

    def __str__(self) -> str:
        return f"{self.area} {self.side}"


class PainScoreQuerySet(models.QuerySet["PainScore"]):
    """Sets of numbers that someone asks for."""

    def needing_call(self) -> "PainScoreQuerySet":
        """Those that ask for a call and that nobody of the team has ticked as seen yet."""
        return self.filter(needs_call=True, acknowledged_by=None, appointment__isnull=False, client__erased_at=None)


class PainScore(models.Model):
    """One number of a pain measure. NRS: 0 to 10; PEG-3: its mean, one decimal (catalogue, `outcome_measures`)."""

    class Moment(models.TextChoices):
        INTAKE_NOW = "now", _("now")
        INTAKE_AVERAGE = "average", _("average of the past week")
        INTAKE_WORST = "worst", _("worst of the past week")
        BEFORE = "before", _("before the session")
        AFTER = "after", _("after the session")
        LATER = "later", _("a day and a half later")

    client = models.ForeignKey(Client, verbose_name=_("client"), on_delete=models.PROTECT, related_name="pain_scores")
    intake = models.ForeignKey(
        Intake, verbose_name=_("intake"), null=True, blank=True, on_delete=models.CASCADE, related_name="scores"
    )
    appointment = models.UUIDField(_("of appointment"), null=True, blank=True)
    measure = models.SlugField(_("measure"), max_length=20, default="nrs-0-10")
    complaint = models.SlugField(_("complaint"), max_length=60, blank=True)
    moment = models.CharField(_("when"), max_length=10, choices=Moment)
    value = models.DecimalField(_("value"), max_digits=3, decimal_places=1, validators=[MaxValueValidator(10)])
    partial = models.BooleanField(_("partial"), default=False, help_text=_("A question of the measure was left open."))
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    needs_call = models.BooleanField(
        _("asks for a call"), default=False, help_text=_("Strong, or clearly worse than before the session.")
    )
    acknowledged_by = actor_field(_("seen by"))
    acknowledged_at = models.DateTimeField(_("seen"), null=True, blank=True)

    objects = PainScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("pain score")
        verbose_name_plural = _("pain scores")
        ordering = ["-given_at"]
        indexes = [
            models.Index(
                fields=["given_at"],
                name="pain_to_call_about",
                condition=models.Q(needs_call=True, acknowledged_by=None),
            )
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(value__gte=0, value__lte=10), name="pain_from_0_to_10"),
            models.UniqueConstraint(
                fields=["appointment", "measure", "complaint", "moment"],
                name="pain_once_per_appointment",
                condition=models.Q(appointment__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_moment_display()} {self.value}"
