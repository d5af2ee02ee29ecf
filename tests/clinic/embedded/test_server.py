"""The embedded PostgreSQL, with real processes: it lives exactly as long as somebody uses it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from django.core.management.base import CommandError
from django.db.utils import OperationalError
from pytest_django import DjangoDbBlocker

from clinic.embedded.base import DatabaseWrapper
from clinic.embedded.cluster import Cluster, EmbeddedError
from clinic.embedded.places import DATABASE, LONGEST_SOCKET_PATH, ROLE, ClusterPaths
from clinic.embedded.programs import find_programs
from clinic.embedded.server import explain_failure
from tests.fixtures.processes import ROOT, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.sql]

USER = """
import os, sys, pathlib
from clinic.embedded.cluster import Cluster
cluster = Cluster(pathlib.Path(sys.argv[1]), os.environ["EMBEDDED_POSTGRES"])
cluster.use()
print("using", cluster.places.postmaster()[0], flush=True)
for line in sys.stdin:
    cluster.revive()
    print("using", cluster.places.postmaster()[0], flush=True)
"""

FORKING = """
import os, sys, time, pathlib
from clinic.embedded.cluster import Cluster
Cluster(pathlib.Path(sys.argv[1]), os.environ["EMBEDDED_POSTGRES"]).use()
if os.fork():
    os._exit(7)
time.sleep(2)
"""

AS_NOBODY = """
import os, sys, pathlib
from clinic.embedded.cluster import Cluster
home = pathlib.Path(sys.argv[1])
for folder in home.parents:
    folder.chmod(folder.stat().st_mode | 0o001)
os.setuid(65534)
Cluster(home, os.environ["EMBEDDED_POSTGRES"]).use()
"""

# Which PostgreSQL these tests run.
CHOSEN = os.environ["EMBEDDED_POSTGRES"]
USERS: list["User"] = []


class User:
    """Another process that uses the cluster until it is told to leave."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(home)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        USERS.append(self)

    def server(self) -> int:
        """Wait until it uses the server; the server's pid."""
        assert self.process.stdout is not None
        word, pid = self.process.stdout.readline().split()
        assert word == b"using"
        return int(pid)

    def revive(self) -> int:
        """Have it look after a server that has died; the new server's pid."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"again\n")
        self.process.stdin.flush()
        return self.server()

    def leave(self) -> None:
        """End in good order."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(10) == 0

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


