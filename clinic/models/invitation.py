"""A colleague who was asked to join the team and has not signed in yet."""

import uuid

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.identity.fields import MailboxField
from clinic.models.columns import actor_field


class Role(models.TextChoices):
    """What somebody of the team does here, and with it what they may see."""

    OWNER = "owner", _("owner")
    THERAPIST = "therapist", _("therapist")
    FRONT_DESK = "front-desk", _("front desk")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Sets of invitations that someone asks for."""

    def waiting(self) -> "InvitationQuerySet":
        """Those that were neither accepted nor taken back, expired or not."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """One invitation. Its link is a `ClientLink`, stored as a hash alone: the newest one opens it."""

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    email = MailboxField(_("e-mail"), mailed=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    therapist = models.UUIDField(
        _("as therapist"), null=True, blank=True, help_text=_("The public id of who will sign in with it.")
    )
    invited_at = models.DateTimeField(_("invited"), default=timezone.now)
    invited_by = actor_field(_("by"))
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = actor_field(_("accepted as"))
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=["owner", "therapist", "front-desk"]), name="invitation_role_known"
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="one_invitation_at_a_time",
                violation_error_message=_("This person is invited already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        """Whether its link opens nothing any more by now."""
        return self.expires_at <= timezone.now()
