"""A picture of the practice, and the files that a browser is given of it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PictureKind(models.TextChoices):
    """Where a picture stands."""

    LOGO = "logo", _("logo")
    WIDE = "wide", _("wide photo")
    PORTRAIT = "portrait", _("portrait")


class Picture(models.Model):
    """What stands in one place, or stood there before: a place shows one at most."""

    kind = models.CharField(_("kind"), max_length=10, choices=PictureKind)
    subject = models.UUIDField(_("of"), null=True, blank=True, help_text=_("The public id of whom a portrait shows."))
    in_use = models.BooleanField(_("shown"), default=True)
    alternative_text = models.CharField(
        _("what it shows"), max_length=160, blank=True, help_text=_("A few words for people who cannot see it.")
    )
    digest = models.CharField(_("mark of the content"), max_length=24, unique=True, editable=False)
    added_at = models.DateTimeField(_("came"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["kind", "subject", "-in_use"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=models.Q(in_use=True),
                name="picture_once_a_place",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(kind=PictureKind.PORTRAIT, subject__isnull=False)
                | ~models.Q(kind=PictureKind.PORTRAIT) & models.Q(subject=None),
                name="picture_of_somebody_is_a_portrait",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class PictureFile(models.Model):
    """One size of a picture, under a name that never stands for anything else."""

    class Role(models.TextChoices):
        PAGE = "page", _("on a page")
        FALLBACK = "fallback", _("where a browser knows no WebP, and for other sites")
        ICON = "icon", _("sign of the site in a browser")

    picture = models.ForeignKey(Picture, verbose_name=_("picture"), on_delete=models.CASCADE, related_name="files")
    name = models.CharField(_("name"), max_length=48, unique=True)
    role = models.CharField(_("for"), max_length=10, choices=Role)
    media_type = models.CharField(_("media type"), max_length=20)
    width = models.PositiveSmallIntegerField(_("width"))
    height = models.PositiveSmallIntegerField(_("height"))
    image_bytes = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("file of a picture")
        verbose_name_plural = _("files of pictures")
        ordering = ["picture", "role", "width"]

    def __str__(self) -> str:
        return self.name
