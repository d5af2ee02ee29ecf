"""Where a request may go: addresses are read strictly, and nothing inside is reached unless the setting names it."""

import socket
from typing import Any

import pytest
from pytest_django import Settings

from clinic.outbound import AddressRefused, NoAnswer, must_be_target
from clinic.outbound.targets import resolve

INSIDE = [
    *("127.0.0.1", "127.1", "0x7f000001", "2130706433", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "192.0.0.8", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1"),
    *("[::1]", "[::]", "[fe80::1]", "[fd00::1]", "[ff02::1]", "[2001:db8::1]", "[3fff::1]"),
    # An IPv4 address inside an IPv6 one: mapped, compatible, 6to4, NAT64, Teredo.
    *("[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::127.0.0.1]", "[2002:7f00:1::]", "[2002:a00:1::1]"),
    *("[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b:1::1]", "[2001:0:5db8:1::1]"),
]
OUTSIDE = ["93.184.215.14", "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]", "[::ffff:93.184.215.14]", "[64:ff9b::8.8.8.8]"]


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_is_refused(host: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        resolve(must_be_target(f"https://{host}/hook"))
    assert refused.value.code == "private"


@pytest.mark.parametrize("host", OUTSIDE)
def test_a_public_address_is_not(host: str) -> None:
    assert len(resolve(must_be_target(f"https://{host}/hook"))) == 1


def test_the_setting_opens_networks_of_ones_own_and_no_others(settings: Settings) -> None:
    settings.OUTBOUND_NETWORKS = ["10.1.0.0/16"]
    for host in ("10.1.2.3", "[::ffff:10.1.2.3]"):
        assert len(resolve(must_be_target(f"http://{host}:8080/"))) == 1
    with pytest.raises(AddressRefused):
        resolve(must_be_target("https://10.2.0.1/"))


def test_plain_http_stays_in_networks_of_ones_own() -> None:
    with pytest.raises(AddressRefused) as refused:
        resolve(must_be_target("http://93.184.215.14/"))
    assert refused.value.code == "not_https"
    assert resolve(must_be_target("https://93.184.215.14/"))


@pytest.mark.parametrize("port", [22, 25, 5432, 6379, 8080, 8443])
def test_on_the_internet_the_ports_of_the_web_are_asked_and_no_others(settings: Settings, port: int) -> None:
    target = must_be_target(f"https://93.184.215.14:{port}/")
    with pytest.raises(AddressRefused) as refused:
        resolve(target)
    assert refused.value.code == "port"
    settings.OUTBOUND_NETWORKS = ["93.184.215.14/32"]
    assert len(resolve(target)) == 1


def test_of_a_name_with_two_addresses_the_one_inside_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(*args: Any, **kwargs: Any) -> list[Any]:
        return [(0, 0, 0, "", (each, 443)) for each in ("127.0.0.1", "93.184.215.14", "::1")]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    assert [str(each) for each in resolve(must_be_target("https://both.example/"))] == ["93.184.215.14"]


@pytest.mark.parametrize(
    "url",
    [
        *("", "hello", "ftp://example.org/", "file:///etc/passwd", "https://", "https:///path", "//example.org/"),
        *("https://exa mple.org/", "https://example.org/\r\nHost: other", "https://example.org:0/", "https://[::1"),
        *("https://user:secret@example.org/", "https://example.org:99999/", "https://[fe80::1%25eth0]/"),
        "https://example.org/" + "a" * 2000,
    ],
)
def test_what_is_no_address_is_refused_without_its_words(url: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        must_be_target(url)
    assert refused.value.code == "malformed"
    assert "secret" not in str(refused.value)


def test_an_address_is_read_as_the_web_reads_it() -> None:
    target = must_be_target("HTTPS://Bücher.Example:8443/a b".replace(" ", "%20") + "?q=ä#part")
    assert (target.host, target.port, target.path) == ("xn--bcher-kva.example", 8443, "/a%20b?q=%C3%A4")
    assert target.host_header == "xn--bcher-kva.example:8443"
    assert must_be_target("https://example.org").url == "https://example.org/"


def test_a_name_that_nobody_has_is_said_to_be_one() -> None:
    with pytest.raises(NoAnswer) as refused:
        resolve(must_be_target("https://nobody.invalid/"))
    assert refused.value.code == "unknown_host"
