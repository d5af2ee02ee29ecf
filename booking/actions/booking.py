"""Booking: one transaction from lock to reminders; the same request twice is one appointment (I1, I3, I4, I7)."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking import diary
from booking.actions.adding import as_added, must_be_offered, must_be_on_offer
from booking.actions.history import line
from booking.actions.locking import lock_therapists, safely
from booking.actions.placing import find_place, hold_client, refusal
from booking.actions.screening import judge_all, screen
from booking.actions.welcome import let_in, must_have_signed_in
from booking.actions.wishes import Answers, Override, Person
from booking.availability import OVERRIDABLE
from booking.availability import Reason as Why
from booking.errors import KeyReused, SlotTaken
from booking.models import AddOn, Appointment, AppointmentChange, Reminder, Service, Therapist
from booking.models.appointment import Status, stamped
from booking.order import Order, order_of
from booking.reminders.scheduling import any_now, reminders_of_booking
from booking.terms import Terms, must_be_as_shown, terms_of
from clients.actions import Screened, find_or_add_client, screening_of
from clients.care.items import Level
from clients.care.levels import Triage
from clients.models import Client, Intake, IntakeRequest
from clinic.errors import Refusal
from clinic.kept import Hole, Kept
from clinic.models import Practice, User
from clinic.rows import insert_together
from clinic.worker_signals import wake_worker

# Health answers are asked anew after this long (clinical.md section 9: re-sign yearly).
INTAKE_LASTS = dt.timedelta(days=365)

HASH_UNDER_KEY = Kept(
    lambda: Appointment.objects.filter(idempotency_key=Hole("key")).order_by().values_list("request_hash", flat=True)
)
VISIT_THEN = Kept(
    lambda: (
        Appointment.objects.blocking("therapist_id", Hole("key"), Hole("start"), Hole("end"))
        .order_by()
        .values_list("idempotency_key", flat=True)
    )
)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One request to book, whole."""

    service: Service
    start: dt.datetime
    therapist: Therapist | None
    client: Person | Client
    answers: Answers
    via: str
    by: User | None
    key: str | None
    note: str
    override: Override | None
    practice: Practice
    add_ons: tuple[AddOn, ...] = ()
    shown: Terms | None = None
    """What whoever books was shown; None: nothing that could have changed meanwhile."""
    is_stranger: bool = False
    """Whether whoever books has not proved to read the client's mailbox, and is not of the team."""
    network: str = ""
    """A mark of the network of whoever books online."""
    held: bool = False
    """Whether the time is only held, for someone on the waitlist who has not answered yet."""

    @cached_property
    def order(self) -> Order:
        """The service with its add-ons: length, price and needs of all together."""
        return order_of(self.service, self.add_ons)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of what was asked, to tell a repeated request from another one under the same key."""
        who = str(self.client.public_id) if isinstance(self.client, Client) else asdict(self.client)
        asked = {
            "service": self.service.slug,
            "add_ons": sorted(each.slug for each in self.add_ons),
            "start": self.start.astimezone(dt.UTC).isoformat(),
            "therapist": str(self.therapist.public_id) if self.therapist else None,
            "client": who,
            "conditions": sorted(self.answers.conditions),
            "red_flags": sorted(self.answers.red_flags),
            "note": self.note,
        }
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def book(
    *,
    service: Service,
    add_ons: Sequence[AddOn] = (),
    start: dt.datetime,
    therapist: Therapist | None = None,
    client: Person | Client,
    answers: Answers,
    policy_accepted: bool,
    via: str,
    by: User | None = None,
    key: str | None = None,
    note: str = "",
    override: Override | None = None,
    shown: Terms | None = None,
    is_stranger: bool = False,
    network: str = "",
) -> Appointment:
    """Book `service` with `add_ons` at `start` (aware) with `therapist`, or with whoever has the lightest day.

    `key` makes the request repeatable: the same key and content give the same appointment. `override` is the desk's.
    `shown` is what the person saw before they said yes: nothing is booked at a higher price or another length.
    `is_stranger`: whoever books has not proved to be the client, and learns nothing of the client's file.
    Raises Refusal (policy not accepted), KeyReused, NotOnOffer, NotAdded, Emergency, NotSuitable, NotForYou,
    TermsChanged, NotOffered, SlotTaken with alternatives, Busy. Nothing is written unless everything is.
    """
    must_accept(policy_accepted)
    wish = Wish(
        service=service,
        add_ons=tuple(add_ons),
        start=start,
        therapist=therapist,
        client=client,
        answers=answers,
        via=via,
        by=by,
        key=key,
        note=note,
        override=override,
        shown=shown,
        is_stranger=is_stranger,
        network=network,
        practice=Practice.current(),
    )
    return booked_before(wish) or book_once(wish)


def must_accept(policy_accepted: bool) -> None:
    """Refuse a booking without a yes to the policy. Raises Refusal."""
    if not policy_accepted:
        raise Refusal(_("Please accept the booking policy."), code="policy", field="policy_accepted")


def book_once(wish: Wish) -> Appointment:
    """Screen and book what was not booked before; where a twin of this request is faster, theirs is the answer."""
    must_be_on_offer(wish.service)
    must_have_signed_in(wish.service, is_stranger=wish.is_stranger)
    must_be_offered(wish.service, wish.add_ons)
    screened = screen(wish.order, wish.answers, start=wish.start, therapist=wish.therapist, practice=wish.practice)
    must_be_as_shown(wish.shown, terms_of(wish.order, wish.practice))
    if wish.therapist is not None:
        must_not_be_late(wish.therapist, wish)
    try:
        return book_with_someone(wish, screened)
    except (SlotTaken, IntegrityError) as error:
        # A double click, or a request sent again: its appointment is the answer, not a refusal.
        if earlier := booked_before(wish):
            return earlier
        if isinstance(error, IntegrityError):
            raise
        if wish.is_stranger and error.why == Why.CLIENT_BUSY:
            raise as_if_taken(wish) from error
        add_alternatives(error, wish)
        raise


def as_if_taken(wish: Wish) -> SlotTaken:
    """What a stranger hears where the client is busy then: as of any time that somebody else has (I8)."""
    error = refusal(Why.THERAPIST_BUSY, wish.therapist)
    add_alternatives(error, wish)
    error.alternatives = tuple(each for each in error.alternatives if each.start != wish.start)
    return error


def add_alternatives(error: SlotTaken, wish: Wish) -> None:
    """Give a refusal, where it has none, the times that are free instead."""
    if not error.alternatives:
        # Who has another appointment then is not helped by a colleague at the same time.
        with_colleagues = error.why != str(Why.CLIENT_BUSY)
        free = diary.alternatives(wish.order, wish.start, therapist=wish.therapist, with_colleagues=with_colleagues)
        error.alternatives = tuple(free)


def booked_before(wish: Wish) -> Appointment | None:
    """The appointment that this very request made before. Raises KeyReused for other content under its key."""
    if not wish.key:
        return None
    asked = HASH_UNDER_KEY.first(key=wish.key)
    if asked is None:
        return None
    if asked != wish.fingerprint:
        raise KeyReused(_("This form was already sent with other answers. Please start again."))
    return Appointment.objects.filter(idempotency_key=wish.key).with_people().get()


def book_with_someone(wish: Wish, screened: Screened) -> Appointment:
    """Try the therapists who may have the time, the lightest day first, until one is booked. Raises SlotTaken."""
    refused: SlotTaken | None = None
    for therapist in candidates(wish):
        try:
            return safely(lambda chosen=therapist: write(wish, chosen, screened))  # type: ignore[misc]
        except SlotTaken as error:
            if error.why == "client-busy":
                raise
            refused = error
    raise refused or refusal(Why.THERAPIST_BUSY, wish.therapist)


def candidates(wish: Wish) -> list[Therapist]:
    """Who may be asked: the one named, or all with that time free, the lightest day first.

    Raises SlotTaken or NotOffered where nobody has it, with the reason that comes nearest to a yes; a Refusal where a
    rule would have to be set aside and nobody is named for whom.
    """
    if wish.therapist is not None:
        return [wish.therapist]
    day = wish.start.astimezone(wish.practice.zone).date()
    book = diary.read(wish.order, first=day, last=day)
    verdicts = {key: book.check(each, wish.start) for key, each in book.therapists.items()}
    free = [key for key, verdict in verdicts.items() if verdict.free]
    if free:
        load = {each.key: each.load_on(day).minutes for each in book.diaries}
        return [book.therapists[key] for key in sorted(free, key=load.__getitem__)]
    if wish.override is not None:
        said = _("A rule is set aside for one person: please choose the therapist.")
        raise Refusal(said, code="invalid", field="therapist")
    order = list(Why)
    reasons = [verdict.reason for verdict in verdicts.values() if verdict.reason is not None]
    # "Taken" is nearer to a yes than "not open": it tells the person that the time existed.
    raise refusal(max(reasons, key=order.index) if reasons else Why.HOURS)


def must_not_be_late(therapist: Therapist, wish: Wish) -> None:
    """Look without a lock. Raises SlotTaken or NotOffered, with times that are free instead.

    Most who come too late learn it here, from one look, and need not queue for the therapist's row to hear it. Who has
    the time by a twin of this very request does not.
    """
    start = wish.start - dt.timedelta(minutes=wish.service.buffer_before)
    end = wish.start + dt.timedelta(minutes=wish.order.minutes + wish.service.buffer_after)
    taken_by = VISIT_THEN(key=therapist.pk, start=start, end=end)
    if not taken_by or (wish.key and wish.key in taken_by):
        return
    day = wish.start.astimezone(wish.practice.zone).date()
    book = diary.read(wish.order, first=day, last=day)
    verdict = book.check(therapist, wish.start, ignoring=OVERRIDABLE if wish.override else ())
    if verdict.reason is None:
        return
    error = refusal(verdict.reason, therapist)
    same_day = book.instead_of(wish.start, day, day, therapist=therapist)
    error.alternatives = same_day if len(same_day) == diary.ENOUGH else ()
    add_alternatives(error, wish)
    raise error


def write(wish: Wish, therapist: Therapist, screened: Screened) -> Appointment:
    """The booking's own transaction: lock, re-check, write. Runs inside `safely`."""
    locked = lock_therapists([therapist.pk])
    if therapist.pk not in locked or not locked[therapist.pk].active:
        raise refusal(Why.HOURS, therapist)
    practice, order = wish.practice, wish.order
    place = find_place(order, locked[therapist.pk], wish.start, override=wish.override, practice=practice)
    client, known = the_client(wish.client)
    if known:  # nobody else can see a file that is being opened
        hold_client(client, place)
    doubt = let_in(
        client,
        wish.service,
        known=known,
        via=wish.via,
        practice=practice,
        is_stranger=wish.is_stranger,
        set_aside=wish.override is not None,
    )
    latest, now = client.latest_intake() if known else None, timezone.now()
    screening = screening_of(
        client, technique_slug=order.technique, screened=screened, taken_back=wish.answers.taken_back
    )
    appointment = Appointment(
        client=client,
        service=wish.service,
        screening=screening,
        status=Status.OFFERED if wish.held else first_status(wish, client, latest, screened, doubt=doubt),
        minutes=order.minutes,
        price=order.price,
        currency=practice.currency,
        via=wish.via,
        reason=wish.override.reason if wish.override else doubt,
        network=wish.network,
        client_note=wish.note,
        policy_text=practice.policy,
        idempotency_key=wish.key or None,
        request_hash=wish.fingerprint,
        created_at=now,
        changed_at=now,
        changed_by=wish.by,
        **place.columns,
    )
    what = AppointmentChange.What.OFFERED if wish.held else AppointmentChange.What.BOOKED
    why = "; ".join([*place.overridden, appointment.reason]).strip("; ")
    change = line(appointment, what, via=wish.via, by=wish.by, after=stamped(place.starts_at), why=why)
    also = [] if wish.held else set_out(appointment, order, latest=latest, now=now, practice=practice)
    insert_together(screening, appointment, *as_added(appointment, order), change, *also)
    return appointment


