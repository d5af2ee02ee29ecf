"""The whole practice in one download: a ZIP of plain tables that any other program reads.

Each table twice: as CSV for spreadsheets, and as JSON, in which nothing is bent. Beside them the appointments with
names in place of keys. Secrets (passwords, links, codes) are in neither.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import IO, Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Field, Model
from django.http import HttpResponse
from django.utils import timezone

from booking.models import Appointment
from clients.imports.sheet import FORMULA_STARTS
from clients.models import Attachment
from clinic.country.locale import exact_amount
from clinic.country.money import PriceField, price_of
from clinic.mail.kinds import secret_codes
from clinic.models import AccessEvent, OutgoingMail, PictureFile, Practice, User
from clinic.operations.logs import mask_tokens
from clinic.records.sealed import SealedUnreadable

EXPORTED_APPS = ("booking", "clients", "clinic")
# Keys and machinery: of no use to anybody else, or of too much.
EXPORT_EXCLUDED = frozenset(
    {
        *("booking.PrivateBusy", "booking.PrivateCalendar", "booking.WebhookDelivery", "booking.WebhookEndpoint"),
        *("clinic.ClientLink", "clinic.Device", "clinic.DeviceUser", "clinic.Handover", "clinic.KeptPost"),
        *("clinic.ConfigurationVersion", "clinic.DeliveryStatus", "clinic.Heartbeat", "clinic.Pin"),
        *("clinic.MailCode", "clinic.Tally"),
    }
)
SECRET_FIELDS = frozenset(
    {
        *("password", "feed_digest", "digest", "sealed", "idempotency_key", "request_hash"),
        *("headers", "html", "calendar", "lease", "lease_until", "row_version", "image_bytes"),
    }
)
EXPORT_BATCH = 1000
READ_ME = """\
{practice}, as of {now} UTC

appointments.csv   every appointment with the names of client, service and therapist; times are wall time in {zone}
csv/         each table for spreadsheets: UTF-8 with a mark by which Excel knows it, and a heading. A leading ' keeps
             text from being read as a formula.
json/        the same tables for programs, with every value as it is; times are UTC
pictures/    the practice's own pictures, by their name in clinic_picturefile
files/       doctor's notes and documents as they were sent, by their id in clients_attachment

