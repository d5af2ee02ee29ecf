"""How often somebody asked in a window of time. Unlogged: a crash may empty the table, no request waits for a disk."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    """One counter, for one window; its key is a hash that names nobody."""

    key = models.CharField(_("key"), max_length=80, primary_key=True)
    count = models.PositiveIntegerField(_("count"), default=0)
    until = models.DateTimeField(_("until"), db_index=True)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")

    def __str__(self) -> str:
        return f"{self.key} {self.count}"
