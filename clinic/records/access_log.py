"""The chain over the access log: sealed every hour, proved by `verify`, its head in `/metrics`."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.models import AccessEvent, AccessLogSeal

LOWEST_KEY = -(2**63)
# By then every transaction that could still write an event with a smaller key has ended.
SETTLE_TIME = dt.timedelta(minutes=15)
SEAL_INTERVAL = dt.timedelta(hours=1)
SEAL_BATCH = 20_000
SEALED_COLUMNS = ("pk", "at", "user_id", "actor", "action", "noun", "client")


def chained_digest(digest: str, event: tuple[Any, ...]) -> str:
    """The hash of what came before and one event, in hex (SHA-256)."""
    pk, at, *rest, client = event
    line = json.dumps([pk, at.astimezone(dt.UTC).isoformat(), *rest, str(client or "")], ensure_ascii=False)
    return hashlib.sha256(f"{digest}{line}".encode()).hexdigest()


def events_after(last: int, *, until: int | None = None) -> Iterator[tuple[Any, ...]]:
    """Events in the order of their keys: those after one, up to another."""
    rows = AccessEvent.objects.filter(pk__gt=last).order_by("pk")
    if until is not None:
        rows = rows.filter(pk__lte=until)
    return rows.values_list(*SEALED_COLUMNS).iterator(chunk_size=2_000)


def seal_access_log() -> int:
    """Add the next link, unless the last is less than an hour old; return how many events it covers.

    Events younger than 15 minutes wait for the next one. Two that run at once make one link.
    """
    now = timezone.now()
    last = AccessLogSeal.objects.first()
    if last is not None and last.at > now - SEAL_INTERVAL:
        return 0
    digest, key, total, count = (last.digest, last.last_event, last.events, 0) if last else ("", 0, 0, 0)
    for event in events_after(key):
        if event[1] > now - SETTLE_TIME or count == SEAL_BATCH:
            break
        digest, key, count = chained_digest(digest, event), event[0], count + 1
    if not count:
        return 0
    try:
        with transaction.atomic():
            AccessLogSeal.objects.create(last_event=key, events=total + count, digest=digest, at=now)
    except IntegrityError:
        return 0
    return count


def broken_chain_links() -> Iterator[str]:
    """What the chain finds changed, added or taken out, a line for the first link that does not hold. Reads only."""
    # From below every key: what was slipped in before the first event is found too.
    digest, key, total = "", LOWEST_KEY, 0
    for each in AccessLogSeal.objects.order_by("last_event"):
        for event in events_after(key, until=each.last_event):
            digest, key, total = chained_digest(digest, event), event[0], total + 1
        if (digest, key, total) != (each.digest, each.last_event, each.events):
            yield f"The access log up to event {each.last_event} is not as it was sealed."
            return


def newest_seal() -> tuple[str, int]:
    """The newest link's hash, and how many events it covers; an empty hash and 0 where nothing is sealed yet."""
    last = AccessLogSeal.objects.first()
    return (last.digest, last.events) if last else ("", 0)