A column that ends in _id holds the id of a row in another table. Session notes, intakes and every other health record
are in here, unencrypted: keep this file where only you can open it, and delete it when you no longer need it.
"""


def exported_models() -> list[type[Model]]:
    """The tables that are written, those that only join two others included."""
    found = [model for app in EXPORTED_APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    return [model for model in found if model._meta.label not in EXPORT_EXCLUDED]


def write_practice(target: IO[bytes], *, by: User | None) -> int:
    """Write the ZIP and return how many tables are in it: one instant, and never more than some rows in memory.

    Notes in the access log that everything was exported, and by whom (None: at the server's terminal).
    """
    for piece in practice_zip_stream(by=by):
        target.write(piece)
    return len(exported_models())


def practice_zip_stream(*, by: User | None) -> Iterator[bytes]:
    """The ZIP as it is made, all of one instant: whoever takes it holds a transaction open until the last."""
    AccessEvent.objects.create(
        user=by, actor="staff" if by else "system", action=AccessEvent.Action.EXPORT, noun="whole practice"
    )
    return zip_chunks()


def zip_chunks() -> Iterator[bytes]:
    """Each piece as soon as some rows are packed."""
    outlet = ChunkBuffer()
    with single_snapshot(), zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        practice = Practice.current()
        now = f"{timezone.now():%Y-%m-%d %H:%M}"
        archive.writestr("README.txt", READ_ME.format(practice=practice.name, now=now, zone=practice.time_zone))
        yield outlet.taken()
        for writing in write_files(archive, practice):
            for _rows in writing:
                yield outlet.taken()
    yield outlet.taken()


def write_files(archive: zipfile.ZipFile, practice: Practice) -> Iterator[Iterator[int]]:
    """The writing of each file of the ZIP, one after the other."""
    yield write_csv(archive, "appointments.csv", APPOINTMENT_CSV_COLUMNS, appointment_csv_rows(practice))
    for noun in exported_models():
        name, columns = noun._meta.db_table, exported_columns(noun)
        keys = [str(column.attname) for column in columns]
        yield write_csv(archive, f"csv/{name}.csv", keys, exported_rows(noun, columns, practice.currency))
        yield write_json(archive, f"json/{name}.json", keys, exported_rows(noun, columns, practice.currency))
    yield write_attachments(archive)
    yield write_pictures(archive)


def write_attachments(archive: zipfile.ZipFile) -> Iterator[int]:
    """Write the files of all records, one at a time; one that no key of ours opens is named and left out."""
    for written, attachment in enumerate(Attachment.objects.order_by("pk").iterator(chunk_size=1), 1):
        name = f"files/{attachment.public_id}.{attachment.get_media_type_display().lower()}"
        try:
            archive.writestr(name, attachment.unsealed())
        except SealedUnreadable:
            archive.writestr(f"{name}.unreadable.txt", "It was sealed under a key that is not set here.\n")
        yield written


def write_pictures(archive: zipfile.ZipFile) -> Iterator[int]:
    """Write the pictures of the practice in all their sizes, one at a time."""
    for written, each in enumerate(PictureFile.objects.order_by("pk").iterator(chunk_size=1), 1):
        archive.writestr(f"pictures/{each.name}", bytes(each.image_bytes))
        yield written


class ChunkBuffer(io.RawIOBase):
    """Where a ZIP is written to without a file: what was written lies here until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = bytearray()

    def writable(self) -> bool:
        """It can be written to, and not gone back in."""
        return True

    def write(self, data: Any) -> int:
        """Keep some bytes."""
        self.waiting += data
        return len(data)

    def taken(self) -> bytes:
        """Everything written since this was last asked."""
        found = bytes(self.waiting)
        self.waiting.clear()
        return found


@contextmanager
def single_snapshot() -> Iterator[None]:
    """All tables as of one moment, where no transaction is open already."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def exported_columns(noun: type[Model]) -> "list[Field[Any, Any]]":
    """The columns of a table, without what is a key to something."""
    return [column for column in noun._meta.concrete_fields if column.name not in SECRET_FIELDS]


def exported_rows(noun: type[Model], columns: "list[Field[Any, Any]]", currency: str) -> Iterator[list[Any]]:
    """The rows of a table, the oldest first; prices with the decimals of a currency."""
    rows: Any = noun._default_manager.order_by("pk")
    if noun is OutgoingMail:
        rows = rows.exclude(kind__in=secret_codes())
    cleaners = [column_cleaner(noun, column, currency) for column in columns]
    for row in rows.values_list(*(column.attname for column in columns)).iterator(chunk_size=EXPORT_BATCH):
        yield [clean(value) for clean, value in zip(cleaners, row, strict=True)]


def column_cleaner(noun: type[Model], column: "Field[Any, Any]", currency: str) -> Callable[[Any], Any]:
    """What is done to each value of a column."""
    if isinstance(column, PriceField):
        return partial(exact_amount, currency=currency)
    # The words of a mail go without the links that only its recipient may open.
    return mask_tokens if noun is OutgoingMail else lambda value: value


# UTF-8 with a byte order mark: without it Excel takes the file for its own code page and bends every accent.
FOR_EXCEL = "utf-8-sig"
APPOINTMENT_CSV_COLUMNS = [
    *("id", "starts", "ends", "status"),
    *("client_first_name", "client_last_name", "client_email", "client_phone"),
    *("service", "minutes", "therapist", "room", "price", "currency", "booked_through"),
]


def appointment_csv_rows(practice: Practice) -> Iterator[list[Any]]:
    """Every appointment as another diary would take it."""
    rows = Appointment.objects.select_related("client", "service", "therapist", "room").order_by("starts_at", "pk")
    for appointment in rows.iterator(chunk_size=EXPORT_BATCH):
        client, room = appointment.client, appointment.room
        times = (appointment.starts_at, appointment.ends_at)
        yield [
            appointment.public_id,
            *(f"{each.astimezone(practice.zone):%Y-%m-%d %H:%M}" for each in times),
            appointment.status,
            *(client.first_name, client.last_name, client.email, client.phone),
            *(appointment.service.name, appointment.minutes, appointment.therapist.name, room.name if room else ""),
            *(price_of(appointment), appointment.currency, appointment.via),
        ]


def write_csv(archive: zipfile.ZipFile, name: str, columns: list[str], rows: Iterable[list[Any]]) -> Iterator[int]:
    """One table for spreadsheets; stops after some rows each time."""
    with archive.open(name, "w") as raw, io.TextIOWrapper(raw, FOR_EXCEL, newline="") as text:
        writer = csv.writer(text)
        writer.writerow(columns)
        for some in in_batches(rows, EXPORT_BATCH):
            writer.writerows([csv_cell(value) for value in row] for row in some)
            yield len(some)
    yield 0


def write_json(archive: zipfile.ZipFile, name: str, columns: list[str], rows: Iterable[list[Any]]) -> Iterator[int]:
    """One table for programs: a list of objects, a line each; stops after some rows each time."""
    encoder = DjangoJSONEncoder(ensure_ascii=False)
    between = "\n"
    with archive.open(name, "w") as raw, io.TextIOWrapper(raw, "utf-8") as text:
        text.write("[")
        for some in in_batches(rows, EXPORT_BATCH):
            for row in some:
                text.write(between + encoder.encode(dict(zip(columns, row, strict=True))))
                between = ",\n"
            yield len(some)
        text.write("\n]\n")
    yield 0


def in_batches(rows: Iterable[list[Any]], size: int) -> Iterator[list[list[Any]]]:
    """Rows in lists of `size` (itertools.batched is of Python 3.12)."""
    each = iter(rows)
    while some := list(islice(each, size)):
        yield some


def csv_response(name: str, head: Sequence[object], rows: Iterable[Iterable[object]]) -> HttpResponse:
    """A table for spreadsheets as a file to download, under this name."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse(text.getvalue().encode(FOR_EXCEL), content_type="text/csv; charset=utf-8", headers=headers)


def csv_cell(value: Any) -> Any:
    """A value as one cell: a list as JSON, text never as a formula."""
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
