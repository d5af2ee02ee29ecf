"""`manage.py demo`: the whole of Warmstone on one machine, with a demo practice, until Ctrl-C."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic.embedded.base import cluster_of
from clinic.embedded.cluster import Cluster
from clinic.embedded.places import try_lock
from clinic.operations.disk import is_writable
from clinic.operations.supervisor import LOOK_AFTER_SECONDS, Program, Supervisor, end_left_over, identity

COMES_UP_SECONDS = 60
# What a demo makes under DATA_DIR; RESET=1 removes exactly this.
OWN_VARIABLES = (
    *("postgres", "mail", "queue", "queue-control", "static", "logs"),
    *("beat-schedule*", "demo-secret", "demo.json"),
)
TABLES = ("Making the tables", ["migrate", "--no-input", "--verbosity", "0"])
SEED = ("Seeding the demo practice", ["seed_demo"])
STATIC_FILES = ("Collecting static files", ["collectstatic", "--no-input", "--verbosity", "0"])


class Command(BaseCommand):
    """Sets everything up, starts web server, worker and clock, keeps them running, ends them all on Ctrl-C."""

    help = "Run Warmstone with a demo practice: web server, Celery worker and beat, until Ctrl-C."
    requires_system_checks: list[str] = []
    host = "127.0.0.1"
    seeds = True
    logs_in_files = True

    def add_arguments(self, parser: CommandParser) -> None:
        """PORT and RESET of `make demo`."""
        parser.add_argument("--port", type=int, default=8000, help="the port of the web server")
        parser.add_argument("--reset", action="store_true", help="begin anew: remove what earlier demos made")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop."""
        self.run(options["port"], reset=options["reset"])

    def run(self, port: int, *, reset: bool = False) -> None:
        """Set up, start, keep running, end. Raises CommandError with one line."""
        self.folder = Path(settings.DATA_DIR)
        self.port = port
        self.seen_mails: set[Path] = set()
        with only_one(self.folder):
            self.end_left_overs()
            refuse_a_taken_port(self.host, port)
            if reset:
                self.remove_own()
            env = self.environment()
            supervisor = Supervisor(self.programs(), env=env, folder=settings.BASE_DIR, say=self.say)
            supervisor.listen()
            cluster = self.cluster()
            try:
                if cluster:
                    self.say("Starting PostgreSQL")
                    cluster.use()
                sign_ins = self.set_up(env, supervisor)
                self.serve(supervisor, sign_ins)
            finally:
                self.say("Ending")
                supervisor.stop()
                if cluster:
                    cluster.leave()
                    cluster.wait_until_stopped()
        self.say("Everything has ended")

    def say(self, line: str) -> None:
        """One line for the person at the terminal."""
        self.stdout.write(line)
        self.stdout.flush()

    def cluster(self) -> Cluster | None:
        """The embedded database, where there is no DATABASE_URL."""
        database = settings.DATABASES["default"]
        return cluster_of(database) if "DATA_DIR" in database else None

    def environment(self) -> dict[str, str]:
        """The environment of all processes: what the person has set, and a secret of this demo's own."""
        secret = self.folder / "demo-secret"
        if not secret.exists():
            secret.touch(mode=0o600)
            secret.write_text(secrets.token_urlsafe(48))
        for name in ("queue", "queue-control", "logs", "mail"):
            (self.folder / name).mkdir(exist_ok=True)
        ours = {"SECRET_KEY": secret.read_text(), "SITE_URL": f"http://localhost:{self.port}"}
        return {**ours, **os.environ, "DATA_DIR": str(self.folder), "PYTHONUNBUFFERED": "1"}

    def programs(self) -> list[Program]:
        """Web server, worker and clock."""
        config = str(settings.BASE_DIR / "clinic" / "gunicorn.py")
        celery = [sys.executable, "-m", "clinic.operations"]
        web = [sys.executable, "-m", "gunicorn", "-c", config, "--graceful-timeout", "3"]
        commands = {
            "Web server": [*web, "--bind", f"{self.host}:{self.port}"],
            "Worker": [*celery, "worker"],
            "Clock": [*celery, "beat"],
        }
        return [
            Program(name, command, self.log_of(name) if self.logs_in_files else None)
            for name, command in commands.items()
        ]

    def log_of(self, name: str) -> Path:
        """The log of the program of this name."""
        return self.folder / "logs" / f"{name.lower().replace(' ', '-')}.log"

    def steps(self) -> list[tuple[str, list[str]]]:
        """What is to be done before the programs start: in words, and as a command of manage.py."""
        return [TABLES, *([SEED] if self.seeds else []), *([STATIC_FILES] if is_writable(settings.STATIC_ROOT) else [])]

    def set_up(self, env: dict[str, str], supervisor: Supervisor) -> str:
        """Tables, catalogue, demo practice, static files. Returns what the seed says, which names the sign-ins."""
        (self.folder / "demo.json").touch()
        said = ""
        for what, (name, *arguments) in self.steps():
            if supervisor.told_to_stop:
                break
            self.say(what)
            done = run_step([sys.executable, "manage.py", name, *arguments], env, supervisor)
            if done is None:
                break
            if done.returncode != 0:
                log = self.folder / "logs" / "set-up.log"
                log.write_text(done.stdout + done.stderr)
                last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["it said nothing"]
                raise CommandError(f"{what} failed: {last[0]} (see {log})")
            if name == "seed_demo":
                said = done.stdout
        return said

    def serve(self, supervisor: Supervisor, sign_ins: str) -> None:
        """Keep the programs running; greet once the site answers, give up if it never does."""
        began = time.monotonic()
        greeted = False
        noted: list[tuple[int, float]] = []
        self.new_mails()

        def look() -> None:
            nonlocal greeted, noted
            running = [known for one in supervisor.programs if one.process and (known := identity(one.process))]
            if running != noted:
                noted = running
                (self.folder / "demo.json").write_text(json.dumps(noted))
            if not greeted and site_answers(self.port):
                greeted = True
                self.greet(sign_ins)
            if not greeted and time.monotonic() - began > COMES_UP_SECONDS:
                raise CommandError("The web server does not come up." + last_words(supervisor.programs[0].log))
            for mail in self.new_mails():
                self.say(f"A mail: {mail}")

        supervisor.run(look)

    def greet(self, sign_ins: str) -> None:
        """Address, sign-ins, and where mails land."""
        mails = "the server of EMAIL_URL" if settings.EMAIL_URL else str(settings.MAIL_DIR)
        lines = [f"Warmstone is ready: http://localhost:{self.port}/", sign_ins.strip()]
        self.say("\n".join(["", *filter(None, lines), f"Mails go to {mails}", "Ctrl-C ends everything.", ""]))

    def new_mails(self) -> list[Path]:
        """The mails that have landed since the last look."""
        found = set(Path(settings.MAIL_DIR).glob("**/*.eml"))
        fresh = sorted(found - self.seen_mails)
        self.seen_mails = found
        return fresh

    def end_left_overs(self) -> None:
        """End the programs of a demo that was killed before it could."""
        try:
            noted = json.loads((self.folder / "demo.json").read_text())
        except (OSError, ValueError):
            return
        ended = [end_left_over(pid, born) for pid, born in noted]
        if any(ended):
            self.say("Ended what a killed demo had left running")

    def remove_own(self) -> None:
        """Remove what earlier demos made. Data that no demo has made are not touched."""
        cluster = self.cluster()
        if cluster is None:
            raise CommandError("RESET=1 is for the embedded database; yours is at DATABASE_URL, and yours to empty.")
        if (self.folder / "postgres").exists() and not (self.folder / "demo.json").exists():
            raise CommandError(f"The data in {self.folder} were not made by a demo: RESET=1 leaves them alone.")
        if not cluster.wait_until_stopped():
            raise CommandError(f"Somebody still uses the database in {self.folder}: end that first.")
        self.say("Removing what earlier demos made")
        for pattern in OWN_VARIABLES:
            for path in self.folder.glob(pattern):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Holds the data folder for this demo; a second one is told so in a line."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("w") as lock:
        if not try_lock(lock.fileno()):
            raise CommandError(f"A demo already runs on {folder}: end it first, or set another DATA_DIR.")
        yield


def last_words(log: Path | None) -> str:
    """The end of a log, to go behind what went wrong; nothing where the lines went to the terminal."""
    if log is None:
        return ""
    return " Its last words:\n" + "\n".join(log.read_text(errors="replace").strip().splitlines()[-5:])


def refuse_a_taken_port(host: str, port: int) -> None:
    """Stop in a line where another program has the port."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise CommandError(
            f"Port {port} cannot be used ({error.strerror}): try another, such as PORT={port + 1}."
        ) from None


def site_answers(port: int) -> bool:
    """Whether the site answers on its port."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/live", timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def run_step(
    command: list[str], env: dict[str, str], supervisor: Supervisor
) -> subprocess.CompletedProcess[str] | None:
    """Run one step, which is done whole or repeated, to its end; None where the supervisor was told to stop."""
    step = subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=env,
        text=True,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while True:
        try:
            said, complained = step.communicate(timeout=LOOK_AFTER_SECONDS)
        except subprocess.TimeoutExpired:
            if supervisor.told_to_stop:
                step.terminate()
        else:
            whole = subprocess.CompletedProcess(command, step.returncode, said, complained)
            return None if supervisor.told_to_stop else whole
