"""Ends what takes too much time of the processor: a rule that never meets a date."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from booking.scheduling.private_calendars.reading.outcome import ReadingFailed, Trouble

# The first alarm may fall where an error cannot be raised, such as a destructor: it rings again.
AGAIN_SECONDS = 0.5


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise ReadingFailed inside once so much time of the processor is used. Only in the main thread of a process."""

    def over(_number: int, _frame: object) -> None:
        raise ReadingFailed(Trouble.TOO_MUCH)

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
