"""Celery's beat with a file of when each job last ran that may be lost, but never keeps the clock from starting."""

import logging
from pathlib import Path

from celery.beat import PersistentScheduler

logger = logging.getLogger(__name__)


class MendingScheduler(PersistentScheduler):
    """Begins with a new file where the old one cannot be read.

    After a power cut the index of the file may name what was never written; Celery sees that for some damages only,
    and would stop at each start.
    """

    schedule_filename: str

    def setup_schedule(self) -> None:
        """Read the file, or start a new one."""
        try:
            super().setup_schedule()
        except Exception:
            logger.warning("The times of the last jobs cannot be read, so they are counted from now.", exc_info=True)
            for suffix in self.known_suffixes:
                Path(f"{self.schedule_filename}{suffix}").unlink(missing_ok=True)
            super().setup_schedule()
