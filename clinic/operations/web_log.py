"""gunicorn's own lines, written as all others are."""

from typing import Any

from gunicorn.glogging import Logger

from clinic.environment import Environment
from clinic.operations.logs import JsonLines, LeaveOutRows, MaskTokens, TextLines

LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"


class WebLog(Logger):  # type: ignore[misc] # it has no types
    """What gunicorn says, in the form that LOG_FORMAT names and without what no log may hold."""

    def setup(self, cfg: Any) -> None:
        """Let gunicorn choose where its lines go, then say how they look; Django has not read its settings yet."""
        super().setup(cfg)
        is_json = Environment().str("LOG_FORMAT", default="text") == "json"
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(JsonLines() if is_json else TextLines(LINE))
            for each in (MaskTokens(), LeaveOutRows()):
                handler.addFilter(each)
