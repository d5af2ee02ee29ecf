"""Calendars of an account, on a real CalDAV server (Radicale): found, chosen, read; and servers that mean ill."""

import datetime as dt
import os
import subprocess
import sys
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from booking.models import PrivateCalendar
from booking.scheduling.private_calendars import actions
from booking.scheduling.private_calendars.caldav import find_collections, must_be_same_site, safe_xml
from booking.scheduling.private_calendars.fetching import CalendarSource
from booking.scheduling.private_calendars.reader import read_calendar
from booking.scheduling.private_calendars.reading.outcome import ReadingFailed, Trouble
from booking.scheduling.private_calendars.refresh import refresh_private_calendars, window_around
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.private_calendars import feed, ics
from tests.fixtures.processes import free_port, wait_until
from tests.fixtures.receiver import running_receiver, status

USER, PASSWORD = "mira@example.org", "canary:pass wörd"
COLLECTION = (
    '<?xml version="1.0" encoding="utf-8"?><mkcol xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><set><prop>'
    "<resourcetype><collection/><c:calendar/></resourcetype><displayname>{name}</displayname>"
    '<c:supported-calendar-component-set><c:comp name="{part}"/></c:supported-calendar-component-set>'
    "</prop></set></mkcol>"
)


@dataclass
class Account:
    """Mira's account on a server that runs here."""

    origin: str

    def send(self, method: str, path: str, body: bytes = b"", kind: str = "application/xml") -> None:
        pair = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}", "Content-Type": kind}
        request = urllib.request.Request(self.origin + path, data=body or None, headers=headers, method=method)  # noqa: S310
        with urllib.request.urlopen(request, timeout=30):  # noqa: S310 - our own server
            pass

    def add_calendar(self, name: str, *events: bytes, part: str = "VEVENT") -> None:
        folder = f"/{USER}/{name.lower()}/"
        self.send("MKCOL", folder, COLLECTION.format(name=name, part=part).encode())
        for number, event in enumerate(events):
            self.send("PUT", f"{folder}{number}.ics", event, "text/calendar")

    def source(self, path: str = "/", password: str = PASSWORD) -> CalendarSource:
        return CalendarSource(address=self.origin + path, user=USER, password=password, is_caldav=True)


@pytest.fixture
def account(tmp_path: Path, settings: Any) -> Iterator[Account]:
    settings.OUTBOUND_NETWORKS = ["127.0.0.1/32"]
    users, port = tmp_path / "users", free_port()
    users.write_text(f"{USER}:{PASSWORD}\n")
    options = {
        "server-hosts": f"127.0.0.1:{port}",
        "auth-type": "htpasswd",
        "auth-htpasswd-filename": str(users),
        "auth-htpasswd-encryption": "plain",
        "auth-delay": "0",
        "storage-filesystem-folder": str(tmp_path / "collections"),
    }
    command = [
        sys.executable,
        "-m",
        "radicale",
        "--config",
        "",
        *(f"--{name}={each}" for name, each in options.items()),
    ]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | {"PYTHONWARNINGS": "ignore"})
    made = Account(f"http://127.0.0.1:{port}")
    try:
        wait_until(lambda: is_up(made), "Radicale answers")
        yield made
    finally:
        server.terminate()
        server.wait(30)


def is_up(account: Account) -> bool:
    try:
        account.send("OPTIONS", "/")
    except OSError:
        return False
    return True


def weekly(start: dt.datetime) -> bytes:
    return ics(
        f"UID:weekly@elsewhere.example\nDTSTART:{start:%Y%m%dT%H%M%SZ}\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\nSUMMARY:canary-title"
    ).encode()


def failure(source: CalendarSource) -> Trouble:
    with pytest.raises(ReadingFailed) as failed:
        find_collections(source)
    return failed.value.trouble


def test_an_account_with_one_calendar_is_read_at_once(cast: Cast, account: Account) -> None:
    account.add_calendar("Home", weekly(cast.at(10) - dt.timedelta(weeks=50)), feed((cast.at(14), cast.at(15))))
    account.add_calendar("Tasks", part="VTODO")
    made = actions.add_account(cast.mira, account.origin, user=USER, password=PASSWORD)
    assert (made.kind, made.name, made.active) == (PrivateCalendar.Kind.CALDAV, "Home", False)
    starts = set(made.busy.values_list("starts_at", flat=True))
    assert {cast.at(10), cast.at(14)} <= starts
    actions.use_calendar(made)
    account.send("DELETE", f"/{USER}/home/0.ics")
    assert refresh_private_calendars() == 1
    assert set(made.busy.values_list("starts_at", flat=True)) == {cast.at(14)}


