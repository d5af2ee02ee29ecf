"""The pictures that pages show, read once per version of the configuration; their bytes stay in the database."""

import uuid
from dataclasses import dataclass, field

from django.urls import reverse

from clinic.models.configuration import PerVersion
from clinic.pictures.models import Picture, PictureFile, PictureKind


@dataclass(frozen=True)
class ShownFile:
    """One size of a picture, by its name."""

    name: str
    width: int
    height: int

    @property
    def url(self) -> str:
        """Where it is served."""
        return reverse("picture", args=[self.name])


@dataclass(frozen=True)
class ShownPicture:
    """A picture as a template shows it: `sizes` from small to large, and one file for a browser that knows no WebP."""

    kind: str
    alternative_text: str
    sizes: tuple[ShownFile, ...]
    fallback: ShownFile
    icons: dict[int, ShownFile] = field(default_factory=dict)

    @property
    def srcset(self) -> str:
        """The sizes as a browser chooses among them."""
        return ", ".join(f"{each.url} {each.width}w" for each in self.sizes)

    @property
    def largest(self) -> ShownFile:
        """Its largest file: the measures by which a browser keeps its place."""
        return self.sizes[-1]


@dataclass(frozen=True)
class ShownPictures:
    """All of them."""

    logo: ShownPicture | None
    wide: ShownPicture | None
    portraits: dict[uuid.UUID, ShownPicture]


def as_shown(picture: Picture, files: list[PictureFile]) -> ShownPicture | None:
    """A picture by its files, which need no content; None for one without, as a half restored database has it."""
    by_role: dict[str, list[ShownFile]] = {}
    for each in files:
        by_role.setdefault(each.role, []).append(ShownFile(each.name, each.width, each.height))
    sizes, fallback = by_role.get(PictureFile.Role.PAGE), by_role.get(PictureFile.Role.FALLBACK)
    if not sizes or not fallback:
        return None
    icons = {each.width: each for each in by_role.get(PictureFile.Role.ICON, [])}
    return ShownPicture(picture.kind, picture.alternative_text, tuple(sizes), fallback[0], icons)


def read_pictures() -> ShownPictures:
    """What stands in each place."""
    pictures = {each.pk: each for each in Picture.objects.filter(in_use=True)}
    files: dict[int, list[PictureFile]] = {}
    for each in PictureFile.objects.filter(picture__in=pictures).defer("image_bytes").order_by("width", "name"):
        files.setdefault(each.picture_id, []).append(each)
    by_place = {
        (each.kind, each.subject): shown
        for each in pictures.values()
        if (shown := as_shown(each, files.get(each.pk, [])))
    }
    portraits = {
        subject: each for (kind, subject), each in by_place.items() if kind == PictureKind.PORTRAIT and subject
    }
    return ShownPictures(by_place.get((PictureKind.LOGO, None)), by_place.get((PictureKind.WIDE, None)), portraits)


PICTURES = PerVersion(read_pictures)


def current_pictures() -> ShownPictures:
    """The pictures as they stand. Shared by all threads: not to be changed."""
    return PICTURES.current()
