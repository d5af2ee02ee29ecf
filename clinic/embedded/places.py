"""Where the parts of an embedded cluster lie, and whether its server answers. No Django: the keeper runs it too."""

import fcntl
import hashlib
import os
import socket
from pathlib import Path

ROLE = "warmstone"
DATABASE = "warmstone"
SOCKET_PORT = 5432
# sun_path holds 104 bytes on macOS and the BSDs, 108 on Linux, a closing NUL included.
LONGEST_SOCKET_PATH = 103


class ServerError(Exception):
    """The server cannot run; the text is one line for the person who started the command."""


class ClusterPaths:
    """The files of one cluster, all under `home` (an absolute path)."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "data"
        self.log = home / "server.log"
        # Settings that the practice may add, in the syntax of postgresql.conf.
        self.extra_settings = home / "server.conf"
        # Held shared by each process that uses the server: the kernel lets go of it even after kill -9.
        self.users_lock = home / "users.lock"
        # Held by the one process that is having the server started, and by the keeper as long as it lives.
        self.start_lock, self.keeper_lock = home / "start.lock", home / "keeper.lock"

    @property
    def socket_dir(self) -> Path:
        """The folder of the socket: at home, or in /tmp where the path is too long, whatever TMPDIR says."""
        at_home = self.home / "socket"
        if len(os.fsencode(at_home / f".s.PGSQL.{SOCKET_PORT}")) <= LONGEST_SOCKET_PATH:
            return at_home
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:20]
        return Path("/tmp") / f"warmstone-{name}"  # noqa: S108 - a folder of mode 0700 whose owner is checked

    @property
    def socket(self) -> Path:
        """The socket itself."""
        return self.socket_dir / f".s.PGSQL.{SOCKET_PORT}"

    def postmaster(self) -> tuple[int, str] | None:
        """The pid and the status that the server noted in its pid file, or None where there is none to read."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""
        except (OSError, ValueError, IndexError):
            return None

    def answers(self) -> bool:
        """Whether a server listens on the socket. Asking the socket, not the pid file, is proof against reused pids."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(2)
            try:
                probe.connect(str(self.socket))
            except OSError:
                return False
            return True

    def ready(self) -> bool:
        """Whether the server listens and has finished starting up (and any recovery)."""
        noted = self.postmaster()
        return noted is not None and noted[1].startswith("ready") and self.answers()


def try_lock(handle: int) -> bool:
    """Take the lock on an open file for oneself alone: at once, or not at all."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
