"""The dates of a preview as a page shows them: what each is, why it cannot be, and what may be chosen instead."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from booking.appointments.series_preview import SeriesDate, SeriesSlot
from booking.desk.booking.repeat_forms import DATE_FIELD, LEFT_OUT_VALUE, slot_as_value
from booking.models import Holiday, Therapist, TimeOff
from booking.scheduling.availability import Unavailable
from booking.scheduling.refusals import reason_for_team
from clinic.country import locale


@dataclass(frozen=True)
class DateOption:
    """One radio button of a proposed date."""

    value: str
    label: str
    checked: bool


@dataclass(frozen=True)
class DateRow:
    """One proposed date, as a row of the page."""

    turn: SeriesDate
    name: str
    day: str
    time: str
    why: str
    tone: str
    options: tuple[DateOption, ...]

    @property
    def label(self) -> str:
        """How it stands, in words."""
        return _("booked already") if self.turn.settled else self.why or _("free")

    @property
    def pill(self) -> str:
        """The colour of that."""
        if self.tone == "open" and self.why:
            return "caution"
        return "info" if self.turn.settled or self.why else "ok"

    @property
    def now_at(self) -> dt.datetime | None:
        """When the appointment is that is to move to this date."""
        return None if self.turn.settled or self.turn.appointment is None else self.turn.appointment.starts_at


def date_rows(turns: Sequence[SeriesDate], therapist: Therapist, zone: ZoneInfo, *, out: str) -> list[DateRow]:
    """The dates in words; `out` says what becomes of one that is left out."""
    closed = closed_days(turns)
    return [
        DateRow(
            turn=turn,
            name=f"{DATE_FIELD}{turn.position}",
            day=locale.current_formats().date(turn.wanted, "short_day", with_year=True),
            time=locale.current_formats().clock(turn.wanted),
            why=reason_against(turn, turn.appointment.therapist if turn.appointment else therapist, closed),
            tone=date_tone(turn),
            options=() if turn.settled else tuple(date_options(turn, zone, out)),
        )
        for turn in turns
    ]


def date_tone(turn: SeriesDate) -> str:
    """Free, decided, left out, or waiting for a decision."""
    if turn.settled:
        return "settled"
    if turn.undecided:
        return "open"
    return "out" if turn.left_out else "free" if turn.why is None else "decided"


def date_options(turn: SeriesDate, zone: ZoneInfo, out: str) -> list[DateOption]:
    """What may be chosen: the time itself, its alternatives, or nothing."""
    picks = dict.fromkeys([turn.here, *turn.others] if turn.here else turn.others)
    found = [DateOption(slot_as_value(pick), slot_label(turn, pick, zone), pick == turn.chosen) for pick in picks]
    return [*found, DateOption(LEFT_OUT_VALUE, out, turn.left_out)]


def slot_label(turn: SeriesDate, pick: SeriesSlot, zone: ZoneInfo) -> str:
    """A time to choose, with the day where it is another one."""
    local = pick.start.astimezone(zone)
    time = locale.current_formats().clock(local)
    if turn.here is not None and pick.start == turn.here.start:
        return _("%(time)s all the same") % {"time": time} if pick.aside else time
    if local.date() == turn.wanted.date():
        return time
    return f"{locale.current_formats().short_day(local)}, {time}"


def closed_days(turns: Sequence[SeriesDate]) -> dict[dt.date, str]:
    """Why nobody works on the dates for which the engine only says “away”: a holiday, or the practice is closed."""
    away = [turn.wanted for turn in turns if turn.why == Unavailable.AWAY]
    if not away:
        return {}
    holidays = Holiday.objects.filter(closed=True, date__in=[each.date() for each in away])
    closed = {each.date: _("Closed: %(name)s.") % {"name": each.name} for each in holidays}
    for off in TimeOff.objects.filter(therapist=None, ends_at__gt=min(away), starts_at__lt=max(away) + dt.timedelta(1)):
        for each in away:
            if off.starts_at < each + dt.timedelta(hours=12) and off.ends_at > each:
                closed.setdefault(each.date(), _("The practice is closed."))
    return closed


def reason_against(turn: SeriesDate, therapist: Therapist, closed: dict[dt.date, str]) -> str:
    """The reason against a date, in a sentence; empty where there is none."""
    if turn.why is None:
        return _("What you chose was just taken.") if turn.lost else ""
    if turn.why == Unavailable.AWAY and turn.wanted.date() in closed:
        return closed[turn.wanted.date()]
    return reason_for_team(turn.why, therapist=therapist.name)
