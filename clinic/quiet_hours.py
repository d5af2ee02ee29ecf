"""The hours of a day in which nobody is written to. Pure: wall times, a zone and instants in, instants out."""

import datetime as dt
from dataclasses import dataclass

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class QuietHours:
    """From `begin` to `end`, wall time in `zone`, over midnight where they end before they begin; none where both are
    the same."""

    begin: dt.time
    end: dt.time
    zone: dt.tzinfo = dt.UTC

    @property
    def length(self) -> dt.timedelta:
        """How long they last each day."""
        begin, end = (dt.timedelta(hours=at.hour, minutes=at.minute) for at in (self.begin, self.end))
        return (end - begin) % DAY

    def holds(self, moment: dt.datetime) -> bool:
        """Whether an instant lies in them."""
        time = moment.astimezone(self.zone).time().replace(tzinfo=None)
        if self.begin > self.end:
            return time >= self.begin or time < self.end
        return self.begin <= time < self.end

    def next_quiet_start(self, moment: dt.datetime) -> dt.datetime:
        """The first instant after `moment` at which they begin (UTC)."""
        day = moment.astimezone(self.zone).date()
        evening = wall_time(day, self.begin, self.zone)
        return evening if evening > moment else wall_time(day + DAY, self.begin, self.zone)

    def next_quiet_end(self, moment: dt.datetime) -> dt.datetime:
        """When the quiet hours in which `moment` lies, or with which it begins, end (UTC)."""
        local = moment.astimezone(self.zone)
        before_midnight = self.begin > self.end and local.time().replace(tzinfo=None) >= self.begin
        return wall_time(local.date() + before_midnight * DAY, self.end, self.zone)

    def put_off(self, moment: dt.datetime) -> dt.datetime:
        """`moment`, or where it lies in them the coming morning (UTC)."""
        return self.next_quiet_end(moment) if self.holds(moment) else moment


def wall_time(day: dt.date, time: dt.time, zone: dt.tzinfo) -> dt.datetime:
    """A wall time as an instant in UTC; in a spring gap the moment at which the clock has jumped past it."""
    return dt.datetime.combine(day, time, zone).astimezone(dt.UTC)
