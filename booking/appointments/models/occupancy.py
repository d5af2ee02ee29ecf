"""What an appointment holds and how long, in PostgreSQL's words, for constraints and questions alike."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models


class IdRange(models.Func):
    """One id as a range of one point, so that GiST compares it for equality without the btree_gist extension."""

    # The column stands twice; it is a bare column, so it brings no parameters that would have to stand twice too.
    function = "int8range"
    template = "%(function)s(%(expressions)s, %(expressions)s, '[]')"
    output_field: ClassVar[Any] = models.Field()

    def __init__(self, column: str) -> None:
        super().__init__(models.F(column))


class TimeRangeExpression(models.Func):
    """The half-open range between two instants, or columns of instants: appointments that only touch do not overlap."""

    function = "tstzrange"
    template = "%(function)s(%(expressions)s, '[)')"
    output_field = DateTimeRangeField()

    def __init__(self, start: Any, end: Any) -> None:
        super().__init__(start, end)


class RangesOverlap(models.Func):
    """Whether two ranges share a point."""

    template = "%(expressions)s"
    arg_joiner = " && "
    output_field: ClassVar[Any] = models.BooleanField()


class RangeContainsId(models.Func):
    """Whether a range of one id is of this id."""

    template = "%(expressions)s::bigint"
    arg_joiner = " @> "
    output_field: ClassVar[Any] = models.BooleanField()


# What an appointment holds, by column, and between which two others.
BLOCKED_RANGE = ("blocked_from", "blocked_until")
HELD_RANGE: dict[str, tuple[str, str]] = {
    "therapist_id": BLOCKED_RANGE,
    "room_id": BLOCKED_RANGE,
    "kit_id": ("blocked_from", "kit_blocked_until"),
    "client_id": ("starts_at", "ends_at"),
}
