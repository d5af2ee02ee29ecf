"""Scenario 30 from end to end: what the diary offers the booking accepts, and nothing else, on the oddest nights (I2).

Random practices, open at night, around the nights on which clocks change, in many zones. Every try is a real booking
in a transaction that is rolled back.
"""

import datetime as dt
import random
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction

from booking.appointments.booking_request import PersonDetails
from booking.appointments.screening import SafetyAnswers
from booking.errors import SlotTaken
from booking.models import (
    Appointment,
    Holiday,
    HoursOverride,
    PrivateBusy,
    PrivateCalendar,
    Service,
    Status,
    Therapist,
    TimeOff,
    WorkingHours,
)
from booking.scheduling import schedule
from booking.scheduling.order import Order
from tests.booking.scheduling.availability.worlds import NIGHTS
from tests.fixtures.actions import book
from tests.fixtures.cast import Cast
from tests.fixtures.examples import MANY

pytestmark = [pytest.mark.sql, *([pytest.mark.slow] if MANY else [])]

# Eves of a change in these zones, and of none in Kathmandu, whose offset is odd.
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "America/Santiago",
    "Pacific/Chatham",
    "America/Sao_Paulo",
    "Pacific/Apia",
)
EVES = [
    *((zone, eve) for zone, eve in NIGHTS if zone in ZONES),
    ("America/Santiago", dt.date(2027, 4, 3)),  # midnight comes twice
    ("America/Santiago", dt.date(2026, 9, 5)),  # no midnight
]
TRIED = EVES if MANY else EVES[1::2]
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
TRIES = 9 if MANY else 6
# In whole hours of wall time: the whole day, two nights, a day.
SHIFTS = ((0, 0), (22, 6), (21, 3), (9, 17))


def furnish(cast: Cast, dice: random.Random, eve: dt.date) -> None:
    """Change everything about the practice that decides about times."""
    practice = cast.practice
    practice.notice_minutes, practice.slot_step_minutes = dice.choice([0, 45, 600]), dice.choice([15, 20, 30])
    practice.save()
    WorkingHours.objects.all().delete()
    for therapist in (cast.mira, cast.jonas, cast.tess):
        starts, ends = (dt.time(hour) for hour in dice.choice(SHIFTS))
        WorkingHours.objects.bulk_create(
            WorkingHours(therapist=therapist, weekday=day, starts=starts, ends=ends, over_midnight=ends <= starts)
            for day in range(7)
        )
        therapist.max_appointments_a_day = dice.choice([None, None, 2])
        therapist.adjacent_only, therapist.minimum_gap = dice.random() < 0.2, dice.choice([0, 0, 45])
        therapist.save()
    for service in Service.objects.all():
        service.buffer_before, service.buffer_after = dice.choice([0, 0, 10]), dice.choice([0, 15])
        service.step_minutes = dice.choice([None, None, 10])
        service.first_start = dice.choice([None, None, dt.time(0, 30)])
        service.save()
    if dice.random() < 0.3:
        HoursOverride.objects.create(
            therapist=cast.mira,
            date=eve + dice.randint(0, 1) * DAY,
            starts=dt.time(20),
            ends=dt.time(4),
            over_midnight=True,
        )
    if dice.random() < 0.2:
        Holiday.objects.create(date=eve + DAY, name="Day off")
    begin = dt.datetime.combine(eve, dt.time(dice.randint(0, 23)), practice.zone).astimezone(dt.UTC)
    TimeOff.objects.create(
        therapist=dice.choice([None, cast.jonas]), starts_at=begin, ends_at=begin + dice.choice([1, 5]) * DAY / 24
    )
    for therapist in (cast.mira, cast.tess):
        calendar = PrivateCalendar.objects.create(
            therapist=therapist, name="Own", active=dice.random() < 0.8, sealed=b""
        )
        since = begin + dice.randint(-12, 24) * DAY / 24
        PrivateBusy.objects.create(calendar=calendar, starts_at=since, ends_at=since + dice.choice([1, 3]) * DAY / 24)


