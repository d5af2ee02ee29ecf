"""Offering what opened: the first who waits for it gets it held, in one transaction with the mail that says so.

The sweep looks at the diary, not at what freed a time: once per service and window, whatever the number of entries.
"""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking import availability, diary
from booking.actions.booking import Wish
from booking.actions.booking import write as write_visit
from booking.actions.locking import safely
from booking.actions.screening import screen
from booking.actions.waitlist.settling import Outcome, booked_since, end_wait, move_to, settle_waiting
from booking.actions.wishes import Answers
from booking.diary import Diary
from booking.errors import Busy, Emergency, NotForYou, NotPossible, NotSuitable, SlotTaken
from booking.models import Appointment, Service, Therapist, WaitlistEntry, WaitlistOffer
from booking.models.waitlist import MOST_IGNORED, WaitEnd, WaitlistEntryQuerySet, WaitState
from booking.reminders.kinds.waitlist import WAITLIST
from booking.reminders.scheduling import schedule_at_once
from booking.waiting import Opening, Waiting, fitting, hold_until
from clients.catalogue import current
from clinic.mail import channel
from clinic.models import Practice, User
from clinic.worker_signals import wake_worker

logger = logging.getLogger(__name__)
# One sweep is a bounded piece of work: so many entries are looked at, and so many times tried for one of them.
MOST_ENTRIES, MOST_TRIES = 500, 3


def offer_waiting(*, limit: int = 50) -> int:
    """Settle what is over, then offer free times to those who wait, the longest first; return how many were offered.

    Any number of these run side by side: locks and constraints let each time be offered once. At night nobody is asked.
    """
    settle_waiting()
    practice, now = Practice.current(), timezone.now()
    # An offer whose mail does not go would hold its time for nobody.
    if practice.quiet_hours.holds(now) or channel.held() is not None:
        return 0
    entries = list(can_be_asked()[:MOST_ENTRIES])
    if not entries:
        return 0
    sweep = Sweep(practice, now, entries)
    offered = 0
    for entry in entries:
        try:
            offered += sweep.offer_to(entry)
        except Busy:
            # Many people are booking: the next minute's sweep comes soon enough.
            break
        except Exception:
            logger.exception("Nothing could be offered to waitlist entry %s.", entry.pk)
        if offered >= limit:
            break
    return offered


def can_be_asked() -> WaitlistEntryQuerySet:
    """Those who wait and can be reached by mail, the longest waiting first. Others are the desk's to phone."""
    waiting = WaitlistEntry.objects.with_people().filter(state=WaitState.WAITING, service__active=True)
    reached = waiting.filter(client__erased_at=None, client__email_trouble="").exclude(client__email="")
    return reached.order_by("created_at", "id")


