"""Every address by every role and verb: equal to the checked-in table; a new address without a row fails.

The addresses come from the resolver itself, nested includes and all, and there are at least so many.
"""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from clinic.models import Heartbeat, User
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD, Cast

POLICY = Path(__file__).with_name("policy.txt")
ROLES = ("anonymous", "stranger", "therapist", "owner")
VERBS = ("get", "head", "post", "put", "delete")
# Django answers HEAD by the view of GET, and DELETE is refused as PUT is, unless a view says otherwise: who stands
# before every door and who gets past all of them find out. For the two between, the answer to the other verb stands.
BESIDE = {"head": "get", "delete": "put"}
# A verb that neither of those two may use is refused before anybody is asked who they are.
REFUSED = "405"
# allauth's and the admin's own addresses have their own tests; here they are only counted.
ELSEWHERE = ("admin:", "account_", "mfa_", "socialaccount_")
SOMEONE_ELSES = uuid.UUID("00000000-0000-4000-8000-000000000001")
ARGUMENTS = {
    "key": str(SOMEONE_ELSES),
    "public_id": str(SOMEONE_ELSES),
    "plan_id": str(SOMEONE_ELSES),
    "merge_id": str(SOMEONE_ELSES),
    "other": str(SOMEONE_ELSES),
    "slug": "regular-60",
    "step": "where",
    "report": "hours",
    "code": "no-such-mail",
    "kind": "no-such-kind",
    "token": "forged",
}
# What is sent to a page that leads on, so that the pages behind it are looked at as they are; to all others, nothing.
SENT = {"booking:service": {"comes": "relax"}}


def names(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every named address, with its namespace."""
    return ((name, entry) for name, entry, _converters in addresses_with_converters(resolver, space, {}))


def addresses_with_converters(
    resolver: URLResolver, space: str, outer: dict[str, Any]
) -> Iterator[tuple[str, URLPattern, dict[str, Any]]]:
    """The same, each with what reads the arguments of its address, those of the parts before its own too."""
    for entry in resolver.url_patterns:
        known = {**outer, **entry.pattern.converters}
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from addresses_with_converters(entry, inner, known)
        elif entry.name:
            yield space + entry.name, entry, known


def addresses() -> dict[str, str]:
    """Name and address of everything that is ours, with a foreign id or token where one is asked for."""
    found = {}
    for name, pattern, wanted in addresses_with_converters(get_resolver(), "", {}):
        if name.startswith(ELSEWHERE) or pattern.name in {"doc", "doctype"}:
            continue
        given = {
            argument: 999_999 if type(converter).__name__ == "IntConverter" else ARGUMENTS[argument]
            for argument, converter in wanted.items()
        }
        found[name] = reverse(name, kwargs=given)
    return found


@pytest.fixture
def roles(cast: Cast) -> dict[str, Browser]:
    """A browser for each role; the stranger is signed in but has nothing to do with the team."""
    User.objects.create_user("stranger@example.org", PASSWORD)
    browsers = {role: Browser(raise_request_exception=False) for role in ROLES}
    for role, address in (
        ("stranger", "stranger@example.org"),
        ("therapist", "mira@stillwater.example"),
        ("owner", "owner@stillwater.example"),
    ):
        browsers[role].force_login(User.objects.get(email=address))
    return browsers


def policy() -> dict[tuple[str, str], list[str]]:
    """The checked-in table: address name and verb, then the status for each role."""
    rows = {}
    for line in POLICY.read_text().splitlines():
        if line and not line.startswith("#"):
            name, verb, *statuses = line.split()
            rows[name, verb] = statuses
    return rows


@pytest.mark.invariant("I8")
@pytest.mark.slow(seconds=45)
def test_every_address_answers_every_role_as_the_table_says(cast: Cast, roles: dict[str, Browser]) -> None:
    found = addresses()
    assert len(found) >= 50
    for name in ("reminders", "mail"):
        Heartbeat.objects.create(name=name)  # a practice whose sweeps run
    seen: dict[tuple[str, str], list[str]] = {}
    for name, address in found.items():
        for verb in VERBS:
            sent = SENT.get(name) if verb == "post" else None
            first, last = (status_of(getattr(roles[role], verb)(address, sent)) for role in (ROLES[0], ROLES[-1]))
            if verb in BESIDE:
                between = seen[name, BESIDE[verb]][1:-1]
            elif first == last == REFUSED:
                between = [REFUSED for _role in ROLES[1:-1]]
            else:
                between = [status_of(getattr(roles[role], verb)(address, sent)) for role in ROLES[1:-1]]
            seen[name, verb] = [first, *between, last]
    expected = policy()
    wrong = {key: (statuses, expected.get(key)) for key, statuses in seen.items() if expected.get(key) != statuses}
    gone = expected.keys() - seen.keys()
    assert not wrong, table(seen)
    assert not gone


def status_of(response: HttpResponseBase) -> str:
    """The status of an answer. A download is read to its end, which closes its file."""
    if isinstance(response, StreamingHttpResponse):
        assert all(response)
    return str(response.status_code)


def table(seen: dict[tuple[str, str], list[str]]) -> str:
    """The table as it is now, to be read line by line before it is checked in."""
    return "\n".join(f"{name} {verb} {' '.join(statuses)}" for (name, verb), statuses in seen.items())


@pytest.mark.invariant("I8")
def test_no_role_ever_meets_a_fault(cast: Cast, roles: dict[str, Browser]) -> None:
    assert policy()
    assert not [key for key, statuses in policy().items() if any(status.startswith("5") for status in statuses)]


@pytest.mark.invariant("I8")
def test_only_the_team_sees_the_desk(cast: Cast) -> None:
    for (name, _verb), (anonymous, stranger, *_team) in policy().items():
        if name.startswith("booking:desk"):
            assert anonymous in {"302", "405"}, name
            assert stranger in {"404", "405"}, name
