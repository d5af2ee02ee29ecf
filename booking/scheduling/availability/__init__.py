"""Which times are free, for whom, and why not: the one answer behind page, API, desk, admin and booking (I2).

Pure: plain values in, plain values out; no ORM, no clock, no settings. Three ideas carry it:

- Inside, a time is an int, minutes since the Unix epoch in UTC (an *instant*), and every range is half-open. Opening
  hours and grids are wall time; `WallClock` is the only place that turns one into the other.
- A rule is a list of *bars*: ranges in which a session may not start. `free_times` offers what stands on the grid and
  under no bar; `check` asks the same bars one by one and names the first that is in the way. So a time is offered if
  and only if it can be booked.
- A session must lie wholly inside working hours and outside time off. Its buffers may hang over both, but over no
  other appointment's.
"""

from booking.scheduling.availability.choice import (
    dates_as_moments,
    dates_span,
    day_span,
    free_resources,
    least_busy_first,
    nearest_offers,
)
from booking.scheduling.availability.engine import barred_starts, broken_rules, check_start, free_times
from booking.scheduling.availability.instants import as_datetime, instant, span_around
from booking.scheduling.availability.spans import Span
from booking.scheduling.availability.values import (
    OVERRIDABLE,
    DateOverride,
    DayLoad,
    FreeStart,
    Hours,
    Resource,
    ResourceKey,
    ServiceRules,
    StartVerdict,
    TherapistSchedule,
    Unavailable,
)
