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

from booking.appointments.book import write_booking
from booking.appointments.booking_request import BookingRequest
from booking.appointments.known_health import suitability_by_intake
from booking.appointments.locking import run_transaction
from booking.appointments.screening import SafetyAnswers, screen_order
from booking.errors import EmergencyAnswer, NotEligible, NotPossible, NotSuitable, SlotTaken, TemporarilyBusy
from booking.models import (
    MOST_IGNORED_OFFERS,
    Appointment,
    Service,
    Therapist,
    WaitlistEndReason,
    WaitlistEntry,
    WaitlistEntryQuerySet,
    WaitlistOffer,
    WaitlistState,
)
from booking.reminders.scheduling import schedule_at_once
from booking.scheduling import schedule
from booking.scheduling.availability import Unavailable
from booking.scheduling.order import Order
from booking.scheduling.schedule import Schedule
from booking.waitlist.mails import TimeOpened
from booking.waitlist.matching import OpenTime, WaitingClient, hold_until, matching_openings
from booking.waitlist.openings import open_times
from booking.waitlist.upkeep import booked_since, end_entry, set_entry_state, settle_waitlist
from clients.models import Intake
from clinic.mail import delivery_status
from clinic.models import Practice, User
from clinic.operations.worker_signals import wake_worker

logger = logging.getLogger(__name__)
# One sweep is a bounded piece of work: so many entries are looked at, and so many times tried for one of them.
MOST_ENTRIES, MOST_TRIES = 500, 3


def offer_free_times(practice: Practice, *, limit: int = 50) -> int:
    """Settle what is over, then offer free times by day, the longest waiting first; return how many."""
    now = timezone.now()
    settle_waitlist(today=practice.date_of(now))
    # An offer whose mail does not go would hold its time for nobody.
    if practice.quiet_hours.holds(now) or delivery_status.held_status() is not None:
        return 0
    entries = list(reachable_entries()[:MOST_ENTRIES])
    if not entries:
        return 0
    sweep = WaitlistSweep(practice, now, entries)
    offered = 0
    for entry in entries:
        try:
            offered += sweep.offer_to(entry)
        except TemporarilyBusy:
            # Many people are booking: the next minute's sweep comes soon enough.
            break
        except Exception:
            logger.exception("Nothing could be offered to waitlist entry %s.", entry.pk)
        if offered >= limit:
            break
    return offered


def reachable_entries() -> WaitlistEntryQuerySet:
    """Those who wait and can be reached by mail, the longest waiting first. Others are the desk's to phone."""
    waiting = WaitlistEntry.objects.with_people().filter(state=WaitlistState.WAITING, service__active=True)
    reached = waiting.filter(client__erased_at=None, client__email_error="").exclude(client__email="")
    return reached.order_by("created_at", "id")


