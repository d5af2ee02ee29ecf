"""The side of a process that uses the embedded server: be counted as a user, have the server started."""

import fcntl
import functools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError
from django.db.utils import OperationalError

from clinic.embedded.places import ClusterPaths, ServerError, try_lock
from clinic.embedded.programs import find_programs

ROOT = Path(__file__).resolve().parents[2]
HANDOVER_SECONDS = 70


class EmbeddedError(OperationalError, CommandError):
    """The embedded server cannot be had. As a CommandError it is one line in every management command, no traceback."""


class Cluster:
    """One embedded cluster as this process sees it; `chosen` says which PostgreSQL. Nothing starts before `use`."""

    def __init__(self, home: Path, chosen: str = "") -> None:
        self.places, self.chosen = ClusterPaths(home), chosen
        self._guard = threading.RLock()
        self._users: int | None = None
        os.register_at_fork(after_in_child=self._forked)

    def programs(self) -> Path:
        """The folder of PostgreSQL's programs for this cluster. Raises EmbeddedError."""
        try:
            return find_programs(self.places.data, self.chosen)
        except ServerError as trouble:
            raise EmbeddedError(str(trouble)) from trouble

    def use(self) -> None:
        """Count this process, and so its forks, among the users; have the server run. Raises EmbeddedError."""
        with self._guard:
            if self._users is not None:
                return
            try:
                self.places.home.mkdir(mode=0o711, parents=True, exist_ok=True)
                self._users = os.open(self.places.users_lock, os.O_RDWR | os.O_CREAT, 0o600)
                # Waits here only while a keeper is stopping the server.
                fcntl.flock(self._users, fcntl.LOCK_SH)
                self._have_it_run()
            except OSError as error:
                self.leave()
                raise EmbeddedError(f"PostgreSQL cannot use {self.places.home}: {error.strerror}") from error
            except BaseException:
                self.leave()
                raise

    def leave(self) -> None:
        """Be a user no longer. A process need not call this: its end is enough."""
        with self._guard:
            if self._users is not None:
                os.close(self._users)
                self._users = None

    def wait_until_stopped(self, seconds: float = 10.0) -> bool:
        """Wait for the server's end after everyone has left. Says whether it came; False also while others use it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not self.places.keeper_lock.exists():
                return True
            with self.places.keeper_lock.open() as keeper_lock:
                if try_lock(keeper_lock.fileno()):
                    return not self.places.answers()
            time.sleep(0.05)
        return False

    def revive(self) -> None:
        """After a failed connection: have the server started again where it has died."""
        with self._guard:
            self.leave()
            self.use()

    def _forked(self) -> None:
        # Another thread of the parent may have held the guard at the fork; nobody would release it here.
        self._guard = threading.RLock()

    def _have_it_run(self) -> None:
        deadline = time.monotonic() + HANDOVER_SECONDS
        with hold_lock(self.places.start_lock):
            while time.monotonic() < deadline:
                keeper_lock = os.open(self.places.keeper_lock, os.O_RDWR | os.O_CREAT, 0o600)
                try:
                    if try_lock(keeper_lock):
                        return self._start_keeper(keeper_lock)
                finally:
                    os.close(keeper_lock)
                if self.places.ready():
                    return None
                time.sleep(0.05)
        raise EmbeddedError(f"PostgreSQL in {self.places.home} neither runs nor stops; see {self.places.log}")

    def _start_keeper(self, keeper_lock: int) -> None:
        arguments = [str(self.places.home), str(self.programs()), str(keeper_lock)]
        command = [sys.executable, "-m", "clinic.embedded.keeper", *arguments]
        reader, writer = os.pipe()
        with os.fdopen(reader, "rb") as answer, self.places.log.open("ab") as log:
            try:
                started = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=writer,
                    stderr=log,
                    cwd=ROOT,
                    pass_fds=[keeper_lock],
                    start_new_session=True,
                )
            finally:
                os.close(writer)
            started.wait()
            line = answer.read().decode(errors="replace")
        if line != "ready":
            raise EmbeddedError(line or f"The keeper of PostgreSQL in {self.places.home} died at its start")


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Hold the lock on `path` alone, waiting for it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@functools.cache
def cluster_at(home: Path, chosen: str = "") -> Cluster:
    """The cluster with its files under `home`, one object per process."""
    return Cluster(home, chosen)
