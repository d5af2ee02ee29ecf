"""Someone who waits, in a practice without quiet hours, and where only what a test frees is free."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from booking.appointments.screening import SafetyAnswers
from booking.models import Appointment, Therapist, TimeOff, WaitlistEntry, WaitlistOffer
from booking.waitlist.matching import Preferences
from clients.models import Client
from tests.fixtures.actions import join_waitlist
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import offer_free_times

Waits = Callable[..., WaitlistEntry]
DAYS = frozenset(range(7))


@pytest.fixture
def awake(cast: Cast) -> Cast:
    """No quiet hours: the tests run at any time of the day."""
    cast.practice.quiet_from = cast.practice.quiet_until = dt.time(0)
    cast.practice.save(update_fields=["quiet_from", "quiet_until"])
    return cast


@pytest.fixture
def full(awake: Cast) -> Cast:
    """Everyone is away for four weeks, so that nothing is free until a test opens it."""
    begin, end = awake.at(0, ahead=0) - dt.timedelta(days=8), awake.at(0, ahead=35)
    for therapist in (awake.mira, awake.jonas, awake.tess):
        TimeOff.objects.create(therapist=therapist, starts_at=begin, ends_at=end)
    return awake


def opens(cast: Cast, hour: int, minutes: int = 60, *, with_: Therapist | None = None) -> dt.datetime:
    """Let one time of that Tuesday be free again with Mira, or another; returns its start."""
    start = cast.at(hour)
    ends = start + dt.timedelta(minutes=minutes)
    mine = TimeOff.objects.filter(therapist=with_ or cast.mira)
    for off in mine.filter(starts_at__lt=ends, ends_at__gt=start):
        TimeOff.objects.create(therapist=off.therapist, starts_at=ends, ends_at=off.ends_at)
        off.ends_at = start
        off.save(update_fields=["ends_at"])
    return start


@pytest.fixture
def waits(cast: Cast) -> Waits:
    """Put a client on the list; by default Ana, for an hour, at any time within four weeks."""

    def join(client: Client | None = None, **more: Any) -> WaitlistEntry:
        today = dt.datetime.now(cast.zone).date()
        suits: dict[str, Any] = {
            "weekdays": DAYS,
            "from_time": dt.time(6),
            "until_time": dt.time(22),
            "first": today,
            "last": today + dt.timedelta(days=28),
        }
        suits |= {name: more.pop(name) for name in list(more) if name in suits}
        wanted: dict[str, Any] = {
            "service": cast.regular,
            "client": client or cast.ana,
            "answers": SafetyAnswers(),
            "suits": Preferences(**suits),
            "via": Appointment.Via.WEB,
        }
        entry = join_waitlist(**{**wanted, **more})
        return WaitlistEntry.objects.with_people().get(pk=entry.pk)

    return join


def offer_of(entry: WaitlistEntry) -> WaitlistOffer:
    """The newest offer of an entry, joined as the actions want it."""
    found = WaitlistOffer.objects.select_related("entry__client", "entry__service", "appointment")
    return found.filter(entry=entry).latest("made_at", "pk")


def offered_now(entry: WaitlistEntry) -> WaitlistOffer:
    """Sweep, and return the open offer that this made."""
    assert offer_free_times() >= 1
    offer = offer_of(entry)
    assert offer.is_open
    return offer


def runs_out(offer: WaitlistOffer) -> None:
    """Let the hold be over: the sweep looks at the database's clock, so the row moves."""
    past = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    WaitlistOffer.objects.filter(pk=offer.pk).update(held_until=past)
