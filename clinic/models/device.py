"""Browsers that signed in here, and what was sent from one of them after its sign-in had ended."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.columns import actor_field


class Device(models.Model):
    """One browser, known by a random cookie of which only the hash is kept."""

    digest = models.CharField(_("hash of its cookie"), max_length=64, unique=True, editable=False)
    described = models.CharField(_("browser"), max_length=80, blank=True, help_text=_("As it calls itself."))
    is_practice_device = models.BooleanField(
        _("the practice’s own"),
        default=False,
        help_text=_("Stays signed in longer, and is unlocked by the password or a code alone."),
    )
    marked_by = actor_field(_("marked by"), on_delete=models.SET_NULL)
    made_at = models.DateTimeField(_("first seen"), default=timezone.now)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.described or str(_("a browser"))


class DeviceUser(models.Model):
    """One person's sign-in with one browser, with password and second factor."""

    device = models.ForeignKey(Device, verbose_name=_("device"), on_delete=models.CASCADE, related_name="people")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.CASCADE, related_name="devices"
    )
    since = models.DateTimeField(_("since"), default=timezone.now)
    signed_in_at = models.DateTimeField(_("signed in"), default=timezone.now, db_index=True)
    signed_out_at = models.DateTimeField(_("signed out by hand"), null=True, blank=True)
    failed_unlocks = models.PositiveSmallIntegerField(_("wrong tries to unlock"), default=0)

    class Meta:
        verbose_name = _("sign-in of a device")
        verbose_name_plural = _("sign-ins of devices")
        ordering = ["-signed_in_at"]
        constraints = [models.UniqueConstraint(fields=["device", "user"], name="device_of_user")]

    def __str__(self) -> str:
        return f"{self.user} · {self.device}"


class KeptPost(models.Model):
    """What a person sent when their sign-in had ended: kept for a while, for them alone, on that browser alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    device = models.ForeignKey(Device, verbose_name=_("device"), on_delete=models.CASCADE, related_name="kept")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("whose"), on_delete=models.CASCADE, related_name="+"
    )
    sealed = models.TextField(_("sealed"), editable=False, help_text=_("Address and fields, encrypted."))
    made_at = models.DateTimeField(_("sent"), default=timezone.now)
    until = models.DateTimeField(_("kept until"), db_index=True)

    class Meta:
        verbose_name = _("kept form")
        verbose_name_plural = _("kept forms")
        ordering = ["made_at"]

    def __str__(self) -> str:
        return str(self.pk)
