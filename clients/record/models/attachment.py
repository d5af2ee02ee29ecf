"""A file that belongs to a client's record, such as a doctor's note: encrypted, read by who reads health records."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.record.models.client import Client
from clinic.models.columns import actor_field
from clinic.models.sealed import SealedRow


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Sets of files that someone asks for."""

    def doctor_notes(self) -> "AttachmentQuerySet":
        """Those that a client sent because a doctor's note was asked for, or that the team put there for them."""
        return self.filter(label="")

    def documents(self) -> "AttachmentQuerySet":
        """All others: what the team put into the file under a label."""
        return self.exclude(label="")

    def listed(self) -> "AttachmentQuerySet":
        """Without their content, with who added them."""
        return self.defer("sealed").select_related("sent_by")


class Attachment(SealedRow):
    """A file as it was sent, its bytes encrypted. A doctor's note has no label: what stands beside it says nothing
    about health. Any other document has one."""

    class MediaType(models.TextChoices):
        PDF = "application/pdf", "PDF"
        JPEG = "image/jpeg", "JPEG"
        PNG = "image/png", "PNG"

    client = models.ForeignKey(Client, verbose_name=_("client"), on_delete=models.PROTECT, related_name="attachments")
    appointment = models.UUIDField(_("for appointment"), null=True, blank=True)
    label = models.CharField(
        _("what it is"), max_length=120, blank=True, help_text=_("Empty: a doctor\u2019s note that was asked for.")
    )
    media_type = models.CharField(_("kind"), max_length=20, choices=MediaType)
    size = models.PositiveIntegerField(_("size in bytes"))
    digest = models.CharField(
        _("mark of the content"), max_length=64, editable=False, help_text=_("To know the same file again.")
    )
    sent_at = models.DateTimeField(_("came"), default=timezone.now)
    sent_by = actor_field(_("added by"), help_text=_("Empty: by the client."))

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("file in the record")
        verbose_name_plural = _("files in the record")
        ordering = ["-sent_at"]
        constraints = [models.UniqueConstraint(fields=["client", "digest"], name="attachment_once_per_client")]

    def __str__(self) -> str:
        return f"{self.get_media_type_display()} {timezone.localtime(self.sent_at):%Y-%m-%d}"

    @property
    def file_name(self) -> str:
        """What it is called when it is downloaded: without the client, for downloads lie about."""
        kind = "document" if self.label else "note"
        return f"{kind}-{timezone.localtime(self.sent_at):%Y-%m-%d}.{self.get_media_type_display().lower()}"
