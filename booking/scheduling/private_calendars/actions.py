"""Adding a private calendar, taking it into use, and taking it away. What is added blocks nothing until it is used."""

from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import idna
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from booking.models import PrivateCalendar, Therapist
from booking.scheduling.private_calendars.caldav import find_collections
from booking.scheduling.private_calendars.fetching import CalendarSource
from booking.scheduling.private_calendars.reader import read_calendar
from booking.scheduling.private_calendars.reading.outcome import ReadingFailed, Trouble
from booking.scheduling.private_calendars.refresh import Reading, keep_reading, source_of, window_around
from clinic.operations.worker_signals import wake_worker
from clinic.outbound import OutboundError, must_be_target
from clinic.records.sealed import SealedUnreadable

MOST_CALENDARS = 10
LONGEST_NAME = 80


class TooManyCalendars(Exception):  # noqa: N818 - it is an answer, not a fault
    """A therapist has as many private calendars as anybody may have."""


def plain_address(text: str) -> str:
    """An address as it was pasted, as it is asked for. Raises ReadingFailed for none, and for one of this site."""
    try:
        parts = urlsplit(text.strip())
        scheme = "https" if parts.scheme in {"webcal", "webcals"} else parts.scheme
        host = parts.hostname or ""
        netloc = parts.netloc
        if not host.isascii():
            netloc = netloc.replace(parts.netloc.rpartition("@")[2], idna.encode(host, uts46=True).decode())
            netloc += f":{parts.port}" if parts.port else ""
        target = must_be_target(urlunsplit((scheme, netloc, parts.path, parts.query, "")))
    except (ValueError, OutboundError) as error:
        raise ReadingFailed(Trouble.ADDRESS) from error
    own = must_be_target(settings.SITE_URL)
    if (target.host, target.port) == (own.host, own.port):
        raise ReadingFailed(Trouble.OURS)
    return target.url


def add_feed(therapist: Therapist, address: str) -> PrivateCalendar:
    """Read the calendar at an address and keep it, not in use yet. Raises ReadingFailed, TooManyCalendars.

    One that is there already is read anew, and stays as it is.
    """
    source = CalendarSource(address=plain_address(address))
    return read_and_keep(therapist, source, urlsplit(source.address).hostname or "")


def add_account(therapist: Therapist, address: str, *, user: str, password: str) -> PrivateCalendar:
    """Look for the calendars of an account (CalDAV). One alone is read; of several somebody chooses.

    Raises ReadingFailed, TooManyCalendars.
    """
    source = CalendarSource(address=plain_address(address), user=user, password=password, is_caldav=True)
    found = find_collections(source)
    if len(found) == 1:
        return read_and_keep(therapist, replace(source, address=found[0].address), found[0].name)
    must_have_room_for_calendar(therapist)
    made = PrivateCalendar(therapist=therapist, kind=PrivateCalendar.Kind.CALDAV, active=False)
    made.name = (urlsplit(source.address).hostname or "")[:LONGEST_NAME]
    choices = [(each.address, each.name) for each in found]
    made.keep_source(address="", user=user, password=password, choices=choices)
    made.save()
    return made


def calendar_choices(calendar: PrivateCalendar) -> list[tuple[str, str]]:
    """The addresses and names among which is to be chosen; none where that is done, or cannot be read."""
    if calendar.tried_at:
        return []
    try:
        return [(address, name) for address, name in calendar.source_parts()["choices"]]
    except SealedUnreadable:
        return []


def choose_collections(calendar: PrivateCalendar, chosen: list[int]) -> list[PrivateCalendar]:
    """Read the calendars of an account that were chosen, by their place in the list; the list itself goes.

    Raises ReadingFailed, TooManyCalendars.
    """
    parts, choices = calendar.source_parts(), calendar_choices(calendar)
    made = []
    for address, name in (choices[place] for place in chosen if 0 <= place < len(choices)):
        source = CalendarSource(address=address, user=parts["user"], password=parts["password"], is_caldav=True)
        made.append(read_and_keep(calendar.therapist, source, name, beside=calendar))
    if made:
        calendar.delete()
    return made


def read_and_keep(
    therapist: Therapist, source: CalendarSource, name: str, *, beside: PrivateCalendar | None = None
) -> PrivateCalendar:
    """Read a calendar, and keep it with its busy times. `beside` is a row that will go."""
    known = same_source(therapist, source)
    if known is None:
        must_have_room_for_calendar(therapist, but=beside)
    window = window_around(timezone.now())
    found = read_calendar(source, window)
    calendar = known or PrivateCalendar(therapist=therapist, active=False, name=name[:LONGEST_NAME])
    if known is None:
        calendar.kind = PrivateCalendar.Kind.CALDAV if source.is_caldav else PrivateCalendar.Kind.FEED
    with transaction.atomic():
        calendar.keep_source(address=source.address, user=source.user, password=source.password)
        calendar.edition += known is not None
        calendar.save()
        keep_reading(Reading(calendar, found=found))
    calendar.refresh_from_db()
    return calendar


def same_source(therapist: Therapist, source: CalendarSource) -> PrivateCalendar | None:
    """The calendar of a therapist that has this address and user already."""
    for each in therapist.private_calendars.all():
        try:
            known = source_of(each)
        except ReadingFailed:
            continue
        if (known.address, known.user) == (source.address, source.user):
            return each
    return None


def must_have_room_for_calendar(therapist: Therapist, *, but: PrivateCalendar | None = None) -> None:
    """Raise TooManyCalendars where a therapist has as many as anybody may."""
    if therapist.private_calendars.exclude(pk__in=[but.pk] if but else []).count() >= MOST_CALENDARS:
        raise TooManyCalendars


def use_calendar(calendar: PrivateCalendar) -> None:
    """Let a calendar block times from now on. It is read anew at once, as it may have been paused for long."""
    PrivateCalendar.objects.filter(pk=calendar.pk).update(active=True, next_due_at=timezone.now())
    wake_worker("booking.tasks.read_private_calendars")


def pause_calendar(calendar: PrivateCalendar) -> None:
    """Let a calendar block nothing, and leave it unread; those on the waitlist are asked at once."""
    PrivateCalendar.objects.filter(pk=calendar.pk).update(active=False)
    wake_worker()


def remove_calendar(calendar: PrivateCalendar) -> None:
    """Forget a calendar, its address and its busy times; those on the waitlist are asked at once."""
    calendar.delete()
    wake_worker()
