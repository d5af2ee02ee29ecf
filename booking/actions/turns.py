"""Jobs that share a run without sharing their faults."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)


@contextmanager
def each_in_turn() -> Iterator[Callable[[Callable[[], int]], int]]:
    """Gives a function that does a job and returns its count, 0 where it failed: the fault is logged, the next goes on.

    At the end the faults are raised as an ExceptionGroup, so that whoever runs the whole sees that it was not well.
    """
    faults: list[Exception] = []

    def take(job: Callable[[], int]) -> int:
        try:
            return job()
        except Exception as fault:
            logger.exception("A job of the sweep failed; the others go on.")
            faults.append(fault)
            return 0

    yield take
    if faults:
        raise ExceptionGroup("Some jobs of the sweep failed", faults)
