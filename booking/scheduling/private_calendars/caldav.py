"""Calendars on a server that asks for a name and a password (CalDAV, RFC 4791): which there are, and their events."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

from booking.scheduling.private_calendars.fetching import CalendarSource, ask_calendar_server
from booking.scheduling.private_calendars.reading.outcome import ReadingFailed, Trouble
from clinic.outbound import Answer

DAV, CAL = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
NAMESPACES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"'
MOST_COLLECTIONS = 50
XML, XML_TYPE = '<?xml version="1.0" encoding="utf-8"?>', "application/xml; charset=utf-8"
WELL_KNOWN = "/.well-known/caldav"
PROPERTIES = (
    "<d:resourcetype/><d:displayname/><d:current-user-principal/><c:calendar-home-set/>"
    "<c:supported-calendar-component-set/>"
)


@dataclass(frozen=True, kw_only=True)
class Collection:
    """One calendar of an account."""

    address: str = field(repr=False)
    name: str


def safe_xml(body: bytes) -> ET.Element:
    """The root of an answer. Raises ReadingFailed for no XML, and for a DOCTYPE, with which entities would begin.

    Only UTF-8 is read, in which a DOCTYPE cannot hide.
    """
    try:
        text = body.decode("utf-8-sig")
        if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
            raise ReadingFailed(Trouble.ANSWER)
        return ET.fromstring(text)  # noqa: S314 - without a DOCTYPE there are no entities
    except (UnicodeDecodeError, ET.ParseError, ValueError) as error:
        raise ReadingFailed(Trouble.ANSWER) from error


def properties_of(source: CalendarSource, address: str, *, depth: int) -> tuple[Answer, ET.Element]:
    """What a server says of an address, and with `depth` 1 of what lies in it. Raises ReadingFailed.

    The password goes with it, so an address that the server names must be of the same site.
    """
    must_be_same_site(source.address, address)
    body = f"{XML}<d:propfind {NAMESPACES}><d:prop>{PROPERTIES}</d:prop></d:propfind>"
    headers = {**source.authorization, "Depth": str(depth), "Content-Type": XML_TYPE}
    answer = ask_calendar_server(address, method="PROPFIND", headers=headers, body=body)
    return answer, safe_xml(answer.body)


def find_collections(source: CalendarSource) -> list[Collection]:
    """The calendars with events of an account: at the address itself, else by RFC 6764. Raises ReadingFailed."""
    for address in dict.fromkeys([source.address, urljoin(source.address, WELL_KNOWN)]):
        try:
            answer, root = properties_of(source, address, depth=0)
        except ReadingFailed as failed:
            if failed.trouble in {Trouble.GONE, Trouble.ANSWER}:
                continue
            raise
        if itself := [*collections_in(root, answer.url)]:
            return itself
        for home in homes_of(source, answer, root):
            within, listed = properties_of(source, home, depth=1)
            if found := [*collections_in(listed, within.url)]:
                return found[:MOST_COLLECTIONS]
    raise ReadingFailed(Trouble.NO_CALENDARS)


def homes_of(source: CalendarSource, answer: Answer, root: ET.Element) -> Iterator[str]:
    """Where an account keeps its calendars, asked of its principal where the first answer does not say it."""
    homes = [*hrefs(root, f"{CAL}calendar-home-set", answer.url)]
    for principal in () if homes else hrefs(root, f"{DAV}current-user-principal", answer.url):
        found, said = properties_of(source, principal, depth=0)
        homes += hrefs(said, f"{CAL}calendar-home-set", found.url)
    yield from homes


def must_be_same_site(one: str, other: str) -> None:
    """Refuse to send the password for one address to a site that its owner did not name. Raises ReadingFailed.

    The same host, or one below the same name: `caldav.icloud.com` sends its users on to `p34-caldav.icloud.com`.
    """
    first, second = urlsplit(one), urlsplit(other)
    host, onward = first.hostname or "", second.hostname or ""
    parent = host.partition(".")[2]
    is_below = onward.endswith(f".{host}") or ("." in parent and onward.endswith(f".{parent}"))
    if not (onward == host or is_below) or (first.scheme == "https" and second.scheme != "https"):
        raise ReadingFailed(Trouble.REDIRECTS)


def hrefs(root: ET.Element, name: str, base: str) -> Iterator[str]:
    """The addresses in a property, whole."""
    for prop in root.iter(name):
        for href in prop.iter(f"{DAV}href"):
            if href.text and href.text.strip():
                yield whole(base, href.text.strip())


def whole(base: str, href: str) -> str:
    """An address as a server writes it, put together. Raises ReadingFailed for one that is none."""
    try:
        return urljoin(base, href)
    except ValueError as error:
        raise ReadingFailed(Trouble.ANSWER) from error


def collections_in(root: ET.Element, base: str) -> Iterator[Collection]:
    """The calendars among what a server lists, those for tasks alone left out."""
    for response in root.iter(f"{DAV}response"):
        href = response.findtext(f"{DAV}href", "").strip()
        if response.find(f".//{DAV}resourcetype/{CAL}calendar") is None or not href:
            continue
        parts = {each.get("name", "").upper() for each in response.iter(f"{CAL}comp")}
        if parts and "VEVENT" not in parts:
            continue
        address = whole(base, href)
        name = " ".join(response.findtext(f".//{DAV}displayname", "").split())
        yield Collection(address=address, name=(name or urlsplit(address).path.strip("/").rpartition("/")[2])[:80])


def fetch_events(source: CalendarSource, since: dt.datetime, until: dt.datetime) -> str:
    """The text of every event of a collection that touches the time between two moments. Raises ReadingFailed.

    The server filters; recurrences are worked out here, because servers differ in that.
    """
    begin, end = (f"{each.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}" for each in (since, until))
    body = (
        f"{XML}<c:calendar-query {NAMESPACES}><d:prop><c:calendar-data/></d:prop>"
        f'<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">'
        f'<c:time-range start="{begin}" end="{end}"/></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>'
    )
    headers = {**source.authorization, "Depth": "1", "Content-Type": XML_TYPE}
    answer = ask_calendar_server(source.address, method="REPORT", headers=headers, body=body)
    texts = (each.text or "" for each in safe_xml(answer.body).iter(f"{CAL}calendar-data"))
    return "\r\n".join(text.strip() for text in texts if text.strip())
