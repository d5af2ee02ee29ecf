"""How logs are written, for people or as JSON, and what never reaches them: the tokens of client links, which stand in
addresses, and rows that PostgreSQL refuses."""

import datetime as dt
import json
import logging
import logging.config
import re
import sys
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

# A token has 43 characters of the URL-safe alphabet (clinic.web.links.mint); no word and no id of ours is so long.
TOKEN_PATTERN = re.compile(r"[A-Za-z0-9_-]{40,}")
TOKEN_MASK = "(token)"  # noqa: S105 - what stands in its place
ROW_DETAIL = "(row)"
# What LOG_FORMAT may be.
LOG_FORMATS = ("text", "json")
# Which request this thread answers, so that its lines can be found together; empty outside of one.
REQUEST_ID: ContextVar[str] = ContextVar("request id", default="")


def set_up_logs(config: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: do what the settings say; Python's own warnings become lines like all others."""
    logging.config.dictConfig(config)
    if "json" in {handler.get("formatter") for handler in config["handlers"].values()}:
        logging.captureWarnings(True)


def mask_tokens(value: Any) -> Any:
    """A text with every token in it replaced; anything but text stays as it is."""
    return TOKEN_PATTERN.sub(TOKEN_MASK, value) if isinstance(value, str) else value


class TextLines(logging.Formatter):
    """Lines for people: time, level, logger, message, and the traceback of an error below."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text, without tokens wherever they stand."""
        return str(mask_tokens(super().format(record)))


class JsonLines(logging.Formatter):
    """One JSON object a line, in ASCII: time (UTC), level, logger, message; request, exception if any."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON, without tokens wherever they stand."""
        moment = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        line = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": mask_tokens(record.getMessage()),
        }
        if request := REQUEST_ID.get():
            line["request"] = request
        # LeaveOutRows has written the traceback already where PostgreSQL said too much.
        if told := record.exc_text or (self.formatException(record.exc_info) if record.exc_info else ""):
            line["exception"] = mask_tokens(told)
        return json.dumps(line)


class MaskTokens(logging.Filter):
    """Takes tokens out of a record's message and arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record in place; every record passes."""
        record.msg = mask_tokens(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(map(mask_tokens, record.args))
        return True


class LeaveOutRows(logging.Filter):
    """Takes out of an error what PostgreSQL says of the row it refused: names, addresses, answers (I10)."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record in place; every record passes."""
        error = record.exc_info[1] if record.exc_info else None
        details = {detail for each in error_chain(error) if (detail := row_detail(each))}
        if details:
            record.exc_text = "".join(traceback.format_exception(error)).rstrip("\n")
            record.msg, record.args = record.getMessage(), None
        for detail in details:
            # Within a group of errors each line is indented; as an argument it may stand in one.
            lines = r"\n[ |]*".join(map(re.escape, detail.split("\n")))
            told = re.compile(f"{lines}|{re.escape(repr(detail)[1:-1])}")
            record.msg, record.exc_text = told.sub(ROW_DETAIL, record.msg), told.sub(ROW_DETAIL, record.exc_text or "")
        return True


def row_detail(error: BaseException) -> str | None:
    """What an error of PostgreSQL says of a row; nothing for any other error."""
    # The clock writes logs too and never talks to PostgreSQL: it holds six megabytes less without psycopg.
    if "psycopg" not in sys.modules:
        return None
    from psycopg import Error

    return error.diag.message_detail if isinstance(error, Error) else None


def error_chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and all that led to it."""
    if error is None:
        return
    yield error
    yield from error_chain(error.__cause__ or error.__context__)
    for each in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from error_chain(each)
