"""Wake the worker, as best one can: the next minute's sweep finds it anyway; and note its rounds."""

import logging
import time

from celery.signals import worker_ready
from django.db.models.functions import Now
from kombu.exceptions import KombuError

from clinic.celery import app
from clinic.models import Heartbeat

logger = logging.getLogger(__name__)

# After a failure the broker is left alone this long, so that booking answers as fast with it dead as with it alive.
REST_SECONDS = 30.0


class Broker:
    """What this process knows of the broker: until when it is left alone, in seconds of the monotonic clock."""

    rest_until = 0.0


def wake_worker(task: str = "booking.tasks.sweep") -> bool:
    """Ask a worker to look now, after commit; True when handed over. Never raises: nothing is lost (decision 3)."""
    if time.monotonic() < Broker.rest_until:
        return False
    try:
        app.send_task(task, expires=55, retry=False, ignore_result=True)
    except broker_faults() as error:
        Broker.rest_until = time.monotonic() + REST_SECONDS
        logger.warning("The worker was not woken (%s); the next sweep will look.", type(error).__name__)
        return False
    return True


def broker_faults() -> tuple[type[Exception], ...]:
    """Whatever a broker may say or not say: it is away, it refuses, its disk or its memory is full, it only reads."""
    # Read when something is said: who has no Redis need not hold its five megabytes of modules.
    from redis.exceptions import RedisError

    return KombuError, RedisError, OSError


@worker_ready.connect
def sweep_on_start(**_kwargs: object) -> None:
    """A worker that comes up, or comes back, does not wait for the clock's next minute."""
    for entry in app.conf.beat_schedule.values():
        wake_worker(entry["task"])


def record_heartbeat(name: str) -> None:
    """Note that a periodic job has just finished; `/healthz/ready` tells when that was too long ago."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=Now())], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )
