"""Bringing a file in tests: opened, matched as recognised, looked through, and taken over by the worker's own code."""

import pytest

from booking.imports.work import start_import, start_undo, work_off_imports
from clients.imports.opening import match_columns, open_import
from clients.models import ImportRun, ImportState
from clinic.models import User


class Mover:
    """An owner who brings files."""

    def __init__(self, by: User | None = None) -> None:
        self.by = by

    def look(self, content: bytes, name: str = "clients.csv", dates: str = "") -> ImportRun:
        """A file as far as its dry run."""
        run = open_import(content, file_name=name, by=self.by)
        told = dict.fromkeys(("born_on", "starts", "day"), dates)
        match_columns(run, kind=run.kind, fields=run.mapping["fields"], dates=told)
        work_off_imports()
        run.refresh_from_db()
        assert run.state == ImportState.CHECKED
        return run

    def bring(self, content: bytes, name: str = "clients.csv", dates: str = "") -> ImportRun:
        """A file taken over."""
        run = self.look(content, name, dates)
        self.take_over(run)
        return run

    def take_over(self, run: ImportRun) -> None:
        """Take over what waits."""
        start_import(run, by=self.by)
        work_off_imports()
        run.refresh_from_db()
        assert run.state == ImportState.DONE

    def undo(self, run: ImportRun) -> None:
        """Undo a whole import."""
        start_undo(run, by=self.by)
        work_off_imports()
        run.refresh_from_db()
        assert run.state == ImportState.UNDONE


@pytest.fixture
def mover(db: None) -> Mover:
    """Somebody at the server's terminal."""
    return Mover()


def verdicts(run: ImportRun) -> list[tuple[int, str]]:
    """Each line with what becomes of it."""
    return list(run.lines.order_by("number").values_list("number", "verdict"))
