"""How often one address may ask."""

import pytest
import time_machine
from django.core.cache import cache
from django.test import RequestFactory
from pytest_django import Settings

from clinic.throttle import Throttled, address_of, count, hold_back, read_rate

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
    hold_back(requests.get("/", REMOTE_ADDR=address), scope=scope)


@pytest.fixture
def two_an_hour(db: None, settings: Settings) -> None:
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
def test_no_address_is_kept_in_the_cache() -> None:
    ask()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM clinic_cache")
        keys = [key for (key,) in cursor.fetchall()]
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
def test_only_a_proxy_of_the_house_may_speak_for_somebody_else(peer: str, forwarded: str, address: str) -> None:
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert address_of(requests.get("/", REMOTE_ADDR=peer, **extra)) == address  # type: ignore[arg-type] # headers


@pytest.mark.django_db
def test_a_counter_that_vanished_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "add", lambda *_args, **_more: False)
    assert count("throttle:gone", 60) == 1
