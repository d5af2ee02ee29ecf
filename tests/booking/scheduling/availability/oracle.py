"""The rules of booking once more, minute by minute and with datetimes: slow, obvious, no line of the engine."""

import datetime as dt
from collections.abc import Sequence
from functools import cache
from zoneinfo import ZoneInfo

from booking.scheduling.availability import Resource, ServiceRules, Span, TherapistSchedule

MINUTE = dt.timedelta(minutes=1)
ONE_DAY = dt.timedelta(days=1)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def minutes_of(spans: Sequence[Span]) -> frozenset[int]:
    """Every single minute of some ranges."""
    return frozenset(minute for start, end in spans for minute in range(start, end))


@cache
def wall_time(zone: ZoneInfo, minute: int) -> dt.datetime:
    """What the wall shows at an instant. The nights of the tests are few, so most answers are known already."""
    return (EPOCH + minute * MINUTE).astimezone(zone).replace(tzinfo=None)


class Oracle:
    """Decides about one start with one therapist by looking at each minute of it."""

    def __init__(
        self,
        service: ServiceRules,
        diary: TherapistSchedule,
        rooms: Sequence[Resource],
        kits: Sequence[Resource],
        zone: ZoneInfo,
        now: dt.datetime,
        client: Sequence[Span] = (),
    ) -> None:
        self.service, self.diary, self.zone, self.now = service, diary, zone, now
        self.busy, self.client = minutes_of(diary.busy), minutes_of(client)
        self.away = minutes_of(diary.away) | minutes_of(diary.private)
        self.rooms = [minutes_of(room.busy) for room in rooms]
        self.kits = [minutes_of(kit.busy) for kit in kits]
        # What was found out once about a day or a minute; each is asked about by the starts around it again and again.
        self.minutes_worked, self.fits_anywhere = cache(self._minutes_worked), cache(self.fits)
        self.works, self.places = cache(self._works), cache(self._places)

    def wall(self, minute: int) -> dt.datetime:
        return wall_time(self.zone, minute)

    def _minutes_worked(self, day: dt.date) -> frozenset[int]:
        """The minutes after midnight of the ranges that begin on a date, 1440 and more where they run over midnight."""
        ranges = [pair for override in self.diary.overrides if override.date == day for pair in override.ranges]
        if not any(override.date == day for override in self.diary.overrides):
            ranges = [
                (hours.starts, hours.ends)
                for hours in self.diary.hours
                if hours.weekday == day.weekday()
                and (hours.valid_from is None or hours.valid_from <= day)
                and (hours.valid_until is None or day <= hours.valid_until)
            ]
        worked: set[int] = set()
        for starts, ends in ranges:
            begin, end = starts.hour * 60 + starts.minute, ends.hour * 60 + ends.minute
            worked.update(range(begin, end + (1440 if end <= begin else 0)))
        return frozenset(worked)

    def _places(self, minute: int) -> list[tuple[frozenset[int], int]]:
        """Where an instant lies in the working minutes of its own date and of the date before."""
        wall = self.wall(minute)
        days = (wall.date() - ONE_DAY, wall.date())
        return [(self.minutes_worked(day), (wall - dt.datetime.combine(day, dt.time())) // MINUTE) for day in days]

    def _works(self, minute: int) -> bool:
        return any(place in worked for worked, place in self.places(minute))

    def on_grid(self, start: int) -> bool:
        for worked, place in self.places(start):
            if place in worked:
                anchor = place
                while anchor - 1 in worked:
                    anchor -= 1
                if (place - anchor) % self.service.step == 0:
                    return True
        return False

    def at_a_good_time_of_day(self, start: int) -> bool:
        time = self.wall(start).time()
        first, last = self.service.first_start or dt.time.min, self.service.last_start or dt.time.max
        return first <= time <= last if first <= last else time >= first or time <= last

    def in_reach(self, start: int) -> bool:
        soon_enough = EPOCH + start * MINUTE >= self.now + self.service.notice * MINUTE
        today = self.now.astimezone(self.zone).date()
        return soon_enough and self.wall(start).date() <= today + self.service.horizon * ONE_DAY

    def overlaps(self, start: int) -> bool:
        """Whether anything would be used twice: therapist, client, the last room, the last kit."""
        service = self.service
        session = range(start, start + service.minutes)
        blocked = range(start - service.before, start + service.minutes + service.after)
        kit_time = range(start - service.before, start + service.minutes + max(service.after, service.kit_buffer_after))
        return (
            not self.busy.isdisjoint(blocked)
            or not self.client.isdisjoint(session)
            or (service.needs_room and not any(room.isdisjoint(blocked) for room in self.rooms))
            or (service.needs_kit and not any(kit.isdisjoint(kit_time) for kit in self.kits))
        )

    def day_has_place(self, start: int) -> bool:
        appointments, minutes = self.diary.booked.get(self.wall(start).date(), (0, 0))
        most_appointments, most_minutes = self.diary.max_appointments, self.diary.max_minutes
        return (most_appointments is None or appointments + 1 <= most_appointments) and (
            most_minutes is None or minutes + self.service.minutes <= most_minutes
        )

    def sits_beside(self, start: int) -> bool:
        service, day = self.service, self.wall(start).date()
        if not self.diary.adjacent_only or all(self.wall(minute).date() != day for minute in self.busy):
            return True
        before, after = start - service.before, start + service.minutes + service.after
        return any(
            0 <= before - end < service.step or 0 <= begin - after < service.step for begin, end in self.diary.busy
        )

    def leaves_gaps_that_sell(self, start: int) -> bool:
        def idle(minute: int, direction: int, buffer: int) -> int:
            length = 0
            while length < buffer + 1440 and self.works(minute) and minute not in self.busy | self.away:
                minute, length = minute + direction, length + 1
            return length - buffer

        if not self.diary.minimum_gap:
            return True
        end = start + self.service.minutes
        gaps = idle(start - 1, -1, self.service.before), idle(end, 1, self.service.after)
        return not any(0 < gap < self.diary.minimum_gap for gap in gaps)

    def fits(self, start: int) -> bool:
        """Whether a session lies inside working hours, outside time off, and its buffers over no other appointment."""
        service = self.service
        session = range(start, start + service.minutes)
        blocked = range(start - service.before, start + service.minutes + service.after)
        worked = all(self.works(minute) for minute in session)
        return worked and self.away.isdisjoint(session) and self.busy.isdisjoint(blocked)

    def is_usual(self, start: int) -> bool:
        """Whether the therapist takes a session at a start of the grid, whatever else is in the way."""
        return (
            self.on_grid(start)
            and self.fits_anywhere(start)
            and self.at_a_good_time_of_day(start)
            and self.day_has_place(start)
            and self.sits_beside(start)
            and self.leaves_gaps_that_sell(start)
        )

    def sells_what_the_grid_leaves(self, start: int) -> bool:
        """Whether the session touches an appointment, and no start of the grid within a step sells as many."""
        service, block = self.service, self.service.before + self.service.minutes + self.service.after
        ends = {end + service.before for begin, end in self.diary.busy if begin < end}
        begins = {begin - service.minutes - service.after for begin, end in self.diary.busy if begin < end}
        for touches, way in ((start in ends, 1), (start in begins, -1)):
            if not touches or not self.fits_anywhere(start):
                continue
            room = 0
            while room < 12 * 60 and self.fits_anywhere(start + way * (room + 1)):
                room += 1
            near = [start + way * step for step in range(min(service.step - 1, room) + 1)]
            if not any(
                self.is_usual(each)
                and self.wall(each).date() == self.wall(start).date()
                and (room - abs(each - start)) // block == room // block
                for each in near
            ):
                return True
        return False

    def allows(self, start: int) -> bool:
        """Whether the start can be booked."""
        session = range(start, start + self.service.minutes)
        return (
            (self.on_grid(start) or self.sells_what_the_grid_leaves(start))
            and all(self.works(minute) for minute in session)
            and self.at_a_good_time_of_day(start)
            and self.in_reach(start)
            and self.away.isdisjoint(session)
            and not self.overlaps(start)
            and self.day_has_place(start)
            and self.sits_beside(start)
            and self.leaves_gaps_that_sell(start)
        )

    def starts(self, first_day: dt.date, last_day: dt.date) -> list[int]:
        """Every allowed start on the local dates, by trying each minute that some zone might count to them."""
        begin = (dt.datetime.combine(first_day, dt.time(), dt.UTC) - EPOCH) // MINUTE - 15 * 60
        end = (dt.datetime.combine(last_day + ONE_DAY, dt.time(), dt.UTC) - EPOCH) // MINUTE + 13 * 60
        return [
            minute
            for minute in range(begin, end)
            if first_day <= self.wall(minute).date() <= last_day and self.allows(minute)
        ]
