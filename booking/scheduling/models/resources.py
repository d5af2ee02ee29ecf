"""What a session needs besides a therapist: a room, and for hot stones a kit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models.versioned import Versioned


class Resource(Versioned):
    """What each session takes one of."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Room(Resource):
    """One treatment room. Assigned by the system, the least loaded first; changeable at the desk."""

    class Meta(Resource.Meta):
        verbose_name = _("room")
        verbose_name_plural = _("rooms")


class StoneKit(Resource):
    """One set of stones with its heater; one row per kit, so two rows allow two hot-stone sessions at once."""

    class Meta(Resource.Meta):
        verbose_name = _("stone kit")
        verbose_name_plural = _("stone kits")
