"""What happened to the sign-ins of the team. Rows are only ever added; a database trigger refuses the rest."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.columns import actor_field
from clinic.templatetags.moments import short_date_clock


class SecurityEvent(models.Model):
    """One thing that happened to somebody's sign-in."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed-in", _("signed in")
        NEW_BROWSER = "new-browser", _("signed in with a browser for the first time")
        UNLOCKED = "unlocked", _("unlocked a device of the practice")
        HELD_UP = "held-up", _("too many wrong tries")
        PASSWORD = "password", _("password changed")
        FACTOR_ON = "factor-on", _("second factor switched on")
        FACTOR_OFF = "factor-off", _("second factor switched off")
        CODES_MADE = "codes-made", _("new recovery codes")
        CODE_USED = "code-used", _("recovery code used")
        ADDRESS = "address", _("e-mail address changed")
        RIGHTS = "rights", _("rights changed")
        PIN = "pin", _("PIN for handed-over devices set")
        HANDED_OVER = "handed-over", _("handed a device over to a client")
        TAKEN_BACK = "taken-back", _("took a handed-over device back")
        DEVICE = "device", _("device marked as the practice’s own")
        PASSKEY_ON = "passkey-on", _("passkey added")
        PASSKEY_OFF = "passkey-off", _("passkey removed")
        JOINED = "joined", _("joined the team by invitation")
        SET_UP = "set-up", _("set the practice up")
        KEY_MADE = "key-made", _("key for a program made")
        KEY_REVOKED = "key-revoked", _("key for a program revoked")
        NO_DEVICE = "no-device", _("device no longer the practice’s own")

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("whose sign-in"), on_delete=models.PROTECT, related_name="+"
    )
    by = actor_field(_("by"), help_text=_("Where it was somebody else."))
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    browser = models.CharField(_("browser"), max_length=80, blank=True)
    network = models.CharField(_("network address"), max_length=50, blank=True)

    class Meta:
        verbose_name = _("sign-in event")
        verbose_name_plural = _("sign-in log")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{short_date_clock(timezone.localtime(self.at))} {self.user} {self.kind}"
