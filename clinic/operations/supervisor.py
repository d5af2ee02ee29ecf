"""Keep a few programs running until told to stop, for `manage.py demo` and `serve`; else systemd or Docker does."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

import psutil

LOOK_AFTER_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30.0
# A program that has run this long was well; its next end is a new story.
WELL_AFTER_SECONDS = 60.0
TERM_SECONDS = 4.0


@dataclass
class Program:
    """A program to keep running, and what has become of it."""

    name: str
    command: list[str]
    # Where its lines go; without one they go where the supervisor's own do.
    log: Path | None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause: float = field(default=0.5)


class Supervisor:
    """Starts programs, starts a dead one again after a growing pause, and ends all of them, children included."""

    def __init__(
        self, programs: list[Program], *, env: Mapping[str, str], folder: Path, say: Callable[[str], None]
    ) -> None:
        self.programs = programs
        self.env = dict(env)
        self.folder = folder
        self.say = say
        self.told_to_stop = False

    def listen(self) -> None:
        """Stop on Ctrl-C, on a polite kill, and when the terminal goes away."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_soon)

    def run(self, while_waiting: Callable[[], None]) -> None:
        """Keep everything running until told to stop; `while_waiting` is called about five times a second."""
        for program in self.programs:
            self._start(program)
        while not self.told_to_stop:
            for program in self.programs:
                self._look_after(program)
            while_waiting()
            time.sleep(LOOK_AFTER_SECONDS)

    def stop(self) -> None:
        """End all programs and their children: politely, and after TERM_SECONDS by force."""
        running = [program.process for program in self.programs if program.process is not None]
        for process in running:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + TERM_SECONDS
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for process in running:
            # Also where the program itself is gone: its children may not be.
            signal_group(process.pid, signal.SIGKILL)
            process.wait()

    def _start(self, program: Program) -> None:
        with open_log(program.log) as log:
            program.process = subprocess.Popen(
                program.command,
                cwd=self.folder,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A session of its own: Ctrl-C reaches the supervisor alone, and killing the group reaches all children.
                start_new_session=True,
            )
        program.started_at = time.monotonic()

    def _look_after(self, program: Program) -> None:
        now = time.monotonic()
        if program.process is None:
            if now >= program.start_again_at:
                self._start(program)
                self.say(f"{program.name} runs again")
        elif program.process.poll() is not None:
            signal_group(program.process.pid, signal.SIGKILL)
            lived = now - program.started_at
            program.pause = 1.0 if lived > WELL_AFTER_SECONDS else min(program.pause * 2, LONGEST_PAUSE_SECONDS)
            program.start_again_at = now + program.pause
            how = ended_how(program.process.returncode)
            where = f" (see {program.log})" if program.log else ""
            self.say(f"{program.name} {how} and is started again in {program.pause:g} s{where}")
            program.process = None

    def _stop_soon(self, _number: int, _frame: FrameType | None) -> None:
        self.told_to_stop = True


@contextlib.contextmanager
def open_log(log: Path | None) -> Iterator[IO[bytes] | None]:
    """A program's log, to write on at its end; None for one that has none of its own."""
    if log is None:
        yield None
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as opened:
        yield opened


def ended_how(status: int) -> str:
    """How a program ended, in words, from its exit status."""
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"stopped with status {status}"


def signal_group(leader: int, number: signal.Signals) -> None:
    """Send a signal to a program and all it has started; nothing happens where none of them is left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def identity(process: subprocess.Popen[bytes]) -> tuple[int, float] | None:
    """A process's id and the time of its birth, which together never come again; None if it is gone."""
    try:
        return process.pid, psutil.Process(process.pid).create_time()
    except psutil.NoSuchProcess:
        return None


def end_left_over(pid: int, born: float) -> bool:
    """End the program that an earlier supervisor left behind, if it is still the same one. Says whether it was."""
    try:
        left = psutil.Process(pid)
        if abs(left.create_time() - born) > 0.1:
            return False
    except psutil.NoSuchProcess:
        return False
    signal_group(pid, signal.SIGTERM)
    with contextlib.suppress(psutil.TimeoutExpired):
        left.wait(TERM_SECONDS)
    signal_group(pid, signal.SIGKILL)
    return True
