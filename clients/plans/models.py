"""The care plan: what the engine proposed from one intake, kept as a snapshot of text and reasons."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.intake.models import Intake
from clients.record.models.client import Client
from clinic.models.versioned import Versioned


class CarePlan(Versioned):
    """Advice made under one catalogue version. Later edits of the catalogue never change it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("waits for the therapist")
        APPROVED = "approved", _("approved")

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(Client, verbose_name=_("client"), on_delete=models.PROTECT, related_name="plans")
    intake = models.ForeignKey(Intake, verbose_name=_("intake"), on_delete=models.PROTECT, related_name="plans")
    technique = models.SlugField(_("kind of massage"), max_length=60, blank=True)
    appointment = models.UUIDField(_("for appointment"), null=True, blank=True)
    catalogue_version = models.CharField(_("catalogue version"), max_length=40)
    triage = models.CharField(_("triage"), max_length=30)
    services = models.JSONField(
        _("kinds of massage"), default=list, help_text=_("Level and reasons of each, as shown.")
    )
    warnings = models.JSONField(
        _("warning signs"), default=list, blank=True, help_text=_("What the client was told about each.")
    )
    provisional = models.BooleanField(
        _("questions open"), default=False, help_text=_("Nothing is released while a safety question is open.")
    )
    questions = models.JSONField(_("open questions"), default=list, blank=True, help_text=_("Slug and question."))
    one_thing = models.SlugField(_("the one thing this week"), max_length=60, blank=True)
    starred = models.BooleanField(_("starred by the therapist"), default=False)
    recommended = models.JSONField(_("recommended massage"), null=True, blank=True)
    alternatives = models.JSONField(_("other massages that suit"), default=list, blank=True)
    opening = models.JSONField(_("opening words"), null=True, blank=True)
    more = models.JSONField(_("more to read"), default=list, blank=True)
    also = models.JSONField(_("to swap in"), default=list, blank=True, help_text=_("Slugs of tips."))
    dropped = models.JSONField(_("oils to swap in"), default=list, blank=True, help_text=_("Slugs of oils."))
    blend = models.JSONField(_("strength of the blend"), null=True, blank=True)
    claims = models.JSONField(_("claims"), default=list, blank=True, help_text=_("What is said about the seeds."))
    doctor_note = models.TextField(_("note to take to the doctor"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    approvals = models.JSONField(
        _("as it was approved"),
        default=list,
        blank=True,
        editable=False,
        help_text=_("When, by whom, and what was released: one for each time, so that an old session shows its own."),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("care plan")
        verbose_name_plural = _("care plans")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.client} {timezone.localtime(self.made_at):%Y-%m-%d}"

    @property
    def warning_texts(self) -> list[str]:
        """What the client was told about their warning signs, as it stood when the plan was made."""
        return [warning["text"] for warning in self.warnings]


class CarePlanItemQuerySet(models.QuerySet["CarePlanItem"]):
    """Sets of items that a page or a mail asks for."""

    def for_client(self) -> "CarePlanItemQuerySet":
        """What the client may follow now: released, so neither waiting for the therapist nor withheld."""
        return self.filter(state=CarePlanItem.State.RELEASED)

    def for_copy(self) -> "CarePlanItemQuerySet":
        """What a client's copy of the record holds: nothing that waits, and nothing while a question is open."""
        return self.exclude(state=CarePlanItem.State.WAITING).exclude(plan__provisional=True)


class CarePlanItem(models.Model):
    """One oil, carrier or home-care tip of a plan, with dose, reasons and evidence; or one that was withheld."""

    class Kind(models.TextChoices):
        OIL = "oil", _("oil")
        CARRIER = "carrier", _("carrier oil")
        HOME_CARE = "home-care", _("home care")

    class State(models.TextChoices):
        RELEASED = "released", _("for the client")
        WAITING = "waiting", _("waits for the therapist")
        WITHHELD = "withheld", _("left out")
        DROPPED = "dropped", _("dropped by the therapist")

    plan = models.ForeignKey(CarePlan, verbose_name=_("plan"), on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    slug = models.SlugField(_("item"), max_length=60)
    position = models.PositiveSmallIntegerField(_("place"))
    state = models.CharField(_("state"), max_length=10, choices=State)
    name = models.CharField(_("name"), max_length=160)
    text = models.TextField(_("text"))
    dose = models.TextField(_("how"), blank=True)
    role = models.SlugField(_("role"), max_length=20, blank=True)
    percent = models.DecimalField(_("percent"), max_digits=4, decimal_places=2, null=True, blank=True)
    session_only = models.BooleanField(_("in the session only"), default=False)
    wait_hours = models.PositiveSmallIntegerField(_("hours to wait after the session"), default=0)
    steps = models.JSONField(_("steps"), default=list, blank=True)
    picture = models.SlugField(_("drawing"), max_length=60, blank=True)
    picture_text = models.TextField(_("drawing in words"), blank=True)
    video = models.URLField(_("video of the practice"), blank=True)
    tags = models.JSONField(_("dangers"), default=list, blank=True)
    because = models.JSONField(
        _("because"), default=dict, help_text=_("The client's own answers that led here, with their names.")
    )
    cautions = models.JSONField(_("take care"), default=list)
    withheld_because = models.JSONField(_("left out because"), default=list)
    evidence_grade = models.CharField(_("evidence"), max_length=20)
    evidence_note = models.TextField(_("about the evidence"), blank=True)
    sources = models.JSONField(_("sources"), default=list)
    may_be_emailed = models.BooleanField(_("may go by e-mail"), default=True)
    override_reason = models.TextField(_("why the therapist overrode"), blank=True)
    added = models.BooleanField(_("added by the therapist"), default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = CarePlanItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of a care plan")
        verbose_name_plural = _("items of a care plan")
        ordering = ["kind", "position"]
        constraints = [models.UniqueConstraint(fields=["plan", "kind", "slug"], name="plan_item_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_barred_for_good(self) -> bool:
        """Whether a bar holds it back that no reason of the therapist lifts."""
        return any(why.get("for_good") for why in self.withheld_because)


class TipAnswer(models.Model):
    """What a client says of a tip, by a tap: that they did it, and whether it helped. The newest of a day counts."""

    item = models.ForeignKey(CarePlanItem, verbose_name=_("tip"), on_delete=models.CASCADE, related_name="answers")
    client = models.ForeignKey(Client, verbose_name=_("client"), on_delete=models.CASCADE, related_name="tip_answers")
    did = models.BooleanField(_("did it"))
    helped = models.BooleanField(_("helped"), null=True, blank=True)
    note = models.CharField(_("in their words"), max_length=300, blank=True)
    on = models.DateField(_("day"))
    given_at = models.DateTimeField(_("given"), default=timezone.now)

    class Meta:
        verbose_name = _("answer to a tip")
        verbose_name_plural = _("answers to tips")
        ordering = ["-on", "-given_at"]
        constraints = [models.UniqueConstraint(fields=["item", "on"], name="tip_answer_once_a_day")]

    def __str__(self) -> str:
        return f"{self.item} {self.on:%Y-%m-%d}"