@pytest.fixture
def new_home(tmp_path: Path) -> Iterator[Path]:
    """A place for a cluster; the test leaves no server behind."""
    place = tmp_path / "postgres"
    yield place
    for user in USERS:
        user.kill()
    USERS.clear()
    wait_until(lambda: not servers_of(place), "the server is gone")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cluster made once and stopped again: making one takes longer than all that is done with it."""
    place = tmp_path_factory.mktemp("made") / "postgres"
    cluster = Cluster(place, CHOSEN)
    cluster.use()
    cluster.leave()
    assert cluster.wait_until_stopped()
    return place


@pytest.fixture
def home(new_home: Path, made: Path) -> Path:
    """A place with a cluster in it that nobody uses."""
    new_home.mkdir(mode=0o711)
    subprocess.run(["cp", "-a", made / "data", new_home], check=True)
    return new_home


def servers_of(home: Path) -> list[psutil.Process]:
    """The keeper and the server of a cluster, as the machine sees them."""
    commands = [(process, process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])]
    keeping = {"clinic.embedded.keeper", str(home)}
    return [process for process, words in commands if keeping <= set(words) or str(home / "data") in words]


def keepers_of(home: Path) -> list[psutil.Process]:
    """The keepers of a cluster: one, or the lock has failed."""
    return [process for process in servers_of(home) if "clinic.embedded.keeper" in process.info["cmdline"]]


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    """What the server answers to the last of some statements, said over a connection of its own."""
    with psycopg.connect(
        dbname=DATABASE, user=ROLE, host=str(ClusterPaths(home).socket_dir), autocommit=True
    ) as connection:
        cursor = connection.execute(query)
        while cursor.nextset():
            pass
        return cursor.fetchall() if cursor.description else []


def test_it_starts_with_the_first_user_and_stops_cleanly_with_the_last(new_home: Path) -> None:
    first, second = User(new_home), User(new_home)
    assert first.server() == second.server()
    first.leave()
    time.sleep(1)
    assert rows(new_home, "SELECT 1") == [(1,)]
    second.leave()
    wait_until(lambda: not servers_of(new_home), "the server has stopped")
    assert "database system is shut down" in ClusterPaths(new_home).log.read_text()
    assert not ClusterPaths(new_home).socket.exists()


def test_four_processes_that_start_at_once_share_one_server(new_home: Path) -> None:
    users = [User(new_home) for _ in range(4)]
    assert len({user.server() for user in users}) == 1
    assert len(keepers_of(new_home)) == 1
    for user in users:
        user.leave()


def test_a_killed_user_does_not_stop_it_for_the_others(home: Path) -> None:
    survivor, victim = User(home), User(home)
    survivor.server(), victim.server()
    victim.kill()
    time.sleep(1)
    assert rows(home, "SELECT 1") == [(1,)]
    survivor.leave()


def test_it_does_not_outlive_its_last_user_though_killed(home: Path) -> None:
    user = User(home)
    user.server()
    user.kill()
    wait_until(lambda: not servers_of(home), "the server has stopped")
    assert "database system is shut down" in ClusterPaths(home).log.read_text()


def test_after_the_server_was_killed_it_is_started_again_with_its_data(home: Path) -> None:
    user = User(home)
    killed = user.server()
    rows(home, "CREATE TABLE kept AS SELECT 7 AS seven")
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: not ClusterPaths(home).answers(), "the server is dead")
    assert user.revive() != killed
    assert rows(home, "SELECT seven FROM kept") == [(7,)]
    user.leave()


def test_a_connection_of_django_has_a_killed_server_started_again(
    home: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    connection = DatabaseWrapper(connection_settings(home))
    with django_db_blocker.unblock():
        connection.ensure_connection()
        noted = connection.cluster.places.postmaster()
        assert noted is not None
        os.kill(noted[0], signal.SIGKILL)
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database(), current_user")
            assert cursor.fetchone() == (DATABASE, ROLE)
        connection.close()
    connection.cluster.leave()


def test_a_server_without_its_keeper_is_taken_over_by_the_next_user(home: Path) -> None:
    user = User(home)
    server = user.server()
    keepers_of(home)[0].kill()
    newcomer = User(home)
    assert newcomer.server() == server
    newcomer.leave()
    time.sleep(1)
    assert rows(home, "SELECT 1") == [(1,)]
    user.leave()


def test_a_keeper_told_to_end_stops_the_server_first(home: Path) -> None:
    user = User(home)
    user.server()
    keepers_of(home)[0].terminate()
    wait_until(lambda: not servers_of(home), "the server has stopped")
    assert "database system is shut down" in ClusterPaths(home).log.read_text()
    user.revive()
    user.leave()


def test_a_pid_that_another_program_has_now_does_not_keep_it_from_starting(home: Path) -> None:
    user = User(home)
    os.kill(user.server(), signal.SIGKILL)
    user.kill()
    wait_until(lambda: not servers_of(home), "the server is gone")
    note = ClusterPaths(home).data / "postmaster.pid"
    owner = ClusterPaths(home).data.stat().st_uid
    with subprocess.Popen(["sleep", "60"], user=owner if os.geteuid() == 0 else None) as stranger:
        lines = note.read_text().splitlines()
        note.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        again = User(home)
        assert again.server() != stranger.pid
        assert stranger.poll() is None
        stranger.kill()
    again.leave()


def test_a_forked_child_keeps_it_for_as_long_as_it_lives(home: Path) -> None:
    parent = subprocess.run([sys.executable, "-c", FORKING, str(home)], cwd=ROOT, check=False)
    assert parent.returncode == 7
    time.sleep(1)
    assert rows(home, "SELECT 1") == [(1,)]


def test_nothing_starts_before_a_connection_is_asked_for(new_home: Path) -> None:
    connection = DatabaseWrapper(connection_settings(new_home))
    assert connection.vendor == "postgresql"
    assert not new_home.exists()


def test_a_home_too_deep_for_a_socket_gets_one_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    assert len(str(ClusterPaths(deep).socket)) <= LONGEST_SOCKET_PATH
    user = User(deep)
    user.server()
    assert rows(deep, "SELECT 1") == [(1,)]
    assert ClusterPaths(deep).socket_dir.stat().st_mode & 0o077 == 0
    user.leave()
    wait_until(lambda: not servers_of(deep), "the server is gone")
    ClusterPaths(deep).socket_dir.rmdir()


def test_settings_of_the_practice_are_read_from_server_conf(new_home: Path) -> None:
    new_home.mkdir()
    ClusterPaths(new_home).extra_settings.write_text("work_mem = '7MB'\n")
    user = User(new_home)
    user.server()
    assert rows(new_home, "SHOW work_mem") == [("7MB",)]
    assert rows(new_home, "SHOW listen_addresses") == [("",)]
    user.leave()


@pytest.mark.invariant("I10")
def test_values_of_a_refused_statement_stay_out_of_the_server_log(home: Path) -> None:
    user = User(home)
    user.server()
    rows(home, "CREATE TABLE told (word text PRIMARY KEY); INSERT INTO told VALUES ('canary-x')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        rows(home, "INSERT INTO told VALUES ('canary-x')")
    user.leave()
    log = ClusterPaths(home).log.read_text()
    assert "duplicate key" in log
    assert "canary-x" not in log


def test_data_that_no_postgresql_here_can_open_are_refused_in_one_line(
    home: Path,
) -> None:
    (ClusterPaths(home).data / "PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedError, match=r"are of PostgreSQL 12, which is not here: install") as refused:
        Cluster(home).use()
    assert "\n" not in str(refused.value)
    assert isinstance(refused.value, CommandError)
    assert isinstance(refused.value, OperationalError)


def test_dbshell_takes_the_psql_beside_the_server(home: Path) -> None:
    client = DatabaseWrapper(connection_settings(home)).client
    command, _environment = client.settings_to_cmd_args_env(client.connection.settings_dict, ["-c", "SELECT 1"])
    assert Path(command[0]).parent == find_programs(ClusterPaths(home).data, CHOSEN)
    assert Path(command[0]).exists()


def test_a_home_that_is_a_file_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedError, match=r"PostgreSQL cannot use .*: Not a directory"):
        Cluster(tmp_path / "file" / "postgres").use()


def test_broken_settings_are_told_in_the_words_of_the_server(new_home: Path) -> None:
    new_home.mkdir()
    ClusterPaths(new_home).extra_settings.write_text("work_mem = banana\n")
    with pytest.raises(EmbeddedError, match=r"PostgreSQL did not start: .*errors"):
        Cluster(new_home, CHOSEN).use()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("initdb: error: could not write to file: No space left on device\n", "The disk that holds /home/x is full"),
        ("2026 FATAL:  data directory has wrong ownership\nHINT: no\n", "belongs to another user"),
        (
            "LOG: hello\n2026 PANIC:  could not locate a valid checkpoint record\n",
            "locate a valid checkpoint record (more",
        ),
        ("", "it said nothing"),
    ],
)
def test_trouble_is_told_in_one_line(said: str, told: str) -> None:
    line = explain_failure(said, ClusterPaths(Path("/home/x")))
    assert told in line
    assert "\n" not in line


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_data_of_another_user_are_refused_in_one_line(home: Path) -> None:
    user = User(home)
    user.server()
    user.leave()
    wait_until(lambda: not servers_of(home), "the server is gone")
    tried = subprocess.run([sys.executable, "-c", AS_NOBODY, str(home)], cwd=ROOT, capture_output=True, check=False)
    assert tried.returncode != 0
    assert tried.stderr.decode().strip().splitlines()[-1].endswith(f"PostgreSQL cannot use {home}: Permission denied")


def connection_settings(home: Path) -> dict[str, object]:
    """The settings of a database whose cluster lies in `home`."""
    keys = {
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "PROGRAMS": CHOSEN,
        "TIME_ZONE": None,
    }
    return {
        "ENGINE": "clinic.embedded",
        "NAME": DATABASE,
        "DATA_DIR": home,
        "PROGRAMS": CHOSEN,
        "OPTIONS": {},
        "TEST": {},
        **keys,
    }
