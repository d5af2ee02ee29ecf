"""A client's copy of everything held about them: one ZIP with a page to read and a file for other programs."""

import io
import json
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.care.words import in_region
from clients.catalogue import current_catalogue
from clients.intake.questions import vocabularies
from clients.models import Attachment, Client
from clients.record.access_log import access_events_of, note_access
from clinic.models import AccessEvent, Practice, User
from clinic.records.record_export import RecordEntry, RecordSection, plain_rows, record_sections, sections_as_data
from clinic.records.sealed import SealedUnreadable

RECORD_FORMAT = 1
BY_CLIENT = "client"
# Named without the client: downloads lie about in folders that others see.
FILE_NAME = "your-record.zip"


def record_of(client: Client, *, practice: Practice, more: Iterable[RecordSection], by: User | None) -> bytes:
    """The ZIP: `record.html` to read, `record.json` for programs, the session notes and the access log included.

    `more` are sections that `booking` adds. Writes a line into the access log first, so that the copy holds it too:
    `by` is who of the practice asked for it; without, it was the client.
    """
    note_access(client, noun="whole record", action=AccessEvent.Action.EXPORT, user=by, actor=BY_CLIENT)
    entry = record_sections(client, names=catalogue_namer(practice))
    files = client.attachments.order_by("sent_at", "pk")
    return packed_record(entry, (*entry.sections, *more, access_section(client)), practice, files)


def packed_record(
    entry: RecordEntry, sections: tuple[RecordSection, ...], practice: Practice, files: Iterable[Attachment]
) -> bytes:
    """The two files and what was sent to us in one ZIP, which fits memory: it is one person's record."""
    now = timezone.now()
    about = {
        "format": RECORD_FORMAT,
        "practice": practice.name,
        "made_at": now,
        "client": RecordEntry("", entry.facts).data(),
    }
    everything = json.dumps(
        {**about, **sections_as_data(sections)}, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2
    )
    context = {"practice": practice, "made_at": now, "entry": entry, "sections": sections}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("record.html", render_to_string("clients/record/export/record.html", context))
        archive.writestr("record.json", everything)
        for number, attachment in enumerate(files, 1):
            with suppress(SealedUnreadable):
                archive.writestr(f"files/{number}-{attachment.file_name}", attachment.unsealed())
    return target.getvalue()


def access_section(client: Client) -> RecordSection:
    """Who looked at the record, or changed it, and when."""
    events = access_events_of(client).select_related("user").order_by("at", "pk")
    return RecordSection("access_log", _("Who saw your record"), plain_rows(events, leave_out=["client"]))


def catalogue_namer(practice: Practice) -> Callable[[str], str]:
    """A function that puts a slug of the catalogue into its name, and leaves every other text as it is."""
    catalogue = current_catalogue()
    index, regions = catalogue.index, catalogue.meta.regions
    # Not `client_text`, which looks for the catalogue in force each time.
    number = practice.emergency_number or regions.emergency["default"]
    names = {
        slug: in_region(term.name, regions, practice.country, emergency=number)
        for vocabulary in (*vocabularies(catalogue).values(), index.techniques)
        for slug, term in vocabulary.items()
    }
    return lambda slug: names.get(slug, slug)
