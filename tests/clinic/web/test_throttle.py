"""How often one address may ask."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
import time_machine
from django.db import connection, connections
from django.test import RequestFactory
from pytest_django import Settings

from clinic.models import Tally
from clinic.web.throttle import Throttled, address_of, count_request, read_rate, throttle_request

pytestmark = pytest.mark.sql

requests = RequestFactory()


@pytest.mark.parametrize(
    ("rate", "meaning"), [("30/m", (30, 60)), ("1/s", (1, 1)), (" 5/h ", (5, 3600)), ("9/d", (9, 86_400))]
)
def test_a_rate_reads_as_requests_in_seconds(rate: str, meaning: tuple[int, int]) -> None:
    assert read_rate(rate) == meaning


@pytest.mark.parametrize("rate", ["", "30", "m/30", "0/m", "-1/m", "30/minute", "3 0/m"])
def test_a_rate_that_cannot_be_read_names_the_setting(rate: str) -> None:
    with pytest.raises(ValueError, match="THROTTLE_BOOKING"):
        read_rate(rate)


def ask(address: str = "203.0.113.5", scope: str = "book") -> None:
    """One request of an address."""
    throttle_request(requests.get("/", REMOTE_ADDR=address), scope=scope)


@pytest.fixture
def two_an_hour(within_the_hour: None, db: None, settings: Settings) -> None:
    """A tight rate."""
    settings.THROTTLE_BOOKING = "2/h"


@pytest.mark.usefixtures("two_an_hour")
def test_the_one_too_many_is_held_back_until_the_window_is_over() -> None:
    with time_machine.travel("2026-11-27T10:40:00Z", tick=False) as clock:
        ask()
        ask()
        with pytest.raises(Throttled) as held:
            ask()
        assert held.value.retry_after == 20 * 60
        clock.move_to("2026-11-27T11:00:00Z")
        ask()


@pytest.mark.usefixtures("two_an_hour")
def test_another_address_and_another_purpose_have_their_own_share() -> None:
    ask()
    ask()
    ask("203.0.113.6")
    ask(scope="slots")
    with pytest.raises(Throttled):
        ask()


@pytest.mark.usefixtures("two_an_hour")
@pytest.mark.parametrize(
    ("one", "next_one", "is_new"),
    [
        ("2001:db8:1:2::5", "2001:db8:1:2:ffff::6", False),
        ("2001:db8:1:2::5", "2001:db8:1:3::5", True),
        ("::ffff:203.0.113.5", "::ffff:203.0.113.6", True),
    ],
)
def test_whoever_has_a_whole_ipv6_network_has_one_share(one: str, next_one: str, is_new: bool) -> None:
    ask(one)
    ask(one)
    with nullcontext() if is_new else pytest.raises(Throttled):
        ask(next_one)


@pytest.mark.usefixtures("two_an_hour")
def test_no_address_is_kept() -> None:
    ask()
    keys = Tally.objects.values_list("key", flat=True)
    assert keys
    assert not [key for key in keys if "203.0.113" in key]


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("::1", "2001:db8::5", "2001:db8::5"),
    ],
)
def test_only_a_proxy_of_ones_own_may_speak_for_somebody_else(peer: str, forwarded: str, address: str) -> None:
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert address_of(requests.get("/", REMOTE_ADDR=peer, **extra)) == address  # type: ignore[arg-type] # headers


@pytest.mark.usefixtures("two_an_hour")
def test_windows_that_are_over_are_cleared_away_by_whoever_begins_the_next() -> None:
    with time_machine.travel("2026-11-27T10:40:00Z", tick=False) as clock:
        ask()
        ask("203.0.113.6")
        clock.move_to("2026-11-27T11:00:01Z")
        ask()
        assert Tally.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_requests_at_the_same_moment_are_all_counted() -> None:
    until = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)

    def one(_number: int) -> int:
        try:
            return count_request("crowd", until=until)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as crowd:
        seen = sorted(crowd.map(one, range(40)))
    assert seen == list(range(1, 41))


@pytest.mark.django_db
def test_the_tally_waits_for_no_disk() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'clinic_tally'")
        assert cursor.fetchone() == ("u",)
