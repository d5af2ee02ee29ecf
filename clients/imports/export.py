"""Clients as a file that importing reads: bringing it back changes nothing."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from clients.imports.columns import OWN_FORMAT, VENDOR_HEADINGS, SheetKind
from clients.imports.sheet import text_cell
from clients.models import Client

# UTF-8 with a byte order mark: without it Excel takes the file for its own code page.
BYTE_ORDER_MARK = "\ufeff"
ROWS_A_PIECE = 500


def export_headings(kind: SheetKind) -> list[str]:
    """The headings of our own files."""
    return [names[0] for names in VENDOR_HEADINGS[OWN_FORMAT][kind].values()]


def csv_pieces(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table as CSV text, some rows at a time; no cell is computed by a spreadsheet."""
    outlet = io.StringIO()
    writer = csv.writer(outlet, lineterminator="\r\n")
    outlet.write(BYTE_ORDER_MARK)
    writer.writerow(headings)
    for number, row in enumerate(rows, 1):
        writer.writerow([text_cell(each) for each in row])
        if number % ROWS_A_PIECE == 0:
            yield outlet.getvalue()
            outlet.seek(0)
            outlet.truncate()
    yield outlet.getvalue()


def client_rows() -> Iterator[list[str]]:
    """Every open file, by name."""
    columns = [name for name in VENDOR_HEADINGS[OWN_FORMAT][SheetKind.CLIENTS] if name != "client_id"]
    for each in Client.objects.open_files().order_by("sort_key", "public_id").iterator(chunk_size=ROWS_A_PIECE):
        yield [str(each.public_id), *(exported(getattr(each, name)) for name in columns)]


def exported(value: object) -> str:
    """A value as any installation reads it: a day as 2026-12-31, a yes or no in English in every language."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def clients_csv() -> Iterator[str]:
    """The file of clients."""
    return csv_pieces(export_headings(SheetKind.CLIENTS), client_rows())
