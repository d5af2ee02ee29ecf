"""Where the service that is chosen above the calendar fits, column by column: the engine's own answer (I2)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from booking.desk.calendar.picture import ColumnsBy, Frame, FreeStretch, column_id
from booking.models import Service
from booking.scheduling import schedule
from booking.scheduling.availability import ResourceKey
from booking.scheduling.availability.spans import merge_spans
from booking.scheduling.order import Order
from booking.scheduling.schedule import Schedule


def fitting_stretches(frame: Frame, by: ColumnsBy, service: Service) -> list[FreeStretch]:
    """The stretches in which a session of the service can lie, each from the first start to the end of the last one."""
    book = schedule.read_schedule(Order.of(service), first=frame.first, last=frame.last)
    minutes = book.rules.minutes
    # What begins one step later than a short session belongs to the same stretch.
    reach = max(minutes, book.rules.step)
    return [
        FreeStretch(column_id(by, key), frame.wall_at(since), frame.wall_at(until - reach + minutes))
        for key, starts in starts_by_column(book, by, frame).items()
        for since, until in merge_spans((start, start + reach) for start in starts)
    ]


def starts_by_column(book: Schedule, by: ColumnsBy, frame: Frame) -> Mapping[ResourceKey, Sequence[int]]:
    """The instants at which it can begin, by therapist; or in each room, or with each kit, as far as it needs one."""
    if by is ColumnsBy.THERAPIST:
        found = defaultdict(list)
        for offer in book.offers(frame.first, frame.last):
            for key in offer.therapists:
                found[key].append(offer.start)
        return found
    if by is ColumnsBy.ROOM:
        alone = {each.key: replace(book, rooms=(each,)) for each in book.rooms if book.rules.needs_room}
    else:
        alone = {each.key: replace(book, kits=(each,)) for each in book.kits if book.rules.needs_kit}
    return {key: [each.start for each in one.offers(frame.first, frame.last)] for key, one in alone.items()}
