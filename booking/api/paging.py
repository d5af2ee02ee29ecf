"""Lists in pages: a cursor says after which row the next page begins, so that rows that come meanwhile move nothing."""

import base64
import binascii
import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from booking.api.problems import InvalidRequest

M = TypeVar("M", bound=Model)

MOST_A_PAGE = 200


def page_of(rows: QuerySet[M], *, by: str, cursor: str, limit: int) -> tuple[Sequence[M], str | None]:
    """A page of rows in the order of a moment (`by`) and key, and the cursor of the next; None after the last.

    Raises InvalidRequest for a cursor that is none of ours.
    """
    if cursor:
        moment, key = read_cursor(cursor)
        rows = rows.filter(Q(**{f"{by}__gt": moment}) | Q(**{by: moment, "pk__gt": key}))
    found = list(rows.order_by(by, "pk")[: limit + 1])
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    return found[:limit], write_cursor(getattr(last, by), last.pk)


def write_cursor(moment: dt.datetime, key: Any) -> str:
    """A place in a list, as text of which nothing need be understood."""
    return base64.urlsafe_b64encode(f"{moment.astimezone(dt.UTC).isoformat()} {key}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[dt.datetime, int]:
    """The place that a cursor names. Raises InvalidRequest."""
    try:
        moment, key = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(" ")
        found, number = dt.datetime.fromisoformat(moment), int(key)
        if found.tzinfo is None or not 0 < number < 2**63:
            raise ValueError(cursor)
    except (ValueError, binascii.Error) as error:
        raise InvalidRequest({"cursor": [_("Please send the cursor of an answer as it came.")]}) from error
    return found, number
