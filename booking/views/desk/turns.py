"""The dates of a preview as a page shows them: what each is, why it cannot be, and what may be chosen instead."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from booking.actions.previewing import Pick, Turn
from booking.availability import Reason as Why
from booking.forms.repeating import OUT, TURN, value_of
from booking.models import Holiday, Therapist, TimeOff
from booking.reasons import to_team
from clinic import locale


@dataclass(frozen=True)
class Option:
    """One radio button."""

    value: str
    label: str
    checked: bool


@dataclass(frozen=True)
class Row:
    """One date."""

    turn: Turn
    name: str
    day: str
    time: str
    why: str
    tone: str
    options: tuple[Option, ...]


def rows(turns: Sequence[Turn], therapist: Therapist, zone: ZoneInfo, *, out: str) -> list[Row]:
    """The dates in words; `out` says what becomes of one that is left out."""
    closed = closed_days(turns)
    return [
        Row(
            turn=turn,
            name=f"{TURN}{turn.position}",
            day=locale.current().date(turn.wanted, "short_day", with_year=True),
            time=locale.current().clock(turn.wanted),
            why=why_not(turn, turn.visit.therapist if turn.visit else therapist, closed),
            tone=tone_of(turn),
            options=() if turn.settled else tuple(options(turn, zone, out)),
        )
        for turn in turns
    ]


def tone_of(turn: Turn) -> str:
    """Free, decided, left out, or waiting for a decision."""
    if turn.settled:
        return "settled"
    if turn.undecided:
        return "open"
    return "out" if turn.left_out else "free" if turn.why is None else "decided"


def options(turn: Turn, zone: ZoneInfo, out: str) -> list[Option]:
    """What may be chosen: the time itself, its alternatives, or nothing."""
    picks = dict.fromkeys([turn.here, *turn.others] if turn.here else turn.others)
    found = [Option(value_of(pick), label(turn, pick, zone), pick == turn.chosen) for pick in picks]
    return [*found, Option(OUT, out, turn.left_out)]


def label(turn: Turn, pick: Pick, zone: ZoneInfo) -> str:
    """A time to choose, with the day where it is another one."""
    local = pick.start.astimezone(zone)
    time = locale.current().clock(local)
    if turn.here is not None and pick.start == turn.here.start:
        return _("%(time)s all the same") % {"time": time} if pick.aside else time
    if local.date() == turn.wanted.date():
        return time
    return f"{locale.current().short_day(local)}, {time}"


def closed_days(turns: Sequence[Turn]) -> dict[dt.date, str]:
    """Why nobody works on the dates for which the engine only says “away”: a holiday, or the practice is closed."""
    away = [turn.wanted for turn in turns if turn.why == Why.AWAY]
    if not away:
        return {}
    holidays = Holiday.objects.filter(closed=True, date__in=[each.date() for each in away])
    closed = {each.date: _("Closed: %(name)s.") % {"name": each.name} for each in holidays}
    for off in TimeOff.objects.filter(therapist=None, ends_at__gt=min(away), starts_at__lt=max(away) + dt.timedelta(1)):
        for each in away:
            if off.starts_at < each + dt.timedelta(hours=12) and off.ends_at > each:
                closed.setdefault(each.date(), _("The practice is closed."))
    return closed


def why_not(turn: Turn, therapist: Therapist, closed: dict[dt.date, str]) -> str:
    """The reason against a date, in a sentence; empty where there is none."""
    if turn.why is None:
        return _("What you chose was just taken.") if turn.lost else ""
    if turn.why == Why.AWAY and turn.wanted.date() in closed:
        return closed[turn.wanted.date()]
    return to_team(turn.why, therapist=therapist.name)
