"""Jobs that run by themselves: one's fault stops no other, and how each went stands in a row of its name."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from django.db import DatabaseError
from django.db.models.functions import Now

from clinic.models import Heartbeat

logger = logging.getLogger(__name__)


class RunJob(Protocol):
    """Does one job of a run with what it is given; returns its count."""

    def __call__(self, job: Callable[..., int], *given: object, name: str = "") -> int: ...


@contextmanager
def finish_before_exit() -> Iterator[None]:
    """Let the work inside end when the process is asked to (SIGTERM): a mail that is going out is not cut in half."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: logger.info("Asked to end: at the end of this run."))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def run_each() -> Iterator["RunJob"]:
    """Gives a function that does a job and returns its count, 0 where it failed: the fault is logged, the next goes on.

    The job is kept under its function's name, unless another `name` is given with it.

    At the end the faults are raised as an ExceptionGroup, so that whoever runs the whole sees that it was not well.
    """
    faults: list[Exception] = []
    troubles: dict[str, str] = {}

    def take(job: Callable[..., int], *given: object, name: str = "") -> int:
        try:
            count, trouble = job(*given), ""
        except Exception as fault:
            logger.exception("A job of the sweep failed; the others go on.")
            faults.append(fault)
            count, trouble = 0, type(fault).__name__
        troubles[name or job.__name__] = trouble
        return count

    yield take
    try:
        record_jobs(troubles)
    except DatabaseError as fault:
        faults.append(fault)
    if faults:
        raise ExceptionGroup("Some jobs of the sweep failed", faults)


def record_jobs(troubles: dict[str, str]) -> None:
    """Keep of each job that it is done, or the kind of its fault: never its words, which may name people."""
    for failed, columns in ((False, ["at", "trouble"]), (True, ["trouble"])):
        rows = [Heartbeat(name=name, at=Now(), trouble=kind) for name, kind in troubles.items() if bool(kind) == failed]
        Heartbeat.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name"], update_fields=columns)
