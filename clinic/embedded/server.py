"""Make a cluster, start its server, stop it. Run by the keeper; no Django here.

PostgreSQL refuses to run as root. Started by root, the server runs as the owner of its data, which for a new cluster is
the system user `warmstone`; that user is made when missing, and gets the right to pass (not to read) the folders above.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

import psutil

from clinic.embedded.places import DATABASE, ROLE, ClusterPaths, ServerError
from clinic.embedded.programs import major_of

SYSTEM_USER = "warmstone"
START_SECONDS = 60  # crash recovery may need them
STOP_SECONDS = 5  # `make demo` promises to end within ten
SESSIONS_GO_SECONDS = 10
LONGEST_LOG = 5_000_000

# Statements and key values stay out of the log: they could hold health answers (invariant I10).
SERVER_SETTINGS = """
# Warmstone
listen_addresses = ''
unix_socket_permissions = 0700
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
log_error_verbosity = terse
log_min_error_statement = panic
log_parameter_max_length_on_error = 0
include_if_exists = '../server.conf'
"""


class Server:
    """A running server that can be asked whether it lives and told to stop."""

    def __init__(self, places: ClusterPaths, pid: int, alive: Callable[[], bool]) -> None:
        self.places = places
        self.pid = pid
        self.alive = alive

    def stop(self) -> None:
        """End every session, write everything down, stop; after STOP_SECONDS leave the rest to crash recovery."""
        for order, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 1), (signal.SIGKILL, 1)):
            try:
                os.kill(self.pid, order)
            except ProcessLookupError:
                return
            deadline = time.monotonic() + patience
            while time.monotonic() < deadline:
                if not self.alive():
                    return
                time.sleep(0.02)


def start_server(places: ClusterPaths, programs: Path) -> Server:
    """Have the server of this cluster run, making the cluster first where there is none.

    `programs` is the folder of PostgreSQL's programs. Returns when the server takes connections. A server that has lost
    its keeper is taken over. Raises Trouble, in one line, where it cannot run.
    """
    if places.answers() and (noted := places.postmaster()):
        orphan = psutil.Process(noted[0])
        return Server(places, orphan.pid, lambda: orphan.is_running() and orphan.status() != psutil.STATUS_ZOMBIE)
    account = server_account(places)
    if account is not None:
        allow_access(account, [programs, places.home])
    if not (places.data / "PG_VERSION").exists():
        create_cluster(places, programs, account)
    make_socket_dir(places, account)
    remove_stale_pid_files(places)
    return launch_server(places, programs, account)


def server_account(places: ClusterPaths) -> pwd.struct_passwd | None:
    """Whom the server runs as where that is not whoever runs this: None unless this is root."""
    if os.geteuid() != 0:
        return None
    if places.data.exists():
        owner = places.data.stat().st_uid
        if owner == 0:
            raise ServerError(
                f"The data in {places.data} belong to root, and PostgreSQL does not run as root: chown them."
            )
        return pwd.getpwuid(owner)
    for attempt in range(3):
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            # Another cluster's keeper may be making the same user: look again before giving up.
            time.sleep(attempt)
            if useradd := shutil.which("useradd"):
                command = [useradd, "--system", "--user-group", "--no-create-home", SYSTEM_USER]
                subprocess.run(command, check=False, capture_output=True)
    raise ServerError(
        f"PostgreSQL does not run as root, and the system user {SYSTEM_USER!r} could not be made: make it by hand."
    )


def allow_access(account: pwd.struct_passwd, paths: Iterable[Path]) -> None:
    """Let `account` pass through the folders above `paths` (search only), and run the programs."""
    for path in paths:
        for folder in (path, *path.parents):
            mode = folder.stat().st_mode
            if not mode & 0o001 and folder.stat().st_uid != account.pw_uid:
                folder.chmod(mode | 0o001)
    postgres = next(iter(paths)) / "postgres"
    if postgres.stat().st_mode & 0o005 != 0o005:
        for part in postgres.parents[1].rglob("*"):
            if not part.is_symlink():
                mode = part.stat().st_mode
                part.chmod(mode | 0o004 | (0o001 if part.is_dir() or mode & 0o100 else 0))


def create_cluster(places: ClusterPaths, programs: Path, account: pwd.struct_passwd | None) -> None:
    """Make the cluster with its role and database, whole or not at all (renamed into place as the last step)."""
    unfinished = places.home / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if account is not None:
        os.chown(unfinished, account.pw_uid, account.pw_gid)
    initdb = [str(programs / "initdb"), "-D", str(unfinished), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    run_with_input(places, spawn_program([*initdb, *locale(major_of(programs)), "--no-instructions"], account))
    with (unfinished / "postgresql.conf").open("a") as settings:
        settings.write(SERVER_SETTINGS)
    alone = [str(programs / "postgres"), "--single", "-c", "exit_on_error=on", "-D", str(unfinished), "postgres"]
    run_with_input(
        places,
        spawn_program(alone, account),
        f"CREATE ROLE {ROLE} LOGIN CREATEDB\nCREATE DATABASE {DATABASE} OWNER {ROLE}\n",
    )
    unfinished.rename(places.data)


def locale(major: int) -> list[str]:
    """Options of initdb for text in the order of its code points, with the letters of every script known."""
    if major >= 17:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def make_socket_dir(places: ClusterPaths, account: pwd.struct_passwd | None) -> None:
    """Make the socket's folder for the server's user alone: the server trusts whoever reaches the socket."""
    owner = os.geteuid() if account is None else account.pw_uid
    folder = places.socket_dir
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid == os.geteuid() != owner:
        os.chown(folder, owner, -1)
    elif found.st_uid != owner or folder.is_symlink():
        raise ServerError(f"{folder} belongs to another user: remove it, or choose a shorter DATA_DIR.")
    folder.chmod(0o700)


def remove_stale_pid_files(places: ClusterPaths) -> None:
    """Forget a crashed server's pid where another program has it now: PostgreSQL would take that one for a server."""
    for note in (places.data / "postmaster.pid", places.socket.with_name(places.socket.name + ".lock")):
        try:
            process = psutil.Process(int(note.read_text().split()[0]))
            is_ours = str(places.data) in process.cmdline()
        except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
            continue
        if not is_ours:
            note.unlink(missing_ok=True)


