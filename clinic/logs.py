"""What never reaches a log: the tokens of client links, which stand in addresses."""

import logging
import re

# A token has 43 characters of the URL-safe alphabet (clinic.links.mint); no word and no id of ours is so long.
TOKEN = re.compile(r"[A-Za-z0-9_-]{40,}")
MASK = "(token)"


def masked(value: object) -> object:
    """A logged argument with every token replaced; anything but text stays as it is."""
    return TOKEN.sub(MASK, value) if isinstance(value, str) else value


class MaskTokens(logging.Filter):
    """Takes tokens out of a record's message and arguments, and query strings out of requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record in place; every record passes."""
        record.msg = masked(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(masked(argument) for argument in record.args)
        return True
