"""What is counted, and guessed, for a while: tallies of requests, and codes that were mailed. Keys are hashes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    """How often somebody asked in one window of time. Unlogged: a crash may empty the table, and nothing waits for a
    disk."""

    key = models.CharField(_("key"), max_length=80, primary_key=True)
    count = models.PositiveIntegerField(_("count"), default=0)
    until = models.DateTimeField(_("until"), db_index=True)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")

    def __str__(self) -> str:
        return f"{self.key} {self.count}"


class MailCode(models.Model):
    """The one live code of an address for one purpose: whoever types it back reads the mail of that address. The row
    knows neither the address nor the code, only their hashes."""

    key = models.CharField(_("key"), max_length=100, primary_key=True, help_text=_("Purpose and hash of the address."))
    digest = models.CharField(_("hash of the code"), max_length=64)
    tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    until = models.DateTimeField(_("until"), db_index=True)

    class Meta:
        verbose_name = _("mailed code")
        verbose_name_plural = _("mailed codes")

    def __str__(self) -> str:
        return self.key.partition(":")[0]
