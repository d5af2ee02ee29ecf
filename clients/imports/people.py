"""A line of a file as a person: every value in the one form in which files are kept and compared (I12)."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clients.imports.columns import IMPORT_FIELDS, SheetKind
from clients.imports.dates import DateOrder, NoDate, read_date
from clients.models import Client
from clinic.identity import read_phone, shown_mailbox, tidy_name

# Small words that belong to the last name: “Anna van der Berg”.
PARTICLES = frozenset(
    (
        *("van", "von", "de", "der", "den", "da", "di", "du", "del", "della", "dos", "la", "le", "ter", "ten"),
        *("zu", "zur", "el", "al", "bin", "ibn", "st"),
    )
)
YES_WORDS = frozenset(("yes", "y", "true", "1", "ja", "si", "oui", "subscribed", "accepted", "on", "blocked"))
NO_WORDS = frozenset(("no", "n", "false", "0", "nein", "unsubscribed", "declined", "off"))
OLDEST = dt.date(1900, 1, 1)
# A longer note is no remark: it goes where it has room.
NOTE_ROOM, ALERT_ROOM = 300, 1000
TEXTS = {"emergency_contact": 200, "physician": 200}


class UnusableLine(ValueError):  # noqa: N818 - it is an answer, not a fault
    """What a line cannot be taken over for; the message says why, without the words of the line."""


@dataclass(frozen=True, kw_only=True)
class ImportedPerson:
    """What a line says of a client. Empty: nothing; a yes or no that is not said: None."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    client_id: uuid.UUID | None = None
    born_on: dt.date | None = None
    desk_note: str = ""
    alert: str = ""
    emergency_contact: str = ""
    physician: str = ""
    reminders_wanted: bool | None = None
    tips_wanted: bool | None = None
    may_book_online: bool | None = None
    remark: str = ""
    """What somebody should know of how the line was read."""

    def unsaved_file(self) -> Client:
        """The file that this person would be given, with its keys, to compare with others."""
        said = {name: value for name, value in vars(self).items() if value is not None and name != "remark"}
        if self.client_id is not None:
            said["public_id"] = said.pop("client_id")
        file = Client(**said)
        file.fill_keys()
        return file


def person_of(cells: Mapping[str, str], *, region: str, born: DateOrder | None, today: dt.date) -> ImportedPerson:
    """The person of a line, by field. `region` is the country of numbers without a country code, `born` the order of
    the column of birthdays. Raises UnusableLine."""
    first, last = names_of_line(cells)
    desk_note, alert = notes_of(cells)
    phone, remark = phone_of(cells.get("phone", ""), region), ""
    if not phone and any(each.isdigit() for each in cells.get("phone", "")):
        remark = _("Its phone cannot be dialled as it stands there; it is kept in the note for the desk.")
        kept = _("Phone as brought: %(phone)s") % {"phone": cells["phone"]}
        desk_note, alert = notes_of({"desk_note": "\n".join(filter(None, [desk_note, kept])), "alert": alert})
    blocked = yes_or_no_cell(cells.get("blocked", ""))
    online = yes_or_no_cell(cells.get("may_book_online", ""))
    return ImportedPerson(
        first_name=first,
        last_name=last,
        email=email_of(cells.get("email", "")),
        phone=phone,
        remark=remark,
        client_id=id_of(cells.get("client_id", "")),
        born_on=birthday_of(cells.get("born_on", ""), born, today),
        desk_note=desk_note,
        alert=alert,
        **{name: short_text(cells.get(name, ""), name, room) for name, room in TEXTS.items()},
        reminders_wanted=yes_or_no_cell(cells.get("reminders_wanted", "")),
        tips_wanted=yes_or_no_cell(cells.get("tips_wanted", "")),
        may_book_online=not blocked if blocked is not None else online,
    )


