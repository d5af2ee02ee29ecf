"""What lies in a backup, inside the encryption: a tar archive whose files come in this order.

`manifest.json` says when, by which version, after which migrations, and names tables and columns. Then each table as
PostgreSQL's COPY writes it in text, with a line of headings, in one file or several (`tables/NAME/0001.tsv`; put
together with `cat`). Last `totals.json`: how many rows each table has, and where numbering stands.
"""

FORMAT = 2
MANIFEST, TOTALS = "manifest.json", "totals.json"
# Memory holds one file of the archive at a time.
PART_BYTES = 4 * 1024 * 1024


def part_name(table: str, number: int) -> str:
    """The name of one file of a table; `number` counts from 1."""
    return f"tables/{table}/{number:04}.tsv"


def table_of(name: str) -> str:
    """The table that a file of the archive belongs to; empty for a name that `part_name` does not give."""
    folder, _, rest = name.partition("/")
    table, _, part = rest.partition("/")
    return table if folder == "tables" and part.endswith(".tsv") else ""


class ArchiveError(Exception):
    """The archive cannot be made, read or loaded; the text is the whole message, and nothing was changed."""