def set_out(
    appointment: Appointment, order: Order, *, latest: Intake | None, now: dt.datetime, practice: Practice
) -> list[IntakeRequest | Reminder]:
    """What a booking sets going, still to be written: the intake where it is missing, and all that is owed in words."""
    owed = reminders_of_booking(appointment, now=now, practice=practice)
    if any_now(owed, now):
        transaction.on_commit(wake_worker)
    if not needs_intake(order.service, appointment.client, latest, now, practice):
        return [*owed]
    short = order.service.form == Service.Form.SHORT
    about = {"technique": order.technique, "visit": appointment.public_id, "short": short}
    return [IntakeRequest(client=appointment.client, **about), *owed]


def the_client(client: Person | Client) -> tuple[Client, bool]:
    """The file of whoever books, as given, or found by name and address, or new; and whether it was there before."""
    if isinstance(client, Client):
        return client, True
    found, known = find_or_add_client(
        first_name=client.first_name, last_name=client.last_name, email=client.email, phone=client.phone
    )
    if client.apart_from:
        found.known_apart.add(*Client.objects.filter(pk__in=client.apart_from).exclude(pk=found.pk))
    return found, known


def needs_intake(service: Service, client: Client, latest: Intake | None, now: dt.datetime, practice: Practice) -> bool:
    """Whether answers or consent on file are missing or more than a year old, or the consent's text has changed.

    A service that asks for the whole intake is not content with a short one; one that asks for none never does.
    """
    if not service.asks_intake:
        return False
    if latest is None or now - latest.given_at > INTAKE_LASTS:
        return True
    if service.form == Service.Form.FULL and IntakeRequest.objects.filter(intake=latest, short=True).exists():
        return True
    return client.valid_consent(version=practice.consent_version) is None


def first_status(wish: Wish, client: Client, latest: Intake | None, screened: Screened, *, doubt: str = "") -> Status:
    """Confirmed, or requested where a therapist must look first.

    That is so where the answers ask for a doctor's note, where the file says more than the answers did, and where
    another file is perhaps of the same person. The client is not told which, because whoever types a name is not yet
    that person.
    """
    if doubt or screened.level == Level.CLEARANCE:
        return Status.REQUESTED
    unsure = speaks_against(wish, latest) or waits_for_its_twin(wish, client)
    return Status.REQUESTED if unsure else Status.CONFIRMED


def speaks_against(wish: Wish, intake: Intake | None) -> bool:
    """Whether the answers of an intake say no to what is booked, or not without a doctor."""
    if intake is None:
        return False
    on_file = Answers(
        conditions=frozenset(intake.conditions), red_flags=frozenset(intake.red_flags), told_at=intake.given_at
    )
    filed = judge_all(wish.order.techniques, on_file.at(wish.start), wish.practice)
    return filed.level in (Level.NEVER, Level.CLEARANCE) or filed.triage in (Triage.EMERGENCY, Triage.DOCTOR)


def waits_for_its_twin(wish: Wish, client: Client) -> bool:
    """Whether another file is perhaps of the same person, and somebody must say whether it is.

    The desk has been asked that on its form: there only what speaks against the booking holds it up.
    """
    twins = Client.objects.likely_twins_of(client)
    if wish.via in Appointment.BY_THEMSELVES:
        return twins.exists()
    return any(speaks_against(wish, twin.latest_intake()) for twin in twins)
