"""A file of another program as rows of text: encoding, separator, heading and line numbers. Bytes in, plain values out.
A cell stays text whatever it begins with: nothing here computes a formula."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clinic.errors import Refusal

LARGEST_SHEET = 20 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 50_000, 200, 20_000
DELIMITERS = (",", ";", "\t", "|")
# How files begin that are no text.
BINARY_STARTS = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"MZ")
EXCEL_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# Control characters that no text holds.
NEVER_IN_TEXT = frozenset(map(chr, [*range(9), *range(14, 32), 0x7F])) - {"\x1b"}
# What a spreadsheet takes for a formula. Our own exports put a ' in front of it, and so do others before a phone.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
TEXT_MARK = "'"


@dataclass(frozen=True)
class SheetRow:
    """One line of data: where it begins in the file (the first line is 1), its cells, and what is wrong with it."""

    number: int
    cells: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True)
class Sheet:
    """A file that was read."""

    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    encoding: str
    delimiter: str


@dataclass(eq=False, repr=False)
class UnreadableSheet(Refusal):
    """A file that is no table of text; the message says why and what to do."""

    usual_code = "unreadable"
    field: str | None = "file"


def read_sheet(content: bytes, *, knows: Callable[[tuple[str, ...]], int] = len) -> Sheet:
    """The table in a file. `knows` tells how many headings of a row are known, to choose the separator by. Raises
    UnreadableSheet."""
    text, encoding = decoded_sheet(content)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not any(line.strip() for line in lines):
        raise UnreadableSheet(_("This file is empty."))
    if lines[0].lower().startswith("sep=") and len(lines[0]) == len("sep=,"):
        lines[0] = ""
    first = next(number for number, line in enumerate(lines) if line.strip())
    must_not_be_too_wide(lines)
    delimiter = delimiter_of(lines[first], knows)
    records = parsed(lines, delimiter)
    header = next(cells for _number, cells in records if any(cells))
    while header and not header[-1]:
        header = header[:-1]
    rows: list[SheetRow] = []
    for number, cells in records:
        if not any(cells):
            continue
        if len(rows) == MOST_ROWS:
            raise UnreadableSheet(_("This file has more than 50,000 lines. Please split it."))
        rows.append(fitted(number, cells, len(header)))
    if not rows:
        raise UnreadableSheet(_("This file has a heading and no line below it."))
    return Sheet(header=header, rows=tuple(rows), encoding=encoding, delimiter=delimiter)


def decoded_sheet(content: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding: by its mark, else UTF-8, else Windows-1252."""
    if len(content) > LARGEST_SHEET:
        raise UnreadableSheet(_("This file is larger than 20 MB. Please split it."))
    if not content.strip():
        raise UnreadableSheet(_("This file is empty."))
    if content.startswith(EXCEL_STARTS):
        raise UnreadableSheet(_("This is a workbook. Open it, choose “Save as” and CSV, and bring that file."))
    if content.startswith(BINARY_STARTS):
        raise UnreadableSheet(_("This is no CSV file but a program’s own format. Please export as CSV."))
    for encoding in likely_encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        text = text.removeprefix("\ufeff")
        for number, line in enumerate(text.split("\n"), 1):
            if not NEVER_IN_TEXT.isdisjoint(line):
                said = _("Line %(number)d holds characters that no text has: this is no CSV file, or a damaged one.")
                raise UnreadableSheet(said % {"number": number})
        return text, encoding.removesuffix("-sig")
    raise UnreadableSheet(_("The letters of this file are in no encoding that we know. Please save it as UTF-8."))


def likely_encodings(content: bytes) -> tuple[str, ...]:
    """The encodings to try, the likeliest first."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if content.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    sample = content[:2000]
    half = len(sample) // 2 or 1
    # Text of mostly Latin letters in UTF-16 has a zero in every other byte.
    if sample[1::2].count(0) > half * 0.6:
        return ("utf-16-le",)
    if sample[0::2].count(0) > half * 0.6:
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def must_not_be_too_wide(lines: list[str]) -> None:
    """Refuse a line of more separators than any table has, before it is taken apart. Raises UnreadableSheet."""
    for number, line in enumerate(lines, 1):
        if len(line) > MOST_COLUMNS and any(line.count(each) > MOST_COLUMNS * 10 for each in DELIMITERS):
            said = _("Line %(number)d has thousands of columns. Please export only what belongs to the client.")
            raise UnreadableSheet(said % {"number": number})


def delimiter_of(line: str, knows: Callable[[tuple[str, ...]], int]) -> str:
    """What stands between the columns: what makes most headings known, then most headings. Raises UnreadableSheet."""
    found: dict[str, tuple[int, int]] = {}
    for each in DELIMITERS:
        cells = tuple(cell.strip() for cell in next(csv.reader([line], delimiter=each), []))
        if len(cells) > 1:
            found[each] = (knows(cells), len(cells))
    if not found:
        said = _(
            "There is one column only. Please save the file as CSV, with commas, semicolons or tabs between columns."
        )
        raise UnreadableSheet(said)
    best = max(found, key=lambda each: found[each])
    if found[best][1] > MOST_COLUMNS:
        said = _("There are more than 200 columns. Please export only what belongs to the client.")
        raise UnreadableSheet(said)
    return best


def parsed(lines: list[str], delimiter: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each record with the line at which it begins. Raises UnreadableSheet for a quote that is never closed, a cell
    without end."""
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter)
    began = 1
    try:
        for cells in reader:
            ended = reader.line_num
            if ended == len(lines) and ended > began and unclosed(lines[began - 1 : ended]):
                said = _("A quotation mark in line %(number)d is never closed.")
                raise UnreadableSheet(said % {"number": began})
            if any(len(each) > LONGEST_CELL for each in cells):
                raise UnreadableSheet(cell_without_end() % {"number": began})
            yield began, tuple(tidy_cell(each) for each in cells)
            began = ended + 1
    except csv.Error as error:
        raise UnreadableSheet(cell_without_end() % {"number": began}) from error


def cell_without_end() -> str:
    """The words for a cell that is longer than anything a list of clients holds."""
    return _("Line %(number)d has a cell of more than 20,000 letters. Is a quotation mark missing?")


def unclosed(lines: list[str]) -> bool:
    """Whether the last record of a file runs on to its end because a quote was left open."""
    return sum(line.count('"') for line in lines) % 2 == 1


def tidy_cell(text: str) -> str:
    """A cell without what stands around it, and without the mark that keeps a spreadsheet from computing it."""
    text = text.replace("\xa0", " ").strip()
    return text[1:] if text.startswith(tuple(f"{TEXT_MARK}{each}" for each in (TEXT_MARK, *FORMULA_STARTS))) else text


def text_cell(text: str) -> str:
    """A value as a cell that no spreadsheet computes, and that `tidy_cell` reads back as it was."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    marked = text.startswith(FORMULA_STARTS) or text != tidy_cell(text)
    return f"{TEXT_MARK}{text}" if marked else text


def fitted(number: int, cells: tuple[str, ...], columns: int) -> SheetRow:
    """A row with as many cells as there are headings; what has more says so."""
    if any(cells[columns:]):
        kept = cells[:MOST_COLUMNS]
        return SheetRow(number, kept, _("More cells than headings: is a quotation mark or a separator wrong?"))
    return SheetRow(number, (*cells[:columns], *[""] * (columns - len(cells))))
