"""The clock starts whatever became of its file."""

import dbm
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery.apps.beat import Beat
from celery.beat import PersistentScheduler, Scheduler, Service

from clinic.celery import app
from clinic.operations.beat import MendingScheduler
from tests.fixtures.processes import ROOT


def written(folder: Path) -> Path:
    """The file as a clock leaves it that ran before, in parts whatever this machine's dbm is."""
    path = folder / "beat-schedule"
    PersistentScheduler(app, schedule_filename=str(path)).close()
    return path


def index_without_data(path: Path) -> None:
    """What a power cut leaves: the entry is known, and nothing stands behind it."""
    with dbm.open(str(path), "w") as store:
        store[b"entries"] = b""


def noise(path: Path) -> None:
    """Files that hold no database at all."""
    for each in path.parent.glob("beat-schedule*"):
        each.write_bytes(b"\xff\x00noise" * 40)


@pytest.mark.parametrize("damage", [index_without_data, noise])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    path = written(tmp_path)
    damage(path)
    scheduler: Scheduler = MendingScheduler(app, schedule_filename=str(path))
    assert set(scheduler.schedule) >= {"look-now", "send-mail"}
    scheduler.close()


class EndedMeanwhile:
    """Files whose first opening is met by a polite kill."""

    files: Any = PersistentScheduler.persistence
    kills = 1

    def open(self, path: str, **options: object) -> object:
        opened: object = self.files.open(path, **options)
        if self.kills:
            self.kills -= 1
            signal.raise_signal(signal.SIGTERM)
        return opened


@pytest.fixture
def own_signals() -> Iterator[None]:
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.getsignal(each) for each in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.mark.usefixtures("own_signals")
def test_asked_to_end_while_it_opens_its_file_it_ends_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = written(tmp_path)
    service = Service(app, schedule_filename=str(path), scheduler_cls=MendingScheduler)
    Beat(app=app, quiet=True).install_sync_handler(service)
    with monkeypatch.context() as patch, caplog.at_level("INFO"):
        patch.setattr(MendingScheduler, "persistence", EndedMeanwhile())
        with pytest.raises(SystemExit):
            service.start()
    ended = [each for each in caplog.records if each.name == "clinic.operations.beat"]
    assert len(ended) == 1
    assert not [each for each in caplog.records if each.exc_info or each.levelname == "ERROR"]
    MendingScheduler(app, schedule_filename=str(path)).close()


def test_it_is_this_one_that_beat_runs() -> None:
    assert app.conf.beat_scheduler == "clinic.operations.beat:MendingScheduler"


def test_it_loads_neither_apps_nor_models_nor_a_shell_and_knows_every_task_by_name() -> None:
    script = """
import sys
import clinic.operations.__main__
from clinic.operations.beat import MendingScheduler, app
app.Beat
app.loader.init_worker()
app.finalize()
print(*(entry["task"] for entry in app.conf.beat_schedule.values()))
apart = ("clinic.urls", "psycopg", "prompt_toolkit")
print(*(name for name in sys.modules if name.endswith(".models") or name in apart))
"""
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    tasks, loaded = said.splitlines()
    app.loader.import_default_modules()
    assert set(tasks.split()) <= set(app.tasks)
    assert loaded == ""


def test_without_it_the_clock_would_stop(tmp_path: Path) -> None:
    path = written(tmp_path)
    index_without_data(path)
    with pytest.raises(EOFError):
        PersistentScheduler(app, schedule_filename=str(path))