def names_of_line(cells: Mapping[str, str]) -> tuple[str, str]:
    """First and last name, from two columns or from one. Raises UnusableLine."""
    first, last = person_name(cells.get("first_name", "")), person_name(cells.get("last_name", ""))
    if not first and not last:
        first, last = split_name(person_name(cells.get("full_name", "")))
    if not first and not last:
        raise UnusableLine(_("no name"))
    room = Client._meta.get_field("first_name").max_length or 0
    if max(len(first), len(last)) > room:
        raise UnusableLine(_("a name of more than %(room)d letters") % {"room": room})
    return first, last


def person_name(text: str) -> str:
    """A name in its one form. Raises UnusableLine."""
    try:
        return tidy_name(" ".join(text.split()))
    except ValidationError as error:
        raise UnusableLine(_("a name with control characters")) from error


def split_name(whole: str) -> tuple[str, str]:
    """A whole name as first and last: “Lind, Ana”, “Anna van der Berg”; one word is a first name."""
    if "," in whole:
        last, _comma, first = whole.partition(",")
        return first.strip(), last.strip()
    words = whole.split()
    if len(words) < 2:
        return whole, ""
    at = len(words) - 1
    while at > 1 and words[at - 1].casefold().rstrip(".") in PARTICLES:
        at -= 1
    return " ".join(words[:at]), " ".join(words[at:])


def email_of(text: str) -> str:
    """An address as it is kept. Raises UnusableLine for what is none, or two."""
    written = text.strip().strip("<>").removeprefix("mailto:")
    if not written:
        return ""
    if written.count("@") > 1:
        raise UnusableLine(_("several e-mail addresses in one cell: please leave one"))
    try:
        return shown_mailbox(written)
    except ValidationError as error:
        raise UnusableLine(_("what stands as e-mail is no address that takes mail")) from error


def phone_of(text: str, region: str) -> str:
    """A number as it is kept; empty for one that nobody can dial from there."""
    written = text.strip().removeprefix("'")
    if not any(each.isdigit() for each in written):
        return ""
    try:
        return read_phone(written, region=region)
    except ValidationError:
        return ""


def id_of(text: str) -> uuid.UUID | None:
    """Our own id of a file; None where there is none. Raises UnusableLine."""
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise UnusableLine(_("the id is none of Warmstone’s")) from error


def birthday_of(text: str, order: DateOrder | None, today: dt.date) -> dt.date | None:
    """A birthday. Raises UnusableLine for what is no day, or none that somebody alive was born on."""
    if not text:
        return None
    if order is None:
        raise UnusableLine(_("born on: no date"))
    try:
        day = read_date(text, order, today=today)
    except NoDate as error:
        raise UnusableLine(_("born on: %(why)s") % {"why": error}) from error
    if not OLDEST <= day <= today:
        raise UnusableLine(_("born on: a day before 1900, or still to come"))
    return day


def notes_of(cells: Mapping[str, str]) -> tuple[str, str]:
    """The note for the desk, in one line, and the alert; a note too long for the desk stands with the alert. Raises
    UnusableLine."""
    note = " / ".join(filter(None, (each.strip() for each in cells.get("desk_note", "").splitlines())))
    alert = cells.get("alert", "")
    if len(note) > NOTE_ROOM:
        alert, note = "\n".join(filter(None, [alert, cells["desk_note"]])), ""
    if len(alert) > ALERT_ROOM:
        raise UnusableLine(_("notes of more than %(room)d letters: please shorten them") % {"room": ALERT_ROOM})
    return note, alert


def short_text(text: str, field: str, room: int) -> str:
    """A text in one line that has room. Raises UnusableLine."""
    line = " ".join(text.split())
    if len(line) > room:
        said = _("%(field)s: more than %(room)d letters")
        raise UnusableLine(said % {"field": IMPORT_FIELDS[SheetKind.CLIENTS][field], "room": room})
    return line


def yes_or_no_cell(text: str) -> bool | None:
    """A yes or no; None for nothing, and for any other word."""
    word = text.strip().casefold()
    return True if word in YES_WORDS else False if word in NO_WORDS else None
