"""A file of another program, or something that pretends to be one: a table of text, or one clear sentence."""

import pytest

from clients.imports.recognition import known_headings
from clients.imports.sheet import LARGEST_SHEET, MOST_ROWS, UnreadableSheet, read_sheet, text_cell, tidy_cell

NAMES = "First Name,Last Name,Email\nRosa,Keller,rosa@example.org\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    sheet = read_sheet("First Name,Last Name\nJosé,Muñoz\n".encode(encoding), knows=known_headings)
    assert sheet.rows[0].cells == ("José", "Muñoz")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found_by_the_headings(delimiter: str) -> None:
    text = f"First Name{delimiter}Last Name{delimiter}Notes\nRosa{delimiter}Keller{delimiter}a\n"
    assert read_sheet(text.encode(), knows=known_headings).delimiter == delimiter


def test_a_separator_that_is_only_part_of_a_heading_is_not_taken() -> None:
    sheet = read_sheet(b'"Name, all of it";Email\nRosa Keller;rosa@example.org\n', knows=known_headings)
    assert sheet.header == ("Name, all of it", "Email")


def test_lines_are_named_as_an_editor_counts_them_whatever_ends_them() -> None:
    sheet = read_sheet(b'First Name,Note\r\nA,"two\nlines"\rB,x\n\nC,y\r\n')
    assert [(row.number, row.cells[0]) for row in sheet.rows] == [(2, "A"), (4, "B"), (6, "C")]
    assert sheet.rows[0].cells[1] == "two\nlines"


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"First Name,Last Name\n", "heading"),
        (b"PK\x03\x04 some workbook", "workbook"),
        (b"%PDF-1.7", "own format"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "own format"),
        (NAMES.encode() + b"A\x00B,c,d\n", "Line 3"),
        (bytes(range(1, 9)) * 50, "Line 1"),
        (b"Name\nRosa Keller\n", "one column"),
        (NAMES.encode() + b'"Rosa,Keller,x\nA,B,c\n', "line 3"),
        (",".join(f"c{number}" for number in range(10_000)).encode() + b"\n1,2\n", "columns"),
        (b"a,b\n" + b"," * 2_000_000, "Line 2"),
        (b"a,b\nx," + b"y" * 5_000_000, "Line 2"),
        (b'a,b\nx,"' + b"y\n" * 100_000, "Line 2"),
        (b"a,b\n" + b"1,2\n" * (MOST_ROWS + 1), "50,000"),
        (b"a" * (LARGEST_SHEET + 1), "20 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_table_is_refused_in_a_sentence(content: bytes, part: str) -> None:
    with pytest.raises(UnreadableSheet) as refused:
        read_sheet(content, knows=known_headings)
    assert part.casefold() in str(refused.value).casefold()


def test_a_line_with_more_cells_than_headings_says_so_and_the_others_are_read() -> None:
    sheet = read_sheet(b"a,b\n1,2,3\n4\n5,6,,\n")
    assert [bool(row.problem) for row in sheet.rows] == [True, False, False]
    assert sheet.rows[1].cells == ("4", "")


@pytest.mark.parametrize(
    "value", ["=cmd|'/c calc'!A0", "+49 30", "-1", "@x", "'quoted'", "'=odd", "''", "plain", "a\nb", "é", "'"]
)
def test_a_cell_that_we_write_is_no_formula_and_is_read_as_it_was(value: str) -> None:
    written = text_cell(value)
    assert not written.startswith(("=", "+", "-", "@"))
    assert tidy_cell(written) == value
