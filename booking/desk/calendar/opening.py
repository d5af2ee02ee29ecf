"""When therapists work on the days that a page of the calendar shows."""

from collections.abc import Collection, Mapping

from booking.desk.calendar.picture import Frame
from booking.scheduling.availability import ResourceKey, Span, TherapistSchedule
from booking.scheduling.availability.instants import WallClock, day_number
from booking.scheduling.availability.rules import working_ranges
from booking.scheduling.availability.spans import merge_spans
from booking.scheduling.configuration import Configuration
from booking.scheduling.hours import staff_hours


def opening_hours(
    configuration: Configuration, keys: Collection[ResourceKey], frame: Frame
) -> Mapping[ResourceKey, list[Span]]:
    """When each of these therapists works on the days of a frame, time off not taken away: sorted instants."""
    opening = staff_hours(configuration, keys, first=frame.first, last=frame.last)
    first, last = day_number(frame.first), day_number(frame.last)
    clock, (begin, end) = WallClock.of(frame.zone, first, last), frame.span
    found = {}
    for key in keys:
        who = TherapistSchedule(key=key, hours=opening.hours[key], overrides=opening.overrides[key])
        spans = merge_spans(
            part for span in working_ranges(who, range(first - 1, last + 1)) for part in clock.spans(*span)
        )
        found[key] = [(max(start, begin), min(stop, end)) for start, stop in spans if start < end and stop > begin]
    return found
