"""The shared cache in Redis, and in each process's memory while Redis is away: nothing a person does depends on it."""

import logging
import time
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

logger = logging.getLogger(__name__)

# After a failure Redis is left alone this long: only one request in a while pays for finding it still away.
REST_SECONDS = 30.0
PATIENCE_SECONDS = 1.0
_rest_until = 0.0


class RedisOrMemory(BaseCache):
    """Redis, and in its stead this process's memory. What one holds, the other does not know.

    Limits on signing in then begin a new window, and let through as many times more as there are processes.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        patience = {"socket_connect_timeout": PATIENCE_SECONDS, "socket_timeout": PATIENCE_SECONDS}
        self.redis = RedisCache(server, {**params, "OPTIONS": {**patience, **params.get("OPTIONS", {})}})
        self.spare = LocMemCache("spare", {})

    def ask(self, verb: str, *args: Any, **options: Any) -> Any:
        """Have Redis do it, or this process while Redis is away."""
        global _rest_until  # noqa: PLW0603 - one moment for all threads, each of which has a cache object of its own
        if time.monotonic() >= _rest_until:
            try:
                return getattr(self.redis, verb)(*args, **options)
            except (NoConnection, NoAnswer) as error:
                _rest_until = time.monotonic() + REST_SECONDS
                logger.warning("No cache in Redis (%s); each process keeps its own meanwhile.", type(error).__name__)
        return getattr(self.spare, verb)(*args, **options)

    def add(self, *args: Any, **options: Any) -> Any:
        """Set a key that is not there; whether it was set."""
        return self.ask("add", *args, **options)

    def get(self, *args: Any, **options: Any) -> Any:
        """The value of a key, or the default."""
        return self.ask("get", *args, **options)

    def set(self, *args: Any, **options: Any) -> Any:
        """Set a key."""
        return self.ask("set", *args, **options)

    def incr(self, *args: Any, **options: Any) -> Any:
        """Add to a counter. Raises ValueError where there is none."""
        return self.ask("incr", *args, **options)

    def touch(self, *args: Any, **options: Any) -> Any:
        """Let a key live longer; whether it was there."""
        return self.ask("touch", *args, **options)

    def delete(self, *args: Any, **options: Any) -> Any:
        """Remove a key; whether it was there."""
        return self.ask("delete", *args, **options)

    def clear(self) -> None:
        """Remove everything."""
        self.ask("clear")
