"""`manage.py demo` with everything real: it comes up, mends itself, refuses a twin, and ends without a trace."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.fixtures.processes import PATIENCE_SECONDS, ROOT, Child, answers, free_port, wait_until

pytestmark = pytest.mark.slow
NOT_OURS = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "SECRET_KEY"}

DEMOS: list["Demo"] = []


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; a dead one that nobody has buried yet does not."""
    return [process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


class Demo:
    """A demo in a process of its own."""

    def __init__(self, folder: Path, port: int, *more: str) -> None:
        self.folder = folder
        self.port = port
        env = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        log = folder.with_name(f"{folder.name}-{time.monotonic_ns()}.log")
        command = [sys.executable, "manage.py", "demo", "--port", str(port), *more]
        self.child = Child(command, {**env, "DATA_DIR": str(folder)}, log)
        DEMOS.append(self)

    def wait_until_ready(self) -> "Demo":
        """Wait for its greeting."""
        self.child.wait_until_ready(lambda: "Warmstone is ready" in self.child.said(), "the demo is ready")
        return self

    def started(self) -> list[psutil.Process]:
        """Everything that runs because of it: its children, theirs, and the database with its keeper."""
        children = psutil.Process(self.child.pid).children(recursive=True)
        return [*children, *self.database()]

    def database(self) -> list[psutil.Process]:
        """The keeper and the server of its data folder."""
        home = str(self.folder / "postgres")
        known = [(process, process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])]
        return [process for process, words in known if home in words or f"{home}/data" in words]

    def program(self, *words: str) -> psutil.Process:
        """The one of its children whose command has all these words."""
        children = psutil.Process(self.child.pid).children()
        return next(child for child in children if set(words) <= set(child.cmdline()))

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send the signal and wait until it has ended; its exit status."""
        os.kill(self.child.pid, number)
        return self.child.process.wait(PATIENCE_SECONDS)

    def fails(self) -> str:
        """Wait for its refusal; what it said."""
        assert self.child.process.wait(PATIENCE_SECONDS) != 0
        return self.child.said()


@pytest.fixture(autouse=True, scope="module")
def ended() -> Iterator[None]:
    """Whatever still runs when the last of these tests ends is ended, and the databases with it."""
    yield
    folders = {str(demo.folder) for demo in DEMOS}
    while DEMOS:
        DEMOS.pop().child.kill()
    for process in psutil.process_iter(["cmdline", "environ"]):
        belongs = (process.info["environ"] or {}).get("DATA_DIR") in folders
        # Not the keeper: it is the one that ends the server, now that nobody is left.
        if belongs and "clinic.embedded.keeper" not in process.info["cmdline"]:
            process.kill()
    servers = {f"{folder}/postgres/data" for folder in folders}
    wait_until(
        lambda: not any(servers & set(p.info["cmdline"] or []) for p in psutil.process_iter(["cmdline"])), "no server"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder in which nothing has been yet."""
    return tmp_path / "demo"


def begun_anew(folder: Path, port: int) -> Demo:
    """RESET=1 removes what a demo had made, and nothing else."""
    (folder / "mail").mkdir(parents=True)
    (folder / "mail" / "old.eml").touch()
    (folder / "demo.json").touch()
    (folder / "own.txt").write_text("mine")
    demo = Demo(folder, port, "--reset").wait_until_ready()
    assert "Removing what earlier demos made" in demo.child.said()
    assert not (folder / "mail" / "old.eml").exists()
    assert (folder / "own.txt").read_text() == "mine"
    return demo


def heir_of(killed: Demo) -> Demo:
    """After a killed one the next ends what it left running."""
    wait_until(lambda: (killed.folder / "demo.json").stat().st_size > 2, "its programs are noted")
    left = psutil.Process(killed.child.pid).children()
    os.kill(killed.child.pid, signal.SIGKILL)
    killed.child.process.wait()
    assert len(left) >= 3
    assert alive(left) == left
    heir = Demo(killed.folder, killed.port).wait_until_ready()
    assert "Ended what a killed demo had left running" in heir.child.said()
    assert not alive(left)
    return heir


def mends_itself(demo: Demo) -> None:
    """It says where it is, and starts again what has died."""
    assert f"http://localhost:{demo.port}/" in demo.child.said()
    assert f"Mails go to {demo.folder / 'mail'}" in demo.child.said()
    worker = demo.program("clinic.operations", "worker")
    pool = worker.children()
    worker.kill()
    wait_until(lambda: "Worker was ended by SIGKILL and is started again" in demo.child.said(), "its end is told")
    wait_until(lambda: "Worker runs again" in demo.child.said(), "its return is told")
    assert demo.program("clinic.operations", "worker").pid != worker.pid
    assert not alive(pool)


def refuses_a_second(demo: Demo, elsewhere: Path) -> None:
    """One on the same folder or port says so in one line."""
    same_folder = Demo(demo.folder, free_port()).fails()
    assert same_folder.strip() == (
        f"CommandError: A demo already runs on {demo.folder}: end it first, or set another DATA_DIR."
    )
    same_port = Demo(elsewhere, demo.port).fails()
    assert same_port.startswith(f"CommandError: Port {demo.port} cannot be used")
    assert len(same_port.strip().splitlines()) == 1
    assert answers(f"http://127.0.0.1:{demo.port}/healthz/live")


def ends_without_a_trace(demo: Demo) -> None:
    """Ctrl-C ends everything, the database in good order."""
    everything = demo.started()
    assert len(everything) > 6
    assert demo.end() == 0
    assert not alive(everything)
    assert not demo.database()
    assert not answers(f"http://127.0.0.1:{demo.port}/healthz/live")
    assert "database system is shut down" in (demo.folder / "postgres" / "server.log").read_text()


@pytest.mark.slow(seconds=45)
def test_a_demo_begins_anew_follows_a_killed_one_mends_itself_and_ends_without_a_trace(
    folder: Path, tmp_path: Path
) -> None:
    """One life in order: to seed a demo practice takes by far the longest, and in order it is seeded once."""
    demo = heir_of(begun_anew(folder, free_port()))
    mends_itself(demo)
    refuses_a_second(demo, tmp_path / "other")
    everything = demo.started()
    ends_without_a_trace(demo)
    assert not alive(everything)


def test_reset_refuses_data_that_no_demo_made(tmp_path: Path) -> None:
    (tmp_path / "practice" / "postgres").mkdir(parents=True)
    refused = Demo(tmp_path / "practice", free_port(), "--reset").fails()
    assert f"The data in {tmp_path / 'practice'} were not made by a demo" in refused
    assert (tmp_path / "practice" / "postgres").exists()


def test_a_polite_kill_while_it_sets_up_ends_everything_too(folder: Path) -> None:
    demo = Demo(folder, free_port())
    wait_until(lambda: "Making the tables" in demo.child.said(), "it has begun")
    demo.end(signal.SIGTERM)
    assert not demo.database()


def test_the_makefile_leads_to_it() -> None:
    assert "$(MANAGE) demo --port $(PORT) $(if $(filter 1,$(RESET)),--reset)" in (ROOT / "Makefile").read_text()
