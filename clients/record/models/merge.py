"""Two files of one person put together: what moved, and all that is needed to undo it."""

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.record.models.client import Client


class ClientMergeQuerySet(models.QuerySet["ClientMerge"]):
    """Sets of merges that someone asks for."""

    def standing(self) -> "ClientMergeQuerySet":
        """Those that have not been undone, the newest first."""
        return self.filter(undone_at=None).order_by("-at", "-pk")


class ClientMerge(models.Model):
    """One merge: everything of `former` was given to `kept`. It holds contact details, and goes with the file."""

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    kept = models.ForeignKey(Client, verbose_name=_("kept file"), on_delete=models.PROTECT, related_name="merges")
    former = models.ForeignKey(
        Client, verbose_name=_("former file"), on_delete=models.PROTECT, related_name="merged_as"
    )
    kept_before = models.JSONField(_("contact of the kept file before"), encoder=DjangoJSONEncoder, default=dict)
    kept_after = models.JSONField(_("contact of the kept file after"), encoder=DjangoJSONEncoder, default=dict)
    former_before = models.JSONField(_("contact of the former file"), encoder=DjangoJSONEncoder, default=dict)
    moved = models.JSONField(_("rows that moved"), default=dict, help_text=_("Keys of the rows, by kind."))
    moved_links = models.JSONField(_("mailed links that moved"), default=dict)
    rescreened = models.JSONField(
        _("appointments judged again"),
        default=dict,
        help_text=_("By key: safety answers and intake before, answers after."),
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("undone by"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ClientMergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge of two files")
        verbose_name_plural = _("merges of files")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(kept=models.F("former")), name="merge_of_two_files"),
            models.UniqueConstraint(fields=["former"], name="merged_once", condition=models.Q(undone_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.former} → {self.kept}"
