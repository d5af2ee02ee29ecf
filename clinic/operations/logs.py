"""What never reaches a log: the tokens of client links, which stand in addresses, and rows that PostgreSQL refuses."""

import logging
import re
import traceback
from collections.abc import Iterator

import psycopg

# A token has 43 characters of the URL-safe alphabet (clinic.web.links.mint); no word and no id of ours is so long.
TOKEN_PATTERN = re.compile(r"[A-Za-z0-9_-]{40,}")
TOKEN_MASK = "(token)"  # noqa: S105 - what stands in its place
ROW_DETAIL = "(row)"


def without_tokens(value: object) -> object:
    """A logged argument with every token replaced; anything but text stays as it is."""
    return TOKEN_PATTERN.sub(TOKEN_MASK, value) if isinstance(value, str) else value


class MaskTokens(logging.Filter):
    """Takes tokens out of a record's message and arguments, and query strings out of requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record in place; every record passes."""
        record.msg = without_tokens(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(without_tokens(argument) for argument in record.args)
        return True


class LeaveOutRows(logging.Filter):
    """Takes out of an error what PostgreSQL says of the row it refused: names, addresses, answers (I10)."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record in place; every record passes."""
        error = record.exc_info[1] if record.exc_info else None
        details = {each.diag.message_detail for each in error_chain(error) if isinstance(each, psycopg.Error)} - {None}
        if details:
            record.exc_text = "".join(traceback.format_exception(error)).rstrip("\n")
            record.msg, record.args = record.getMessage(), None
        for detail in filter(None, details):
            # Within a group of errors each line is indented; as an argument it may stand in one.
            lines = r"\n[ |]*".join(map(re.escape, detail.split("\n")))
            told = re.compile(f"{lines}|{re.escape(repr(detail)[1:-1])}")
            record.msg, record.exc_text = told.sub(ROW_DETAIL, record.msg), told.sub(ROW_DETAIL, record.exc_text or "")
        return True


def error_chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and all that led to it."""
    if error is None:
        return
    yield error
    yield from error_chain(error.__cause__ or error.__context__)
    for each in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from error_chain(each)