def test_of_several_calendars_somebody_chooses(cast: Cast, account: Account) -> None:
    account.add_calendar("Home", feed((cast.at(10), cast.at(11))))
    account.add_calendar("Choir", feed((cast.at(12), cast.at(13))))
    account.add_calendar("Holidays", feed((cast.at(9), cast.at(17))))
    owner = Browser()
    owner.force_login(cast.owner)
    typed = {"address": account.origin, "user": USER, "password": PASSWORD, "therapist": str(cast.mira.public_id)}
    page = owner.post("/desk/private-calendars/account/", typed, follow=True).content.decode()
    assert all(name in page for name in ("Home", "Choir", "Holidays"))
    assert "canary" not in page
    waiting = PrivateCalendar.objects.get()
    names = [name for _address, name in actions.calendar_choices(waiting)]
    address = f"/desk/private-calendars/{waiting.public_id}/choose/"
    assert owner.post(address, {}).status_code == 422
    assert owner.post(address, {"chosen": "99"}).status_code == 422
    owner.post(address, {"chosen": [str(names.index("Home")), str(names.index("Choir"))]})
    assert set(PrivateCalendar.objects.values_list("name", flat=True)) == {"Home", "Choir"}
    assert {each.busy.get().starts_at for each in PrivateCalendar.objects.all()} == {cast.at(10), cast.at(12)}


def test_the_address_of_one_calendar_will_do(cast: Cast, account: Account) -> None:
    account.add_calendar("Home", feed((cast.at(10), cast.at(11))))
    account.add_calendar("Choir", feed((cast.at(12), cast.at(13))))
    (found,) = find_collections(account.source(f"/{USER}/home/"))
    reading = read_calendar(
        CalendarSource(address=found.address, user=USER, password=PASSWORD, is_caldav=True), window_around(cast.at(8))
    )
    assert reading.busy is not None
    assert [start for start, _end in reading.busy.spans] == [int(cast.at(10).timestamp())]
    again = read_calendar(account.source(f"/{USER}/home/"), window_around(cast.at(8)), reading.marks)
    assert again.busy is None


def test_a_wrong_password_is_named_and_typed_words_stay(cast: Cast, account: Account) -> None:
    assert failure(account.source(password="wrong")) == Trouble.REFUSED
    owner = Browser()
    owner.force_login(cast.owner)
    typed = {"address": account.origin, "user": USER, "password": "wrong", "therapist": str(cast.mira.public_id)}
    answer = owner.post("/desk/private-calendars/account/", typed)
    assert answer.status_code == 422
    assert USER in answer.content.decode()


def test_an_account_without_calendars_is_named(account: Account) -> None:
    assert failure(account.source()) == Trouble.NO_CALENDARS


MULTISTATUS = '<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">{}</d:multistatus>'


def test_a_password_is_not_told_to_a_site_that_a_server_names(settings: Any) -> None:
    settings.OUTBOUND_NETWORKS = ["127.0.0.0/8"]
    principal = "<d:response><d:current-user-principal><d:href>{}/me/</d:href></d:current-user-principal></d:response>"
    with running_receiver() as thief, running_receiver() as server:
        onward = thief.url("").replace("127.0.0.1", "127.0.0.2").rstrip("/")
        server.respond = status(207, MULTISTATUS.format(principal.format(onward)).encode())
        assert (
            failure(CalendarSource(address=server.url("/"), user=USER, password=PASSWORD, is_caldav=True))
            == "redirects"
        )
        assert thief.received == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://caldav.icloud.com/", "https://p34-caldav.icloud.com/1/", True),
        ("https://cloud.example/", "https://dav.cloud.example/", True),
        ("https://cloud.example/", "https://evil.example/", False),
        ("https://caldav.icloud.com/", "https://icloud.com.evil.example/", False),
        ("https://caldav.icloud.com/", "http://p34-caldav.icloud.com/", False),
    ],
)
def test_which_sites_are_one(one: str, other: str, same: bool) -> None:
    if same:
        must_be_same_site(one, other)
        return
    with pytest.raises(ReadingFailed):
        must_be_same_site(one, other)


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<?xml version="1.0"?>\n<!doctype a><a/>',
        "<!DOCTYPE a><a/>".encode("utf-16"),
        b"<a>&nbsp;</a>",
        b"no xml",
        b"",
    ],
)
def test_xml_with_a_doctype_and_what_is_no_xml_is_refused(body: bytes) -> None:
    with pytest.raises(ReadingFailed):
        safe_xml(body)
