"""A health form handed over at the practice, and the PIN by which whoever handed it over takes the device back."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.columns import actor_field
from clinic.models.device import Device


class Handover(models.Model):
    """One form given to one client: on this browser, which then opens nothing else, or by a code that they scan.

    A browser holds it by a random cookie of which only the hash is kept. Where the browser was signed in, that sign-in
    is gone and waits here (`suspended`) for its person's PIN or password.
    """

    class Way(models.TextChoices):
        TABLET = "tablet", _("on this device")
        CODE = "code", _("by a code to scan")

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    subject = models.UUIDField(_("opens"), db_index=True, help_text=_("The public id of the form."))
    way = models.CharField(_("how"), max_length=10, choices=Way)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("handed over by"), on_delete=models.CASCADE, related_name="+"
    )
    shows_record = models.BooleanField(
        _("shows what is on file"), default=False, help_text=_("Handed over by somebody who reads health records.")
    )
    digest = models.CharField(_("hash of its cookie"), max_length=64, blank=True, db_index=True, editable=False)
    made_at = models.DateTimeField(_("handed over"), default=timezone.now)
    expires_at = models.DateTimeField(_("may be filled until"))
    opened_at = models.DateTimeField(_("code used"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    suspended = actor_field(_("sign-in that waits"), on_delete=models.CASCADE)
    device = models.ForeignKey(
        Device, verbose_name=_("device"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    signed_in_at = models.DateTimeField(_("that sign-in began"), null=True, blank=True)
    on_own_device = models.BooleanField(_("on a device of the practice"), default=False)
    back_to = models.CharField(_("leads back to"), max_length=200, blank=True, help_text=_("A page of the desk."))
    failed_pins = models.PositiveSmallIntegerField(_("wrong PINs"), default=0)

    class Meta:
        verbose_name = _("form handed over")
        verbose_name_plural = _("forms handed over")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.way} {self.public_id}"

    @property
    def locks(self) -> bool:
        """Whether the browser that holds it opens nothing but the form."""
        return self.suspended_id is not None

    def is_live(self, now: dt.datetime | None = None) -> bool:
        """Whether the form may still be filled."""
        return self.ended_at is None and self.expires_at > (now or timezone.now())

    def opens(self, subject: uuid.UUID) -> bool:
        """Whether it was handed over for this form."""
        return self.subject == subject

    @property
    def awaits_scan(self) -> bool:
        """Whether its code may still be used."""
        return self.way == self.Way.CODE and self.opened_at is None and self.is_live()


class Pin(models.Model):
    """A person's own number for taking a device back. It opens nothing else: neither a sign-in nor another device."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("whose"), on_delete=models.CASCADE, related_name="pin"
    )
    password = models.CharField(_("hash"), max_length=200, editable=False)
    set_at = models.DateTimeField(_("set"), default=timezone.now)

    class Meta:
        verbose_name = _("PIN")
        verbose_name_plural = _("PINs")

    def __str__(self) -> str:
        return str(self.user)