def launch_server(places: ClusterPaths, programs: Path, account: pwd.struct_passwd | None) -> Server:
    """Start the server as a child and wait until it takes connections."""
    if places.log.exists() and places.log.stat().st_size > LONGEST_LOG:
        places.log.rename(places.log.with_suffix(".log.1"))
    command = [str(programs / "postgres"), "-D", str(places.data), "-k", str(places.socket_dir)]
    began = time.monotonic()
    while True:
        with places.log.open("ab") as log:
            said_before = log.tell()
            child = spawn_program(command, account, output=log)
        server = Server(places, child.pid, lambda child=child: child.poll() is None)  # type: ignore[misc]
        while server.alive() and time.monotonic() - began < START_SECONDS:
            if places.ready():
                return server
            time.sleep(0.02)
        server.stop()
        with places.log.open("rb") as log:
            log.seek(said_before)
            said = log.read().decode(errors="replace")
        # The sessions of a server that was killed need a moment to notice and go.
        if "shared memory block" not in said or time.monotonic() - began > SESSIONS_GO_SECONDS:
            raise ServerError(explain_failure(said, places))
        time.sleep(0.2)


def spawn_program(
    command: list[str], account: pwd.struct_passwd | None, *, output: IO[bytes] | int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    """Start a program of PostgreSQL as `account`, in a session of its own, without the caller's PG* settings."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL if output != subprocess.PIPE else subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
        user=None if account is None else account.pw_uid,
        group=None if account is None else account.pw_gid,
        extra_groups=None if account is None else [],
        start_new_session=True,
    )


def run_with_input(places: ClusterPaths, child: subprocess.Popen[bytes], text: str = "") -> None:
    """Give the program `text` to read and wait for its end; raise Trouble if it failed."""
    said, _ = child.communicate(text.encode())
    if child.returncode != 0:
        raise ServerError(explain_failure(said.decode(errors="replace"), places))


def explain_failure(said: str, places: ClusterPaths) -> str:
    """One line for a person out of what PostgreSQL's programs said."""
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return f"The disk that holds {places.home} is full: PostgreSQL could not write."
    if "Permission denied" in said or "has wrong ownership" in said:
        return f"PostgreSQL may not use {places.data}: it belongs to another user."
    telling = [line for line in said.splitlines() if re.search(r"\b(PANIC|FATAL|ERROR|error):", line)]
    last = telling[-1] if telling else (said.strip().splitlines() or ["it said nothing"])[-1]
    return f"PostgreSQL did not start: {last.strip()} (more in {places.log})"
