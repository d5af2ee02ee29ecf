"""The web servers that the documents put in front, as shipped: slow requests keep nobody else from an answer."""

import contextlib
import http.client
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fixtures.processes import PATIENCE_SECONDS, ROOT, Child, answers, free_port
from tests.fixtures.reporting import program

pytestmark = pytest.mark.slow
DEPLOY = ROOT / "deploy"
SLOW, CALLS = 200, 20
HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
# The API reads the body before anything else, so each of these would hold a thread of Warmstone.
BODY = (
    b"POST /api/v1/appointments HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 2000\r\n\r\n{"
)


def replaced(text: str, *changes: tuple[str, str]) -> str:
    """A shipped file with the names of this test in place of its own; each of them must be in it."""
    for pattern, new in changes:
        text, times = re.subn(pattern, new, text)
        assert times, f"The shipped file holds no {pattern} any more."
    return text


def nginx(folder: Path, upstream: str, port: int) -> list[str]:
    """The command of an nginx with the shipped site; TLS is left out, as it is nginx's own business."""
    site = replaced(
        (DEPLOY / "nginx.conf").read_text(),
        (r"listen 443 ssl http2;", f"listen 127.0.0.1:{port};"),
        (r"listen \[::\]:443 ssl http2;", ""),
        (r"ssl_certificate\S* +\S+;", ""),
        (r"listen 80;", f"listen 127.0.0.1:{free_port()};"),
        (r"listen \[::\]:80;", ""),
        (r"server_name massage\.example\.org;", "server_name localhost;"),
        (r"http://127\.0\.0\.1:8000", upstream),
    )
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        f"events {{ worker_connections 768; }}\nhttp {{\n{places}{site}}}\n"
    )
    return [program("nginx") or "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, upstream: str, port: int) -> list[str]:
    """The command of a Caddy with the shipped file, without certificates and without its administration."""
    text = replaced(
        (DEPLOY / "Caddyfile").read_text(),
        (r"\n\{\n", "\n{\n\tadmin off\n\tauto_https off\n"),
        (r"\nmassage\.example\.org \{", f"\nhttp://localhost:{port} {{"),
        (r"127\.0\.0\.1:8000", upstream.removeprefix("http://")),
    )
    (folder / "Caddyfile").write_text(text)
    return [program("caddy") or "caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


Front = Callable[[Path, str, int], list[str]]


@contextlib.contextmanager
def running(front: Front, folder: Path, upstream: str) -> Iterator[str]:
    """The base URL of a front before a running Warmstone."""
    port = free_port()
    env = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "PATH": "/usr/bin:/bin"}
    child = Child(front(folder, upstream, port), env, folder / "front.log")
    try:
        child.wait_until_ready(lambda: answers(f"http://localhost:{port}/healthz/live"), "the front answers")
        yield f"http://localhost:{port}"
    finally:
        child.kill()


@contextlib.contextmanager
def slow_clients(port: int, sent: bytes, count: int) -> Iterator[list[socket.socket]]:
    """Connections that have begun a request and do not end it."""
    with contextlib.ExitStack() as all_of_them:
        made = []
        for _ in range(count):
            connected = all_of_them.enter_context(socket.create_connection(("127.0.0.1", port)))
            connected.sendall(sent)
            made.append(connected)
        yield made


@pytest.mark.parametrize(
    "front", [pytest.param(nginx, marks=pytest.mark.nginx), pytest.param(caddy, marks=pytest.mark.caddy)]
)
def test_two_hundred_slow_requests_keep_nobody_from_an_answer(live_gunicorn: str, tmp_path: Path, front: Front) -> None:
    with running(front, tmp_path, live_gunicorn) as url:
        port = int(url.rpartition(":")[2])
        with slow_clients(port, HEAD, SLOW // 2) as heads, slow_clients(port, BODY, SLOW // 2) as bodies:
            answered = sum(answers(f"{url}/healthz/live") for _ in range(CALLS))
            assert answered == CALLS
            # None of them was let go by mistake: all are still being waited for, or were told that they are too slow.
            assert {said(each) for each in (*heads, *bodies)} <= {"", "408", "400"}


def said(slow: socket.socket) -> str:
    """The status that a slow client was answered so far; empty for none."""
    slow.setblocking(False)
    with contextlib.suppress(BlockingIOError, ConnectionResetError):
        return slow.recv(100).decode(errors="replace")[9:12]
    return ""


@pytest.mark.parametrize(
    "front", [pytest.param(nginx, marks=pytest.mark.nginx), pytest.param(caddy, marks=pytest.mark.caddy)]
)
def test_a_body_beyond_the_limit_is_refused_and_a_large_one_passes(
    live_gunicorn: str, tmp_path: Path, front: Front
) -> None:
    with running(front, tmp_path, live_gunicorn) as url:
        # Without a token of the form Warmstone itself refuses: so it has read the whole.
        assert posted(url, b"a=" + b"x" * 1_000_000) == 403
        # The front may hang up before the whole is sent.
        assert posted(url, b"a=" + b"x" * 6_000_000) in {0, 413, 502}


def posted(url: str, body: bytes) -> int:
    """The status of a POST of this body; 0 where the connection was broken off."""
    with contextlib.closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE_SECONDS)) as way:
        try:
            way.request("POST", "/accounts/login/", body, {"Content-Type": "application/x-www-form-urlencoded"})
            return way.getresponse().status
        except OSError:
            return 0