@dataclass
class WaitlistSweep:
    """One look at everything: what is free by service, read once and kept up to date with what this sweep offers."""

    practice: Practice
    now: dt.datetime
    entries: Sequence[WaitlistEntry]
    books: dict[int, Schedule] = field(default_factory=dict)
    free: dict[int, list[OpenTime]] = field(default_factory=dict)
    not_before: dict[int, dt.datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        clients = {each.client_id for each in self.entries}
        self.told: defaultdict[int, set[dt.datetime]] = defaultdict(set)
        offers = WaitlistOffer.objects.filter(entry__client__in=clients, starts_at__gt=self.now)
        for client, start in offers.order_by().values_list("entry__client", "starts_at"):
            self.told[client].add(start)
        self.busy: defaultdict[int, list[tuple[dt.datetime, dt.datetime]]] = defaultdict(list)
        appointments = Appointment.objects.active().filter(client__in=clients, ends_at__gt=self.now)
        for client, start, ends in appointments.order_by().values_list("client", "starts_at", "ends_at"):
            self.busy[client].append((start, ends))

    def offer_to(self, entry: WaitlistEntry) -> bool:
        """Offer an entry the first time that suits and can still be had. Raises Busy."""
        self.forget_known_free(entry)
        for _try in range(MOST_TRIES):
            found = next(self.open_times_for(entry), None)
            if found is None or not entry.is_live:
                return False
            if self.try_entry(entry, *found):
                return True
        return False

    def forget_known_free(self, entry: WaitlistEntry) -> None:
        """What was free when they joined and was taken meanwhile is news once it opens again."""
        before = entry.free_already
        if not before:
            return
        openings = self.openings(entry.service)
        free = {each.start for each in openings if entry.therapist_id in (None, *each.therapists)}
        entry.free_already = [start for start in before if start in free]
        if entry.free_already != before:
            WaitlistEntry.objects.filter(pk=entry.pk, free_already=before).update(free_already=entry.free_already)

    def open_times_for(self, entry: WaitlistEntry) -> Iterator[tuple[OpenTime, dt.datetime]]:
        """The times that suit an entry as the picture is now, each with until when it would be held."""
        waiting = WaitingClient(
            suits=entry.suits,
            therapist=entry.therapist_id,
            told=frozenset([*self.told[entry.client_id], *entry.free_already]),
            busy=tuple(self.busy[entry.client_id]),
        )
        since = self.not_before.get(entry.pk)
        for opening in matching_openings(waiting, self.openings(entry.service), self.practice.zone):
            if since is not None and opening.start < since:
                continue
            until = held_until_for(entry.service, opening.start, practice=self.practice, now=self.now)
            if until is not None:
                yield opening, until

    def try_entry(self, entry: WaitlistEntry, opening: OpenTime, until: dt.datetime) -> bool:
        """Offer one time with the therapist who has the lightest day; whatever came of it, the picture is kept true."""
        day = self.practice.date_of(opening.start)
        therapist, *_others = self.books[entry.service.pk].lightest_first(opening.therapists, day)
        try:
            offer = make_offer(entry, start=opening.start, therapist=therapist, until=until, practice=self.practice)
        except NotSuitable as refusal:
            if refusal.later_from is not None and refusal.later_from > opening.start:
                # What they told passes by itself: a later time may suit.
                self.not_before[entry.pk] = refusal.later_from
                return False
            end_entry(entry, why=WaitlistEndReason.UNSUITABLE)
            entry.state = WaitlistState.ENDED
            return False
        except (EmergencyAnswer, NotEligible):
            # Newer rules of the catalogue, or what has happened since, speak against it: the desk sees why it ended.
            end_entry(entry, why=WaitlistEndReason.UNSUITABLE)
            entry.state = WaitlistState.ENDED
            return False
        except NotPossible:
            # Another sweep was faster, they left, or a newer answer speaks against it: it is there for the next.
            entry.state = WaitlistState.ENDED
            return False
        except SlotTaken as taken:
            if taken.why is Unavailable.CLIENT_BUSY:
                self.busy[entry.client_id].append((opening.start, opening.ends))
            else:
                # Others book meanwhile: beside what they took, an old picture shows times that waste half an hour.
                self.free.clear()
                self.openings(entry.service)
                self.forget(therapist.pk, opening.start, opening.ends, only=entry.service_id)
            return False
        held = offer.appointment
        self.forget(therapist.pk, held.blocked_from, held.blocked_until)
        self.busy[entry.client_id].append((held.starts_at, held.ends_at))
        return True

    def openings(self, service: Service) -> list[OpenTime]:
        """The free times of a service in the window that anyone who waits for it cares about; read once."""
        if service.pk not in self.free:
            self.free[service.pk] = self.read(service)
        return self.free[service.pk]

    def read(self, service: Service) -> list[OpenTime]:
        """One look at the diary."""
        asking = [each for each in self.entries if each.service_id == service.pk]
        today = self.practice.date_of(self.now)
        first = max(today, min(each.first_date for each in asking))
        last = min(today + service.horizon_in(self.practice), max(each.last_date for each in asking))
        if last < first:
            return []
        book = schedule.read_schedule(Order.of(service), first=first, last=last, now=self.now)
        self.books[service.pk] = book
        return open_times(book, first, last)

    def forget(self, therapist: int, start: dt.datetime, ends: dt.datetime, *, only: int | None = None) -> None:
        """Take a therapist's times between two instants out of the picture, of all services or of one."""
        for service, openings in self.free.items():
            if only in (None, service):
                left = (each.without(therapist) if each.overlaps(start, ends) else each for each in openings)
                self.free[service] = [each for each in left if each.therapists]


def held_until_for(service: Service, start: dt.datetime, *, practice: Practice, now: dt.datetime) -> dt.datetime | None:
    """Until when this practice holds a time of a service that is offered now, or None where it should not be."""
    return hold_until(
        now,
        start,
        hold=dt.timedelta(minutes=practice.waitlist_hold_minutes),
        notice=service.notice_in(practice),
        quiet=practice.quiet_hours,
    )


def offer_time(
    entry: WaitlistEntry, *, start: dt.datetime, therapist: Therapist, by: User, practice: Practice
) -> WaitlistOffer:
    """The desk offers a freed time to anyone who waits. Raises NotPossible and what `make_offer` raises."""
    now = timezone.now()
    until = held_until_for(entry.service, start, practice=practice, now=now)
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

    Judged anew by the answers given when joining, and by the newest health form: nothing is offered beside a stop, nor
    what it rules out. Raises Emergency, NotSuitable, NotForYou, SlotTaken, NotPossible, Busy.
    """
    screened = screen_order(Order.of(entry.service), screening_answers_of(entry), start=start, practice=practice)
    request = held_request(entry, start, therapist, practice=practice, by=by)
    latest = Intake.objects.latest_of(entry.client)
    if latest is not None and suitability_by_intake(latest, request.order, start, practice).speaks_against:
        raise NotPossible(_("A newer answer of theirs speaks against it. Please speak with them first."))

    def work() -> WaitlistOffer:
        held = write_booking(request, therapist, screened)
        waiting = lock_waiting_entry(entry)
        offer = WaitlistOffer.objects.create(
            entry=waiting,
            appointment=held,
            starts_at=start,
            held_until=until,
            made_by=by,
            last=waiting.ignored() == MOST_IGNORED_OFFERS - 1,
        )
        set_entry_state(waiting, WaitlistState.OFFERED)
        schedule_at_once(held, TimeOpened.code, not_after=until, now=timezone.now())
        transaction.on_commit(wake_worker)
        return offer

    return run_transaction(work, therapists=[therapist.pk])


def lock_waiting_entry(entry: WaitlistEntry) -> WaitlistEntry:
    """The entry, locked, if it still waits; the client's row is locked, so nothing else books. Raises NotPossible."""
    row = WaitlistEntry.objects.select_for_update(no_key=True).get(pk=entry.pk)
    done = WaitlistEntry.objects.filter(pk=row.pk).filter(booked_since(row.client_id, row.service_id, row.created_at))
    if row.state != WaitlistState.WAITING or done.exists():
        raise NotPossible(_("They do not wait for a time any more."))
    return row


def screening_answers_of(entry: WaitlistEntry) -> SafetyAnswers:
    """The answers to the safety question, as given when joining; those of an erased file are gone."""
    if entry.screening is None:
        raise NotPossible(_("They do not wait for a time any more."))
    return SafetyAnswers.on_file(entry.screening)


def held_request(
    entry: WaitlistEntry, start: dt.datetime, therapist: Therapist, *, practice: Practice, by: User | None = None
) -> BookingRequest:
    """What an entry asks for at one time, to be held until it is answered."""
    return BookingRequest(
        order=Order.of(entry.service),
        start=start,
        therapist=therapist,
        client=entry.client,
        answers=screening_answers_of(entry),
        policy_accepted=False,
        via=Appointment.Via.WAITLIST,
        by=by,
        practice=practice,
        held=True,
    )
