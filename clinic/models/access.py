"""Who looked at or changed health data, and when. Rows are only ever added; a database trigger refuses the rest."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.columns import actor_field
from clinic.templatetags.moments import short_date_clock


class AccessEvent(models.Model):
    """One view, list, export, change or erasure of a client's health data."""

    class Action(models.TextChoices):
        VIEW = "view", _("viewed")
        LIST = "list", _("listed")
        EXPORT = "export", _("exported")
        CHANGE = "change", _("changed")
        ERASE = "erase", _("erased")

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    user = actor_field(_("who"))
    actor = models.CharField(_("as"), max_length=40, help_text=_("staff, client by link, or system"))
    action = models.CharField(_("did"), max_length=10, choices=Action)
    noun = models.CharField(_("what"), max_length=40, help_text=_("The kind of record, never its content."))
    client = models.UUIDField(_("of client"), null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("access event")
        verbose_name_plural = _("access log")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{short_date_clock(timezone.localtime(self.at))} {self.actor} {self.action} {self.noun}"


class AccessLogSeal(models.Model):
    """A link of the chain over the access log: the hash of the seal before and of every event since.

    Whoever changes, adds or takes out a line of the past must make every later seal anew; a head kept elsewhere, as
    `/metrics` gives it to whoever watches, shows that.
    """

    last_event = models.BigIntegerField(_("up to event"), unique=True)
    events = models.BigIntegerField(_("events so far"))
    digest = models.CharField(_("hash"), max_length=64)
    at = models.DateTimeField(_("sealed"), default=timezone.now)

    class Meta:
        verbose_name = _("seal of the access log")
        verbose_name_plural = _("seals of the access log")
        ordering = ["-last_event"]

    def __str__(self) -> str:
        return f"{self.last_event} {self.digest[:12]}"
