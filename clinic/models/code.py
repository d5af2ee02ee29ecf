"""Codes that were mailed: whoever types one back reads the mail of that address."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailCode(models.Model):
    """The one live code of an address for one purpose. It knows neither the address nor the code, only their hashes."""

    key = models.CharField(_("key"), max_length=100, primary_key=True, help_text=_("Purpose and hash of the address."))
    digest = models.CharField(_("hash of the code"), max_length=64)
    tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    until = models.DateTimeField(_("until"), db_index=True)

    class Meta:
        verbose_name = _("mailed code")
        verbose_name_plural = _("mailed codes")

    def __str__(self) -> str:
        return self.key.partition(":")[0]
