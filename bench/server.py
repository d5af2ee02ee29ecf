"""Real gunicorn on the scratch database, and a client for many threads at once."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from bench import scratch

COMES_UP_SECONDS, ENDS_SECONDS, ANSWERS_SECONDS = 60, 10, 60


@dataclass(frozen=True)
class Answer:
    """The status, what came with it, and milliseconds from the first byte sent to the last one received."""

    status: int
    body: bytes
    took: float


@dataclass(frozen=True)
class Server:
    """A running gunicorn."""

    port: int
    pid: int

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Answer:
        """One request on a connection of its own; never raises for a status."""
        headers = {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"} if body else {}
        text = json.dumps(body) if body else None
        begin = time.perf_counter()
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWERS_SECONDS)) as connection:
            connection.request(method, path, text, headers)
            response = connection.getresponse()
            said = response.read()
            took = (time.perf_counter() - begin) * 1_000
        return Answer(response.status, said, took)


@contextmanager
def gunicorn(*, workers: int = 2) -> Iterator[Server]:
    """Serve the database in use with the settings of clinic/gunicorn.py; it ends with the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    env = {**os.environ, "DATABASE_URL": scratch.url(), "SITE_URL": f"http://127.0.0.1:{port}"}
    config = ["-c", str(scratch.ROOT / "clinic" / "gunicorn.py"), "--bind", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "gunicorn", *config, "--workers", str(workers), "clinic.wsgi"]
    with (scratch.HOME / "gunicorn.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=scratch.ROOT, env=env, stdout=log, stderr=log)
    server = Server(port, process.pid)
    try:
        wait_until_live(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(ENDS_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_live(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Wait until it answers. Raises SystemExit with where to look when it does not come up."""
    deadline = time.monotonic() + COMES_UP_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if server.ask("GET", "/healthz/live").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"gunicorn does not come up, see {scratch.HOME / 'gunicorn.log'}")
