"""One request within limits, to a real server: redirects, size, time and certificate."""

import datetime as dt
import gzip
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_django import Settings

from clinic.outbound import (
    AddressRefused,
    AnswerTooLarge,
    Limits,
    NoAnswer,
    OutboundError,
    TooManyRedirects,
    fetch,
)
from tests.fixtures.receiver import Receiver, Respond, running_receiver, status

QUICK = Limits(connect=1, total=0.3)
PATIENT = Limits(connect=30, total=60)


@pytest.fixture(autouse=True)
def own_network(settings: Settings) -> None:
    settings.OUTBOUND_NETWORKS = ["127.0.0.0/30"]


@pytest.fixture
def server() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


def test_a_request_arrives_as_it_was_meant(server: Receiver) -> None:
    server.respond = status(207, b"<ok/>", Content_Type="text/xml", X_Thing="7")
    answer = fetch(
        server.url("/calendar?a=1"),
        method="PROPFIND",
        headers={"Depth": "1", "Authorization": "Basic abc"},
        body=b"<ask/>",
        limits=PATIENT,
    )
    assert (answer.status, answer.body, answer.headers["x-thing"]) == (207, b"<ok/>", "7")
    (got,) = server.received
    assert (got.method, got.path, got.body) == ("PROPFIND", "/calendar?a=1", b"<ask/>")
    assert got.headers["host"] == f"127.0.0.1:{server.port}"
    assert (got.headers["depth"], got.headers["authorization"]) == ("1", "Basic abc")
    assert got.headers["user-agent"].startswith("Warmstone/")


def test_without_the_setting_the_machine_itself_is_not_reached(server: Receiver, settings: Settings) -> None:
    settings.OUTBOUND_NETWORKS = []
    with pytest.raises(AddressRefused):
        fetch(server.url().replace("http:", "https:"), limits=PATIENT)
    assert server.received == []


