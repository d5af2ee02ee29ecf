"""A client's copy of everything held about them: one ZIP with a page to read and a file for other programs."""

import io
import json
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.actions.access import accesses_of, note_access
from clients.catalogue import current
from clients.models import Client
from clinic.dossier import Entry, Section, data, dossier, plain_rows
from clinic.models import AccessEvent, Practice, User

FORMAT = 1
BY_CLIENT = "client"
# Named without the client: downloads lie about in folders that others see.
FILE_NAME = "your-record.zip"


def export_of(client: Client, *, more: Iterable[Section] = (), by: User | None = None, actor: str = BY_CLIENT) -> bytes:
    """The ZIP: `record.html` to read, `record.json` for programs, the session notes and the access log included.

    `more` are sections of the floor above. Writes a line into the access log first, so that the copy holds it too:
    `by` is who of the practice asked for it; without, it was the client (`actor`).
    """
    note_access(client, noun="whole record", action=AccessEvent.Action.EXPORT, user=by, actor=actor)
    entry = dossier(client, names=words_for())
    return packed(entry, (*entry.sections, *more, accesses(client)))


def packed(entry: Entry, sections: tuple[Section, ...]) -> bytes:
    """The two files in one ZIP, which fits memory: it is one person's record."""
    practice, now = Practice.current(), timezone.now()
    about = {"format": FORMAT, "practice": practice.name, "made_at": now, "client": Entry("", entry.facts).data()}
    everything = json.dumps({**about, **data(sections)}, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    context = {"practice": practice, "made_at": now, "entry": entry, "sections": sections}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("record.html", render_to_string("clients/export/record.html", context))
        archive.writestr("record.json", everything)
    return target.getvalue()


def accesses(client: Client) -> Section:
    """Who looked at the record, or changed it, and when."""
    events = accesses_of(client).select_related("user").order_by("at", "pk")
    return Section("access_log", _("Who saw your record"), plain_rows(events, leave_out=["client"]))


def words_for() -> Callable[[str], str]:
    """A function that puts a slug of the catalogue into its name, and leaves every other text as it is."""
    catalogue = current()
    index = catalogue.index
    vocabularies: list[dict[str, Any]] = [
        dict(each)
        for each in (
            index.symptoms,
            index.onsets,
            index.causes,
            index.conditions,
            index.areas,
            index.red_flags,
            index.techniques,
            {factor.slug: factor for factor in catalogue.factors},
        )
    ]
    names = {slug: str(term.name) for vocabulary in vocabularies for slug, term in vocabulary.items()}
    return lambda slug: names.get(slug, slug)
