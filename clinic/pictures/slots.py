"""The places in which pictures stand, and what is done there: put one in, take it out, go back to the one before."""

import hashlib
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from clinic.models import Practice
from clinic.pictures.models import Picture, PictureFile, PictureKind
from clinic.pictures.processing import DIGEST_LETTERS, make_files
from clinic.web.links import uuid_or_none


@dataclass(frozen=True)
class Slot:
    """A place: the logo, the wide photo, or the portrait of whoever has the public id `subject`."""

    kind: PictureKind
    subject: uuid.UUID | None = None

    @property
    def code(self) -> str:
        """What stands in its address."""
        return str(self.subject) if self.subject else str(self.kind)

    @property
    def rows(self) -> QuerySet[Picture]:
        """What stands here, and stood here before."""
        return Picture.objects.filter(kind=self.kind, subject=self.subject)

    def picture(self) -> Picture | None:
        """What stands here."""
        return self.rows.filter(in_use=True).first()

    def before(self) -> Picture | None:
        """What stood here before."""
        return self.rows.filter(in_use=False).first()


def slot_of(code: str) -> Slot | None:
    """The place of an address; None where it names none. Whether somebody with that id works here is not asked."""
    if code in (PictureKind.LOGO, PictureKind.WIDE):
        return Slot(PictureKind(code))
    subject = uuid_or_none(code)
    return Slot(PictureKind.PORTRAIT, subject) if subject else None


def hold_pictures() -> None:
    """Take turns with whoever else changes pictures, until the transaction ends."""
    Practice.objects.select_for_update(no_key=True).order_by("pk").first()


def put_picture(slot: Slot, content: bytes, *, alternative_text: str) -> Picture:
    """Let a picture stand in a place; the one it replaces is kept as the one before. Raises Refusal of `make_files`."""
    marks, made = make_files(content, slot.kind)
    digest = hashlib.sha256(f"{slot.code} {marks}".encode()).hexdigest()[:DIGEST_LETTERS]
    with transaction.atomic():
        hold_pictures()
        here = slot.rows.filter(digest=digest).first()
        if here is not None:
            if not here.in_use:
                change_over(slot)
            slot.rows.filter(digest=digest).update(alternative_text=alternative_text)
            return slot.rows.get(digest=digest)
        remove_picture(slot)
        picture = Picture.objects.create(
            kind=slot.kind, subject=slot.subject, digest=digest, alternative_text=alternative_text
        )
        PictureFile.objects.bulk_create(
            PictureFile(
                picture=picture,
                name=f"{digest}-{each.stem}",
                role=each.role,
                media_type=each.media_type,
                width=each.width,
                height=each.height,
                image_bytes=each.content,
            )
            for each in made
        )
    return picture


def describe_picture(slot: Slot, alternative_text: str) -> None:
    """Say in other words what the picture of a place shows."""
    slot.rows.filter(in_use=True).update(alternative_text=alternative_text)


def remove_picture(slot: Slot) -> None:
    """Let nothing stand in a place; what stood there is kept as the one before, and the one before that goes."""
    with transaction.atomic():
        hold_pictures()
        if slot.rows.filter(in_use=True).exists():
            slot.rows.filter(in_use=False).delete()
            slot.rows.update(in_use=False)


def change_over(slot: Slot) -> None:
    """Let the one before stand in a place again, and what stands there be the one before."""
    with transaction.atomic():
        hold_pictures()
        before = slot.before()
        if before is not None:
            slot.rows.update(in_use=False)
            slot.rows.filter(pk=before.pk).update(in_use=True)


def delete_before(slot: Slot) -> None:
    """Forget the one before for good."""
    slot.rows.filter(in_use=False).delete()


def forget_portraits(except_of: Collection[uuid.UUID]) -> int:
    """Delete the portraits of whoever is not among these, such as of a therapist who was deleted; say how many."""
    gone = Picture.objects.filter(kind=PictureKind.PORTRAIT).exclude(subject__in=except_of)
    return gone.delete()[1].get("clinic.Picture", 0)
