"""The session note (SOAP): written during the appointment, locked when signed, then only addenda."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.appointments.models.appointment import Appointment
from clinic.models.columns import actor_field
from clinic.models.versioned import Versioned
from clinic.templatetags.moments import short_date_clock


class SessionNote(Versioned):
    """Subjective, objective, assessment, plan of one session."""

    appointment = models.OneToOneField(
        Appointment, verbose_name=_("appointment"), on_delete=models.PROTECT, related_name="note"
    )
    subjective = models.TextField(_("subjective"), blank=True, help_text=_("What the client said."))
    objective = models.TextField(_("objective"), blank=True, help_text=_("What you saw and felt."))
    assessment = models.TextField(_("assessment"), blank=True, help_text=_("What you did and how they responded."))
    plan = models.TextField(_("plan"), blank=True, help_text=_("Home care and when to come again."))
    for_client = models.CharField(
        _("for the client"),
        max_length=300,
        blank=True,
        help_text=_("One sentence on what you did. It stands in the mail after the session, as you write it."),
    )
    worked_on = models.TextField(
        _("worked on"), blank=True, help_text=_("Places of the body chart: area and side, such as “neck:left”.")
    )
    rebook_weeks = models.PositiveSmallIntegerField(_("rebook in (weeks)"), null=True, blank=True)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    saved_by = actor_field(_("saved by"), editable=False)
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    signed_by = actor_field(_("signed by"))
    signed_reason = models.CharField(
        _("why it was signed by somebody else"),
        max_length=300,
        blank=True,
        help_text=_("Filled where another person than the therapist of the session signed it."),
    )

    class Meta:
        verbose_name = _("session note")
        verbose_name_plural = _("session notes")
        ordering = ["-saved_at"]

    def __str__(self) -> str:
        return f"{self.appointment}"

    @property
    def is_written(self) -> bool:
        """Whether anything stands in it."""
        return any((self.subjective, self.objective, self.assessment, self.plan))

    @property
    def is_locked(self) -> bool:
        """Whether it is signed; then only addenda are possible."""
        return self.signed_at is not None


class SessionNoteDraft(models.Model):
    """What one person typed into a note and what could not go in: somebody else had changed the same part meanwhile,
    the note had been signed, or the words did not fit. It waits beside the note for its writer.

    `parts` maps the name of a part to the text as typed.
    """

    # Days after which a draft that its writer left alone is deleted.
    KEPT_DAYS = 90

    appointment = models.ForeignKey(
        Appointment, verbose_name=_("appointment"), on_delete=models.PROTECT, related_name="note_drafts"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT, related_name="+")
    parts = models.JSONField(_("text"), default=dict)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("draft of a session note")
        verbose_name_plural = _("drafts of session notes")
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["appointment", "by"], name="note_draft_once_per_person")]

    def __str__(self) -> str:
        return short_date_clock(timezone.localtime(self.at))


class SessionNoteAddendum(models.Model):
    """Text added to a signed note."""

    note = models.ForeignKey(
        SessionNote, verbose_name=_("session note"), on_delete=models.PROTECT, related_name="addenda"
    )
    text = models.TextField(_("text"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering = ["at"]

    def __str__(self) -> str:
        return short_date_clock(timezone.localtime(self.at))
