"""The shared cache: Redis where it answers, the own memory where it does not, and back."""

import time

import pytest
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache

from clinic import spare_cache
from clinic.spare_cache import RedisOrMemory
from tests.fixtures.processes import free_port
from tests.fixtures.services import RedisServer


@pytest.fixture(autouse=True)
def rested(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis has not failed yet."""
    monkeypatch.setattr(spare_cache, "_rest_until", 0.0)
    LocMemCache("spare", {}).clear()


def works(cache: BaseCache) -> None:
    """Everything that a throttle or a rate limit asks of a cache."""
    assert cache.get("a", 7) == 7
    assert cache.add("a", 1, timeout=60)
    assert not cache.add("a", 2, timeout=60)
    assert cache.incr("a") == 2
    assert cache.touch("a", 60)
    cache.set("b", [1, 2], timeout=60)
    assert cache.get_many(["a", "b"]) == {"a": 2, "b": [1, 2]}
    assert cache.delete("b")
    with pytest.raises(ValueError, match="b"):
        cache.incr("b")
    assert "a" in cache
    cache.clear()
    assert "a" not in cache


@pytest.mark.redis
def test_with_redis_it_is_redis(redis_server: RedisServer) -> None:
    cache = RedisOrMemory(redis_server.url, {})
    works(cache)
    cache.set("kept", 1)
    assert cache.spare.get("kept") is None


def test_without_redis_it_is_the_memory_and_asks_redis_no_more_for_a_while(caplog: pytest.LogCaptureFixture) -> None:
    cache = RedisOrMemory(f"redis://127.0.0.1:{free_port()}/0", {})
    works(cache)
    assert len([record for record in caplog.records if "No cache in Redis" in record.getMessage()]) == 1


@pytest.mark.redis
def test_redis_is_used_again_once_it_is_back(redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = RedisOrMemory(redis_server.url, {})
    redis_server.stop()
    cache.set("a", 1)
    assert cache.spare.get("a") == 1
    redis_server.start()
    monkeypatch.setattr(spare_cache, "_rest_until", time.monotonic() - 1)
    assert cache.get("a") is None
    cache.set("a", 2)
    assert (cache.redis.get("a"), cache.spare.get("a")) == (2, 1)
