"""The keeper: starts the server of one cluster, and stops it when nobody uses it any more.

    python -m clinic.embedded.keeper HOME PROGRAMS LOCK

Each process that uses the server holds a shared lock on `users.lock`. The keeper asks for the exclusive one: getting it
means that the last user is gone, whether it left politely or by kill -9. The kernel does the book-keeping, so there are
no lists of pids to go stale. LOCK is the number of an inherited file on which the starter has already locked
`keeper.lock`, so that there is never a moment in which two keepers could begin. The keeper says one line, "ready" or
what is wrong, then closes its output.
"""

import os
import signal
import sys
import time
from pathlib import Path

from clinic.embedded import server
from clinic.embedded.places import ClusterPaths, ServerError, try_lock

PULSE_SECONDS = 0.2


def main(home: str, programs: str, _lock: str) -> int:
    """Start the server, say so, keep it. Returns the exit status."""
    if os.fork():
        # The starter waits for this process only, so that the keeper never hangs on it as a zombie.
        os._exit(0)
    asked_to_stop: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: asked_to_stop.append(number))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    places = ClusterPaths(Path(home))
    try:
        kept = server.start_server(places, Path(programs))
    except ServerError as trouble:
        report_to_starter(str(trouble))
        return 1
    except OSError as trouble:
        report_to_starter(f"{trouble.strerror}: {trouble.filename or places.home}")
        return 1
    report_to_starter("ready")
    os.chdir("/")
    with places.users_lock.open() as users:
        while kept.alive() and not asked_to_stop and not try_lock(users.fileno()):
            time.sleep(PULSE_SECONDS)
        # Newcomers wait at users.lock meanwhile, and then start afresh.
        kept.stop()
    return 0


def report_to_starter(line: str) -> None:
    """Give the starter its one line and let go of the pipe."""
    os.write(sys.stdout.fileno(), line.encode())
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