def test_the_name_is_looked_up_once(server: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers with an allowed address first and another afterwards (DNS rebinding) gains nothing."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def answers(host: str, *args: Any, **more: Any) -> list[Any]:
        asked.append(host)
        named = {"rebind.example": "127.0.0.1" if asked.count(host) == 1 else "127.0.0.99"}
        return [*real(named.get(host, host), *args, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    assert fetch(f"http://rebind.example:{server.port}/", limits=PATIENT).status == 200
    assert asked.count("rebind.example") == 1
    assert server.received[0].headers["host"] == f"rebind.example:{server.port}"


def test_a_redirect_is_an_answer_unless_it_is_to_be_followed(server: Receiver) -> None:
    server.respond = status(302, Location="/next")
    answer = fetch(server.url("/first"), limits=PATIENT)
    assert (answer.status, answer.location) == (302, server.url("/next"))
    assert [each.path for each in server.received] == ["/first"]


def redirect_once(location: str) -> Respond:
    """Send `/first` on to a place, and answer everything else."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        (status(307, Location=location) if handler.path == "/first" else status(200, b"there"))(handler)

    return respond


def test_a_followed_redirect_keeps_method_and_body(server: Receiver) -> None:
    server.respond = redirect_once("/there")
    answer = fetch(
        server.url("/first"), method="REPORT", body=b"x", headers={"Authorization": "a"}, follow=3, limits=PATIENT
    )
    assert (answer.body, answer.url) == (b"there", server.url("/there"))
    assert [(each.method, each.body, each.headers["authorization"]) for each in server.received] == [
        ("REPORT", b"x", "a"),
        ("REPORT", b"x", "a"),
    ]


def test_a_password_is_told_to_no_other_host(server: Receiver) -> None:
    with running_receiver() as other:
        server.respond = redirect_once(other.url("/stolen"))
        fetch(server.url("/first"), headers={"authorization": "a", "Cookie": "b"}, follow=1, limits=PATIENT)
        (got,) = other.received
    assert not {"authorization", "cookie"} & got.headers.keys()


def test_a_post_is_never_sent_on(server: Receiver) -> None:
    server.respond = status(307, Location="/next")
    assert fetch(server.url(), method="POST", body=b"x", follow=5, limits=PATIENT).status == 307
    assert len(server.received) == 1


def test_a_loop_of_redirects_ends(server: Receiver) -> None:
    server.respond = status(302, Location="/again")
    with pytest.raises(TooManyRedirects):
        fetch(server.url(), follow=4, limits=PATIENT)
    assert len(server.received) == 5


@pytest.mark.parametrize(
    "place", ["http://127.0.0.99:1/", "https://169.254.169.254/latest", "http://[::1]:1/", "file:///etc/passwd"]
)
def test_a_redirect_into_the_machine_is_refused(server: Receiver, place: str) -> None:
    server.respond = status(302, Location=place)
    with pytest.raises(AddressRefused):
        fetch(server.url(), follow=4, limits=PATIENT)


def endless(handler: BaseHTTPRequestHandler) -> None:
    """A body without end."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65536)


def test_a_gigabyte_is_not_read(server: Receiver) -> None:
    server.respond = endless
    with pytest.raises(AnswerTooLarge):
        fetch(server.url(), limits=Limits(connect=30, total=60, most_bytes=100_000))
    cut = fetch(server.url(), limits=Limits(connect=30, total=60, most_bytes=100, cut=True))
    assert cut.body == b"x" * 100


def test_a_bomb_is_measured_unpacked(server: Receiver) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 100_000
    server.respond = status(200, bomb, Content_Encoding="gzip")
    with pytest.raises(AnswerTooLarge):
        fetch(server.url(), limits=Limits(connect=30, total=60, most_bytes=1_000_000))
    server.respond = status(200, gzip.compress(b"BEGIN:VCALENDAR"), Content_Encoding="gzip")
    assert fetch(server.url(), limits=PATIENT).body == b"BEGIN:VCALENDAR"


def drip(begin: bytes, drop: bytes) -> Respond:
    """Write a beginning, and then a little ten times a second for ever: no read ever waits long."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(begin)
        while True:
            handler.wfile.write(drop)
            handler.wfile.flush()
            time.sleep(0.1)

    return respond


def raw(said: bytes) -> Respond:
    """Write these bytes and hang up."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(said)

    return respond


def hang(handler: BaseHTTPRequestHandler) -> None:
    """Never answer."""
    threading.Event().wait(60)


@pytest.mark.parametrize(
    "respond",
    [
        drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        drip(b"", b"H"),
        hang,
    ],
    ids=["body", "counted body", "chunks", "headers", "status line", "silence"],
)
def test_a_server_that_takes_for_ever_is_left(server: Receiver, respond: Respond) -> None:
    server.respond = respond
    with pytest.raises(NoAnswer) as refused:
        fetch(server.url(), limits=QUICK)
    assert refused.value.code == "too_slow"


def test_a_handshake_that_takes_for_ever_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NoAnswer) as refused:
        fetch(f"https://127.0.0.1:{silent.getsockname()[1]}/", limits=QUICK)
    assert refused.value.code == "too_slow"


@pytest.mark.parametrize("said", [b"220 mail.example ESMTP\r\n", b"HTTP/1.1 abc\r\n\r\n", b"", b"\x16\x03\x01\x00"])
def test_what_is_no_web_server_is_said_to_be_none(server: Receiver, said: bytes) -> None:
    server.respond = raw(said)
    with pytest.raises(NoAnswer) as refused:
        fetch(server.url(), limits=PATIENT)
    assert refused.value.code == "broken"


def test_a_port_without_a_server_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NoAnswer) as refused:
        fetch(f"http://127.0.0.1:{port}/", limits=PATIENT)
    assert refused.value.code == "unreachable"


def test_errors_tell_nothing_that_was_sent(server: Receiver) -> None:
    server.respond = raw(b"secret-answer\r\n")
    with pytest.raises(OutboundError) as refused:
        fetch(server.url("/secret-path"), headers={"Authorization": "secret-word"}, limits=PATIENT)
    assert "secret" not in f"{refused.value} {refused.value!r}"


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for calendar.example, trusted by this process."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "calendar.example")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("calendar.example"), x509.IPAddress(ipaddress.ip_address("::2"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "certificate.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = tmp_path / "key.pem"
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    return context


def point_names_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every name lead to this machine."""
    real = socket.getaddrinfo

    def here(host: str, *args: Any, **more: Any) -> list[Any]:
        return [*real("127.0.0.1" if host.endswith(".example") else host, *args, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", here)


def test_the_certificate_is_checked_against_the_name(trusted: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    point_names_here(monkeypatch)
    with running_receiver(tls=trusted) as server:
        assert fetch(f"https://calendar.example:{server.port}/", limits=PATIENT).status == 200
        with pytest.raises(NoAnswer) as refused:
            fetch(f"https://other.example:{server.port}/", limits=PATIENT)
        assert refused.value.code == "certificate"
        assert [each.headers["host"] for each in server.received] == [f"calendar.example:{server.port}"]


def test_a_certificate_that_nobody_trusts_is_refused(
    trusted: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    point_names_here(monkeypatch)
    monkeypatch.delenv("SSL_CERT_FILE")
    with running_receiver(tls=trusted) as server, pytest.raises(NoAnswer) as refused:
        fetch(f"https://calendar.example:{server.port}/", limits=PATIENT)
    assert refused.value.code == "certificate"


def test_a_redirect_out_of_https_is_refused(trusted: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    point_names_here(monkeypatch)
    with running_receiver() as plain, running_receiver(tls=trusted) as server:
        server.respond = status(302, Location=plain.url())
        with pytest.raises(AddressRefused):
            fetch(f"https://calendar.example:{server.port}/", follow=2, limits=PATIENT)
        assert plain.received == []
