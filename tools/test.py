"""Run the tests with everything that they write in memory, where the machine has room for that.

A test that commits throws its database away and copies a new one: seven hundred small files, which an ordinary disk
takes ten times as long to make. The folder goes with the run. Where there is no room, or DATA_DIR or DATABASE_URL say
where the test database lies, the tests run as `pytest` alone runs them, in var/test.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from clinic.embedded.cluster import Cluster

MEMORY = Path("/dev/shm")  # noqa: S108 - the folder made in it belongs to this run
PREFIX = "warmstone-tests-"
ROOM = 2 << 30
CHOSEN = ("DATA_DIR", "DATABASE_URL", "PYTEST_DEBUG_TEMPROOT")


def room() -> bool:
    """Whether there is a file system in memory with two gigabytes to spare, and the machine has them."""
    with contextlib.suppress(OSError):
        there = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
        return there and psutil.virtual_memory().available > 2 * ROOM
    return False


def clear(folder: Path) -> None:
    """Remove a run's folder once the server in it has stopped."""
    Cluster(folder / "postgres-for-tests").wait_until_stopped(60)
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def in_memory() -> Iterator[dict[str, str]]:
    """The environment of a run in memory. What runs that were killed have left there goes first."""
    for left in MEMORY.glob(f"{PREFIX}*"):
        pid = left.name.removeprefix(PREFIX)
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            clear(left)
    folder = MEMORY / f"{PREFIX}{os.getpid()}"
    folder.mkdir(mode=0o711)
    try:
        yield {"DATA_DIR": str(folder), "PYTEST_DEBUG_TEMPROOT": str(folder)}
    finally:
        clear(folder)


def main(arguments: list[str]) -> int:
    """Run pytest with the arguments; its exit status."""
    with contextlib.ExitStack() as stack:
        asked = any(name in os.environ for name in CHOSEN)
        more = {} if asked or not room() else stack.enter_context(in_memory())
        # The tests start hundreds of processes: compiled once is enough, also where the machine's image forbids it.
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return subprocess.call([sys.executable, "-m", "pytest", *arguments], env={**kept, **more})


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
