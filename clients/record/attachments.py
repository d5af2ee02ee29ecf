"""Doctor's notes and other documents on file: taken, kept, opened and removed. The access log notes every look."""

import hmac
import uuid

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Attachment, Client
from clients.record.access_log import CLIENT_BY_LINK, note_access
from clinic.errors import Refusal
from clinic.models import AccessEvent, User
from clinic.web.uploads import LARGEST_FILE

# Of one appointment: a note has a few pages, and a link must not fill the disk.
MOST_FILES = 6
# Documents of one client, which the team alone adds.
MOST_DOCUMENTS = 100
NOUN, DOCUMENT = "doctor's note", "document"
# How each kind of file begins; its name and what a browser says of it prove nothing.
STARTS = {
    b"%PDF-": Attachment.MediaType.PDF,
    b"\xff\xd8\xff": Attachment.MediaType.JPEG,
    b"\x89PNG\r\n\x1a\n": Attachment.MediaType.PNG,
}


def media_type_of(content: bytes) -> Attachment.MediaType:
    """What a file is, by its content. Raises Refusal (`not_a_note`) for what is no PDF, JPEG or PNG."""
    found = next((kind for start, kind in STARTS.items() if content.startswith(start)), None)
    if found is None:
        raise Refusal(_("Please choose a PDF, JPEG or PNG file."), code="not_a_note", field="file")
    return found


def keep_attachment(
    client: Client, content: bytes, *, appointment: uuid.UUID | None, by: User | None = None, label: str = ""
) -> tuple[Attachment, bool]:
    """Keep a file in a client's record, encrypted, and say whether it is new: the same file again is one.

    `by`: who of the team added it; without, it was the client. `label`: what it is, where it is no doctor's note.
    Raises Refusal beside the field `file`: `not_a_note`, `too_large` above 10 MB, `too_many` where this appointment, or
    the client's documents, are as many as they may be.
    """
    if len(content) > LARGEST_FILE:
        raise Refusal(_("This file is larger than 10 MB. Please send a smaller one."), code="too_large", field="file")
    media_type = media_type_of(content)
    digest = digest_of(content)
    with transaction.atomic():
        row = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
        here = row.attachments.defer("sealed").filter(digest=digest).first()
        if here is not None:
            return here, False
        must_have_room(row, appointment, label)
        attachment = Attachment(
            client=row,
            appointment=appointment,
            label=label,
            media_type=media_type,
            size=len(content),
            digest=digest,
            sent_by=by,
        )
        attachment.seal(content)
        attachment.save(force_insert=True)
        note_access(row, noun=noun_of(attachment), action=AccessEvent.Action.CHANGE, user=by, actor=CLIENT_BY_LINK)
    return attachment, True


def must_have_room(client: Client, appointment: uuid.UUID | None, label: str) -> None:
    """Raise Refusal (`too_many`) where a client's file takes no more of these."""
    if label:
        full = client.attachments.documents().count() >= MOST_DOCUMENTS
        why = _("There are a hundred documents in this file. Please remove one first.")
    else:
        full = client.attachments.doctor_notes().filter(appointment=appointment).count() >= MOST_FILES
        why = _("We have enough files for this appointment. Please call us.")
    if full:
        raise Refusal(why, code="too_many", field="file")


def noun_of(attachment: Attachment) -> str:
    """What the access log calls it; never its label."""
    return DOCUMENT if attachment.label else NOUN


def digest_of(content: bytes) -> str:
    """A mark by which the same file is known again; without our key nobody can tell a guess from the file."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"warmstone attachment" + content, "sha256").hex()


def open_attachment(attachment: Attachment, *, by: User) -> bytes:
    """The file as it was sent, for one of the team; noted in the access log. Raises SealedUnreadable where the key it
    was sealed with is gone, or the row was changed."""
    note_access(attachment.client, noun=noun_of(attachment), action=AccessEvent.Action.EXPORT, user=by)
    return attachment.unsealed()


def remove_attachment(attachment: Attachment, *, by: User) -> None:
    """Take a file out of the record: it is of somebody else, or was sent by mistake."""
    note_access(attachment.client, noun=noun_of(attachment), action=AccessEvent.Action.ERASE, user=by)
    attachment.delete()
