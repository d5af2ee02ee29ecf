"""What holds in any practice, on any night, in any zone."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.scheduling.availability import (
    OVERRIDABLE,
    FreeStart,
    Resource,
    as_datetime,
    barred_starts,
    check_start,
    free_times,
    instant,
)
from tests.booking.scheduling.availability.oracle import Oracle, minutes_of
from tests.booking.scheduling.availability.worlds import World, worlds
from tests.fixtures.examples import examples

usual = examples(8, 20)
thorough = examples(12, 35)


def offers_in(world: World) -> list[FreeStart]:
    return free_times(
        world.service,
        world.therapists,
        world.rooms,
        world.kits,
        world.zone,
        world.first_day,
        world.last_day,
        world.now,
        client=world.client,
    )


def pairs(offers: list[FreeStart]) -> set[tuple[int, int]]:
    return {(offer.start, key) for offer in offers for key in offer.therapists}


def oracles(world: World) -> dict[int, Oracle]:
    return {
        diary.key: Oracle(world.service, diary, world.rooms, world.kits, world.zone, world.now, world.client)
        for diary in world.therapists
    }


def minutes_around(world: World) -> range:
    begin = instant(dt.datetime.combine(world.first_day, dt.time(), dt.UTC)) - 14 * 60
    return range(begin, begin + 3 * 1440)


@thorough
@given(world=worlds())
def test_the_engine_offers_exactly_what_trying_every_minute_allows(world: World) -> None:
    allowed = {
        (start, key)
        for key, oracle in oracles(world).items()
        for start in oracle.starts(world.first_day, world.last_day)
    }
    assert pairs(offers_in(world)) == allowed


@pytest.mark.invariant("I2")
@thorough
@given(world=worlds(), shift=st.integers(0, 29))
def test_30_a_time_is_offered_if_and_only_if_it_can_be_booked(world: World, shift: int) -> None:
    found = pairs(offers_in(world))
    tried = {start for start, _ in found}.union(minutes_around(world)[shift::30])
    for start in tried:
        if not world.first_day <= as_datetime(start, world.zone).date() <= world.last_day:
            continue
        for diary in world.therapists:
            verdict = check_start(
                world.service, diary, world.rooms, world.kits, world.zone, start, world.now, client=world.client
            )
            assert verdict.free == ((start, diary.key) in found)


@usual
@given(world=worlds())
def test_no_offered_time_overlaps_an_appointment_with_its_buffers(world: World) -> None:
    busy = {diary.key: minutes_of(diary.busy) for diary in world.therapists}
    service = world.service
    for start, key in pairs(offers_in(world)):
        blocked = range(start - service.before, start + service.minutes + service.after)
        assert busy[key].isdisjoint(blocked)


@usual
@given(world=worlds(tight=False), begin=st.integers(0, 3 * 1440), length=st.integers(1, 240))
def test_one_more_appointment_adds_no_time_but_beside_an_appointment(world: World, begin: int, length: int) -> None:
    service, start = world.service, minutes_around(world)[0] + begin
    appointment = (start, start + length)
    before = pairs(offers_in(world))
    for diary in world.therapists:
        busy = [*diary.busy, appointment]
        fuller = [dataclasses.replace(other, busy=busy) if other is diary else other for other in world.therapists]
        added = pairs(offers_in(dataclasses.replace(world, therapists=fuller))) - before
        assert {key for _start, key in added} <= {diary.key}
        touching = {end + service.before for _begin, end in busy} | {begin - service.span for begin, _end in busy}
        assert {moment for moment, _key in added} <= touching
    if world.rooms:
        rooms = [Resource(world.rooms[0].key, [*world.rooms[0].busy, appointment]), *world.rooms[1:]]
        assert pairs(offers_in(dataclasses.replace(world, rooms=rooms))) <= before


@usual
@given(world=worlds())
def test_beside_the_grid_a_gap_has_two_starts_at_most(world: World) -> None:
    for diary in world.therapists:
        oracle = oracles(world)[diary.key]
        alone = dataclasses.replace(world, therapists=[diary])
        off_grid = [start for start, _key in sorted(pairs(offers_in(alone))) if not oracle.on_grid(start)]
        for first, second, third in zip(off_grid, off_grid[1:], off_grid[2:], strict=False):
            assert not all(oracle.fits(minute) for minute in range(first, third + 1)), (first, second, third)


@usual
@given(world=worlds(), shift=st.integers(0, 59))
def test_the_desk_may_set_aside_any_rule_but_an_overlap(world: World, shift: int) -> None:
    judges = oracles(world)
    for start in minutes_around(world)[shift::60]:
        for diary in world.therapists:
            verdict = check_start(
                world.service,
                diary,
                world.rooms,
                world.kits,
                world.zone,
                start,
                world.now,
                client=world.client,
                ignoring=OVERRIDABLE,
            )
            assert verdict.free != judges[diary.key].overlaps(start)
            assert (verdict.free and not verdict.overridden) == judges[diary.key].allows(start)


@usual
@given(world=worlds())
def test_the_room_and_kit_chosen_are_free_for_all_of_the_appointment(world: World) -> None:
    service = world.service
    rooms = {room.key: minutes_of(room.busy) for room in world.rooms}
    kits = {kit.key: minutes_of(kit.busy) for kit in world.kits}
    for offer in offers_in(world)[:20]:
        diary = next(diary for diary in world.therapists if diary.key in offer.therapists)
        verdict = check_start(
            service, diary, world.rooms, world.kits, world.zone, offer.start, world.now, client=world.client
        )
        begin, end = offer.start - service.before, offer.start + service.minutes
        assert (verdict.room is not None, verdict.kit is not None) == (service.needs_room, service.needs_kit)
        if verdict.room is not None:
            assert rooms[verdict.room].isdisjoint(range(begin, end + service.after))
        if verdict.kit is not None:
            assert kits[verdict.kit].isdisjoint(range(begin, end + max(service.after, service.kit_buffer_after)))


@usual
@given(world=worlds())
def test_offers_come_in_order_and_once_each(world: World) -> None:
    starts = [offer.start for offer in offers_in(world)]
    assert starts == sorted(set(starts))


@usual
@given(world=worlds())
def test_two_days_offer_what_each_offers_by_itself(world: World) -> None:
    day, single = world.first_day, []
    while day <= world.last_day:
        single += offers_in(dataclasses.replace(world, first_day=day, last_day=day))
        day += dt.timedelta(days=1)
    assert sorted(single) == offers_in(world)


@pytest.mark.invariant("I2")
@usual
@given(world=worlds(), shift=st.integers(0, 29))
def test_the_bars_of_a_day_say_of_each_start_what_asking_about_it_says(world: World, shift: int) -> None:
    found = pairs(offers_in(world))
    about = (world.rooms, world.kits, world.zone)
    for diary in world.therapists:
        bars = barred_starts(
            world.service, diary, *about, world.first_day, world.last_day, world.now, client=world.client
        )
        for start in minutes_around(world)[shift::30]:
            if not world.first_day <= as_datetime(start, world.zone).date() <= world.last_day:
                continue
            named = {reason for reason, spans in bars.items() if any(begin <= start < end for begin, end in spans)}
            verdict = check_start(
                world.service, diary, *about, start, world.now, client=world.client, ignoring=OVERRIDABLE
            )
            assert (verdict.reason is not None) == bool(named - OVERRIDABLE)
            assert set(verdict.overridden) - {"off-grid"} == (set() if verdict.reason else named)
            assert ((start, diary.key) in found) <= (not named)
