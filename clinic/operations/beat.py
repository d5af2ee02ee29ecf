"""Celery's beat, as `python -m clinic.operations beat` runs it. It knows when each task is due and its name, and no
more: it loads neither Django's apps nor ours, and so takes a fifth of the memory.

Its file of when each job last ran may be lost, but never keeps the clock from starting.
"""

import logging
from pathlib import Path
from typing import Any, ClassVar

from celery import Celery
from celery.beat import PersistentScheduler

from clinic.celery import make_folders

logger = logging.getLogger(__name__)

app = Celery("clinic", fixups=[], set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.on_after_configure.connect(make_folders)


class MendingScheduler(PersistentScheduler):
    """Begins with a new file where the old one cannot be read.

    After a power cut the index of the file may name what was never written; Celery sees that for some damages only,
    and would stop at each start.
    """

    schedule_filename: str
    is_beginning: ClassVar[bool] = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Asked to end (SIGTERM) while this runs, Celery makes a second scheduler, only to close its file: that one
        ends the process in its place, before two have the file open."""
        if MendingScheduler.is_beginning:
            logger.info("Asked to end before the first round.")
            raise SystemExit
        MendingScheduler.is_beginning = True
        try:
            super().__init__(*args, **kwargs)
        finally:
            MendingScheduler.is_beginning = False

    def setup_schedule(self) -> None:
        """Read the file, or start a new one."""
        try:
            super().setup_schedule()
        except Exception:
            logger.warning("The times of the last jobs cannot be read, so they are counted from now.", exc_info=True)
            for suffix in self.known_suffixes:
                Path(f"{self.schedule_filename}{suffix}").unlink(missing_ok=True)
            super().setup_schedule()