def attempt(service: Service, start: dt.datetime, therapist: Therapist | None, name: str) -> Appointment | None:
    """Book for a stranger; None where that time is refused."""
    try:
        return book(
            service=service,
            start=start,
            therapist=therapist,
            client=PersonDetails(first_name=name, last_name="Guest", email=f"{name}@example.org"),
            answers=SafetyAnswers(),
            policy_accepted=True,
            via=Appointment.Via.WEB,
        )
    except SlotTaken:
        return None


def can_be_booked(service: Service, start: dt.datetime, therapist: Therapist | None) -> bool:
    """Book, and take it back."""
    with transaction.atomic():
        booked = attempt(service, start, therapist, "try")
        transaction.set_rollback(True)
    return booked is not None


def offered(service: Service, eve: dt.date) -> dict[dt.datetime, set[Therapist]]:
    """The offers of the eve and the day after, and with whom."""
    times = schedule.month_of(Order.of(service), first=eve, last=eve + DAY)
    return {offer.start: set(offer.therapists) for offer in times.offers}


@pytest.fixture
def night(cast: Cast, request: pytest.FixtureRequest) -> Iterator[tuple[Cast, dt.date]]:
    """The practice in one of the zones, the day before the eve of its odd night."""
    zone, eve = request.param
    cast.practice.time_zone = zone
    cast.practice.save()
    with time_machine.travel(dt.datetime.combine(eve - DAY, dt.time(12), ZoneInfo(zone)), tick=False):
        yield cast, eve


@pytest.mark.invariant("I2")
@pytest.mark.parametrize("night", TRIED, indirect=True, ids=[f"{zone}-{eve}" for zone, eve in TRIED])
def test_30_what_is_offered_can_be_booked_and_nothing_else(night: tuple[Cast, dt.date]) -> None:
    cast, eve = night
    dice = random.Random(f"{cast.practice.time_zone} {eve}")
    furnish(cast, dice, eve)
    services = [cast.regular, cast.back, cast.hot_stone]
    for service in services:
        service.refresh_from_db()
    # Some appointments that were really booked are in the way, one of them given up again.
    for number in range(5):
        free = sorted(offered(service := dice.choice(services), eve))
        if free:
            assert attempt(service, dice.choice(free), None, f"guest{number}"), "any of the times offered"
    Appointment.objects.filter(pk=Appointment.objects.values("pk")[:1]).update(status=Status.CANCELLED)

    service = dice.choice(services)
    found = offered(service, eve)
    everyone = {*service.therapists.filter(active=True)}
    yes = [(start, who) for start, free in found.items() for who in [None, *sorted(free, key=str)]]
    begin = dt.datetime.combine(eve, dt.time(), cast.practice.zone).astimezone(dt.UTC)
    no = [
        (start, who)
        for start in (begin + step * 5 * MINUTE for step in range(47 * 12))
        if eve <= start.astimezone(cast.practice.zone).date() <= eve + DAY
        for who in [*everyone - found.get(start, set()), *([] if start in found else [None])]
    ]
    for start, who in dice.sample(yes, min(TRIES, len(yes))):
        assert can_be_booked(service, start, who), (service, start, who)
    for start, who in dice.sample(no, min(TRIES, len(no))):
        assert not can_be_booked(service, start, who), (service, start, who)


def test_the_nights_are_odd_in_six_zones_and_more() -> None:
    def shift(zone: str, eve: dt.date) -> dt.timedelta:
        begin, end = (dt.datetime.combine(day, dt.time(12), ZoneInfo(zone)) for day in (eve, eve + DAY))
        return end.astimezone(dt.UTC) - begin.astimezone(dt.UTC)

    assert len({zone for zone, eve in EVES if shift(zone, eve) != DAY}) >= 6
    assert {zone for zone, _eve in EVES} == set(ZONES)