@dataclass
class Sweep:
    """One look at everything: what is free by service, read once and kept up to date with what this sweep offers."""

    practice: Practice
    now: dt.datetime
    entries: Sequence[WaitlistEntry]
    books: dict[int, Diary] = field(default_factory=dict)
    free: dict[int, list[Opening]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        clients = {each.client_id for each in self.entries}
        self.told: defaultdict[int, set[dt.datetime]] = defaultdict(set)
        offers = WaitlistOffer.objects.filter(entry__client__in=clients, starts_at__gt=self.now)
        for client, start in offers.order_by().values_list("entry__client", "starts_at"):
            self.told[client].add(start)
        self.busy: defaultdict[int, list[tuple[dt.datetime, dt.datetime]]] = defaultdict(list)
        visits = Appointment.objects.active().filter(client__in=clients, ends_at__gt=self.now)
        for client, start, ends in visits.order_by().values_list("client", "starts_at", "ends_at"):
            self.busy[client].append((start, ends))

    def offer_to(self, entry: WaitlistEntry) -> bool:
        """Offer an entry the first time that suits and can still be had. Raises Busy."""
        for _try in range(MOST_TRIES):
            found = next(self.chances(entry), None)
            if found is None or not entry.is_live:
                return False
            if self.try_one(entry, *found):
                return True
        return False

    def chances(self, entry: WaitlistEntry) -> Iterator[tuple[Opening, dt.datetime]]:
        """The times that suit an entry as the picture is now, each with until when it would be held."""
        waiting = Waiting(
            suits=entry.suits,
            therapist=entry.therapist_id,
            told=frozenset(self.told[entry.client_id]),
            busy=tuple(self.busy[entry.client_id]),
        )
        for opening in fitting(waiting, self.openings(entry.service), self.practice.zone):
            until = until_when(entry.service, opening.start, practice=self.practice, now=self.now)
            if until is not None:
                yield opening, until

    def try_one(self, entry: WaitlistEntry, opening: Opening, until: dt.datetime) -> bool:
        """Offer one time with the therapist who has the lightest day; whatever came of it, the picture is kept true."""
        therapist = self.lightest(entry.service, opening)
        try:
            offer = make_offer(entry, start=opening.start, therapist=therapist, until=until, practice=self.practice)
        except (Emergency, NotSuitable, NotForYou):
            # Newer rules of the catalogue, or what has happened since, speak against it: the desk sees why it ended.
            end_wait(entry, why=WaitEnd.UNSUITABLE)
            entry.state = WaitState.ENDED
            return False
        except NotPossible:
            # Another sweep was faster, or they left: the time is still there for the next.
            entry.state = WaitState.ENDED
            return False
        except SlotTaken as taken:
            if taken.why == "client-busy":
                self.busy[entry.client_id].append((opening.start, opening.ends))
            else:
                self.forget(therapist.pk, opening.start, opening.ends, only=entry.service_id)
            return False
        held = offer.appointment
        self.forget(therapist.pk, held.blocked_from, held.blocked_until)
        self.busy[entry.client_id].append((held.starts_at, held.ends_at))
        return True

    def openings(self, service: Service) -> list[Opening]:
        """The free times of a service in the window that anyone who waits for it cares about; read once."""
        if service.pk not in self.free:
            self.free[service.pk] = self.read(service)
        return self.free[service.pk]

    def read(self, service: Service) -> list[Opening]:
        """One look at the diary."""
        asking = [each for each in self.entries if each.service_id == service.pk]
        today = self.now.astimezone(self.practice.zone).date()
        horizon = self.practice.horizon_days if service.horizon_days is None else service.horizon_days
        first = max(today, min(each.first_date for each in asking))
        last = min(today + dt.timedelta(days=horizon), max(each.last_date for each in asking))
        if last < first:
            return []
        book = diary.read(service, first=first, last=last, now=self.now)
        self.books[service.pk] = book
        long = dt.timedelta(minutes=book.rules.minutes)
        starts = ((availability.as_datetime(each.start), each.therapists) for each in book.offers(first, last))
        return [Opening(start, start + long, tuple(int(key) for key in keys)) for start, keys in starts]

    def lightest(self, service: Service, opening: Opening) -> Therapist:
        """Of those who have the time, the one with the fewest minutes that day."""
        book = self.books[service.pk]
        day = opening.start.astimezone(self.practice.zone).date()
        load = {each.key: each.load_on(day).minutes for each in book.diaries}
        return book.therapists[min(opening.therapists, key=load.__getitem__)]

    def forget(self, therapist: int, start: dt.datetime, ends: dt.datetime, *, only: int | None = None) -> None:
        """Take a therapist's times between two instants out of the picture, of all services or of one."""
        for service, openings in self.free.items():
            if only in (None, service):
                left = (each.without(therapist) if each.overlaps(start, ends) else each for each in openings)
                self.free[service] = [each for each in left if each.therapists]


def until_when(service: Service, start: dt.datetime, *, practice: Practice, now: dt.datetime) -> dt.datetime | None:
    """Until when this practice holds a time of a service that is offered now, or None where it should not be."""
    notice = practice.notice_minutes if service.notice_minutes is None else service.notice_minutes
    return hold_until(
        now,
        start,
        hold=dt.timedelta(minutes=practice.waitlist_hold_minutes),
        notice=dt.timedelta(minutes=notice),
        quiet=practice.quiet_hours,
    )


def offer_time(entry: WaitlistEntry, *, start: dt.datetime, therapist: Therapist, by: User) -> WaitlistOffer:
    """The desk offers a freed time to one who waits, whether or not they are next.

    Raises NotPossible (no time left to answer, at night, not waiting) and what `make_offer` raises.
    """
    practice, now = Practice.current(), timezone.now()
    until = until_when(entry.service, start, practice=practice, now=now)
    if until is None and practice.quiet_hours.holds(now):
        raise NotPossible(_("Nobody is written to at this hour. Offer it in the morning, or call."))
    if until is None:
        raise NotPossible(_("That time is too near to hold it for an answer by mail. Please call."))
    return make_offer(entry, start=start, therapist=therapist, until=until, practice=practice, by=by)


def make_offer(
    entry: WaitlistEntry,
    *,
    start: dt.datetime,
    therapist: Therapist,
    until: dt.datetime,
    practice: Practice,
    by: User | None = None,
) -> WaitlistOffer:
    """Hold a time for an entry and owe the mail that says so, all or nothing, through the path of every booking.

    Judged anew by the answers given when joining. Raises Emergency, NotSuitable, NotForYou, SlotTaken, NotPossible,
    Busy.
    """
    screened = screen(entry.service, answers_of(entry), start=start, practice=practice)
    wish = wish_of(entry, start, therapist, practice=practice, by=by)

    def work() -> WaitlistOffer:
        held = write_visit(wish, therapist, screened)
        waiting = must_wait(entry)
        offer = WaitlistOffer.objects.create(
            entry=waiting,
            appointment=held,
            starts_at=start,
            held_until=until,
            made_by=by,
            last=waiting.ignored() == MOST_IGNORED - 1,
        )
        move_to(waiting, WaitState.OFFERED)
        schedule_at_once(held, WAITLIST, not_after=until, now=timezone.now())
        transaction.on_commit(wake_worker)
        return offer

    return safely(work)


def must_wait(entry: WaitlistEntry) -> WaitlistEntry:
    """The entry, locked, if it still waits; the client's row is locked, so nothing else books. Raises NotPossible."""
    row = WaitlistEntry.objects.select_for_update(no_key=True).get(pk=entry.pk)
    done = WaitlistEntry.objects.filter(pk=row.pk).filter(booked_since(row.client_id, row.service_id, row.created_at))
    if row.state != WaitState.WAITING or done.exists():
        raise NotPossible(_("They do not wait for a time any more."))
    return row


def answers_of(entry: WaitlistEntry) -> Answers:
    """The answers to the safety question, as given when joining; those of an erased file are gone.

    Words that the catalogue has lost since are passed over, never an error: it would name them to whoever reads.
    """
    given = entry.screening
    if given is None:
        raise NotPossible(_("They do not wait for a time any more."))
    index = current().index
    return Answers(
        conditions=frozenset(given.conditions) & frozenset(index.conditions),
        red_flags=frozenset(given.red_flags) & frozenset(index.red_flags),
        told_at=given.given_at,
    )


def wish_of(
    entry: WaitlistEntry, start: dt.datetime, therapist: Therapist, *, practice: Practice, by: User | None = None
) -> Wish:
    """An entry's wish for one time, to be held until it is answered."""
    return Wish(
        service=entry.service,
        start=start,
        therapist=therapist,
        client=entry.client,
        answers=answers_of(entry),
        via=Appointment.Via.WAITLIST,
        by=by,
        key=None,
        note="",
        override=None,
        practice=practice,
        held=True,
    )


__all__ = ["Outcome", "answers_of", "make_offer", "offer_time", "offer_waiting", "wish_of"]
