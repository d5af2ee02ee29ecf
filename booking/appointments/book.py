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

from booking.appointments.add_ons import add_on_rows, must_offer_add_ons, must_offer_service
from booking.appointments.allocation import allocate, lock_client_row, refusal_for
from booking.appointments.booking_request import PersonDetails, RuleOverride, SafetyAnswers
from booking.appointments.eligibility import check_eligibility, must_have_signed_in
from booking.appointments.history import record_history
from booking.appointments.locking import lock_therapists, run_transaction
from booking.appointments.screening import judge_techniques, screen_order
from booking.errors import IdempotencyKeyReused, SlotTaken
from booking.models import (
    AddOn,
    Appointment,
    AppointmentAddOn,
    AppointmentChange,
    Service,
    Status,
    Therapist,
    history_stamp,
)
from booking.reminders.scheduling import any_now, schedule_reminders
from booking.scheduling import schedule
from booking.scheduling.availability import OVERRIDABLE
from booking.scheduling.availability import UnavailableReason as Why
from booking.scheduling.order import Order, order_of
from booking.scheduling.terms import Terms, must_match_shown_terms, terms_of
from clients.care.items import Level
from clients.care.levels import Triage
from clients.intake.screening import ScreeningResult, screening_row
from clients.models import Client, Intake, IntakeRequest
from clients.record.find_or_create import find_or_create_client
from clinic.errors import Refusal
from clinic.models import Practice, User
from clinic.operations.worker_signals import wake_worker

# Health answers are asked anew after this long (clinical.md section 9: re-sign yearly).
INTAKE_VALID_FOR = dt.timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class BookingRequest:
    """One request to book, whole."""

    service: Service
    start: dt.datetime
    therapist: Therapist | None
    client: PersonDetails | Client
    answers: SafetyAnswers
    via: str
    by: User | None
    key: str | None
    note: str
    override: RuleOverride | None
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


def book_appointment(
    *,
    service: Service,
    add_ons: Sequence[AddOn] = (),
    start: dt.datetime,
    therapist: Therapist | None = None,
    client: PersonDetails | Client,
    answers: SafetyAnswers,
    policy_accepted: bool,
    via: str,
    by: User | None = None,
    key: str | None = None,
    note: str = "",
    override: RuleOverride | None = None,
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
    must_accept_policy(policy_accepted)
    wish = BookingRequest(
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
    return earlier_booking(wish) or book_once(wish)


def must_accept_policy(policy_accepted: bool) -> None:
    """Refuse a booking without a yes to the policy. Raises Refusal."""
    if not policy_accepted:
        raise Refusal(_("Please accept the booking policy."), code="policy", field="policy_accepted")


def book_once(wish: BookingRequest) -> Appointment:
    """Screen and book what was not booked before; where a twin of this request is faster, theirs is the answer."""
    must_offer_service(wish.service)
    must_have_signed_in(wish.service, is_stranger=wish.is_stranger)
    must_offer_add_ons(wish.service, wish.add_ons)
    screened = screen_order(
        wish.order, wish.answers, start=wish.start, therapist=wish.therapist, practice=wish.practice
    )
    must_match_shown_terms(wish.shown, terms_of(wish.order, wish.practice))
    if wish.therapist is not None:
        must_still_be_free(wish.therapist, wish)
    try:
        return book_first_free(wish, screened)
    except (SlotTaken, IntegrityError) as error:
        # A double click, or a request sent again: its appointment is the answer, not a refusal.
        if earlier := earlier_booking(wish):
            return earlier
        if isinstance(error, IntegrityError):
            raise
        if wish.is_stranger and error.why == Why.CLIENT_BUSY:
            raise hide_client_conflict(wish) from error
        add_alternatives(error, wish)
        raise


def hide_client_conflict(wish: BookingRequest) -> SlotTaken:
    """What a stranger hears where the client is busy then: as of any time that somebody else has (I8)."""
    error = refusal_for(Why.THERAPIST_BUSY, wish.therapist)
    add_alternatives(error, wish)
    error.alternatives = tuple(each for each in error.alternatives if each.start != wish.start)
    return error


def add_alternatives(error: SlotTaken, wish: BookingRequest) -> None:
    """Give a refusal, where it has none, the times that are free instead."""
    if not error.alternatives:
        # Who has another appointment then is not helped by a colleague at the same time.
        with_colleagues = error.why != str(Why.CLIENT_BUSY)
        free = schedule.alternative_times(
            wish.order, wish.start, therapist=wish.therapist, with_colleagues=with_colleagues
        )
        error.alternatives = tuple(free)


def earlier_booking(wish: BookingRequest) -> Appointment | None:
    """The appointment that this very request made before. Raises KeyReused for other content under its key."""
    if not wish.key:
        return None
    earlier = Appointment.objects.filter(idempotency_key=wish.key).with_people().first()
    if earlier is not None and earlier.request_hash != wish.fingerprint:
        raise IdempotencyKeyReused(_("This form was already sent with other answers. Please start again."))
    return earlier


def book_first_free(wish: BookingRequest, screened: ScreeningResult) -> Appointment:
    """Try the therapists who may have the time, the lightest day first, until one is booked. Raises SlotTaken."""
    refused: SlotTaken | None = None
    for therapist in candidate_therapists(wish):
        try:
            return run_transaction(lambda chosen=therapist: write_booking(wish, chosen, screened))  # type: ignore[misc]
        except SlotTaken as error:
            if error.why == "client-busy":
                raise
            refused = error
    raise refused or refusal_for(Why.THERAPIST_BUSY, wish.therapist)


def candidate_therapists(wish: BookingRequest) -> list[Therapist]:
    """Who may be asked: the one named, or all with that time free, the lightest day first.

    Raises SlotTaken or NotOffered where nobody has it, with the reason that comes nearest to a yes; a Refusal where a
    rule would have to be set aside and nobody is named for whom.
    """
    if wish.therapist is not None:
        return [wish.therapist]
    day = wish.start.astimezone(wish.practice.zone).date()
    book = schedule.read_schedule(wish.order, first=day, last=day)
    verdicts = {key: book.check(each, wish.start) for key, each in book.therapists.items()}
    free = [key for key, verdict in verdicts.items() if verdict.free]
    if free:
        load = {each.key: each.load_of_day(day).minutes for each in book.diaries}
        return [book.therapists[key] for key in sorted(free, key=load.__getitem__)]
    if wish.override is not None:
        said = _("A rule is set aside for one person: please choose the therapist.")
        raise Refusal(said, code="invalid", field="therapist")
    order = list(Why)
    reasons = [verdict.reason for verdict in verdicts.values() if verdict.reason is not None]
    # "Taken" is nearer to a yes than "not open": it tells the person that the time existed.
    raise refusal_for(max(reasons, key=order.index) if reasons else Why.HOURS)


def must_still_be_free(therapist: Therapist, wish: BookingRequest) -> None:
    """Look without a lock. Raises SlotTaken or NotOffered, with times that are free instead.

    Most who come too late learn it here, from one look, and need not queue for the therapist's row to hear it. Who has
    the time by a twin of this very request does not.
    """
    start = wish.start - dt.timedelta(minutes=wish.service.buffer_before)
    end = wish.start + dt.timedelta(minutes=wish.order.minutes + wish.service.buffer_after)
    blocking = Appointment.objects.blocking("therapist_id", therapist.pk, start, end).order_by()
    taken_by = set(blocking.values_list("idempotency_key", flat=True))
    if not taken_by or (wish.key and wish.key in taken_by):
        return
    day = wish.start.astimezone(wish.practice.zone).date()
    book = schedule.read_schedule(wish.order, first=day, last=day)
    verdict = book.check(therapist, wish.start, ignoring=OVERRIDABLE if wish.override else ())
    if verdict.reason is None:
        return
    error = refusal_for(verdict.reason, therapist)
    same_day = book.alternatives_to(wish.start, day, day, therapist=therapist)
    error.alternatives = same_day if len(same_day) == schedule.ENOUGH_TIMES else ()
    add_alternatives(error, wish)
    raise error


def write_booking(wish: BookingRequest, therapist: Therapist, screened: ScreeningResult) -> Appointment:
    """The booking's own transaction: lock, re-check, write. Runs inside `safely`."""
    locked = lock_therapists([therapist.pk])
    if therapist.pk not in locked or not locked[therapist.pk].active:
        raise refusal_for(Why.HOURS, therapist)
    practice, order = wish.practice, wish.order
    place = allocate(order, locked[therapist.pk], wish.start, override=wish.override, practice=practice)
    client, known = client_of_booking(wish.client)
    if known:  # nobody else can see a file that is being opened
        lock_client_row(client, place)
    doubt = check_eligibility(
        client,
        wish.service,
        known=known,
        via=wish.via,
        practice=practice,
        is_stranger=wish.is_stranger,
        overridden_rules=wish.override is not None,
    )
    latest, now = client.latest_intake() if known else None, timezone.now()
    screening = screening_row(
        client, technique_slug=order.technique, screened=screened, retracted=wish.answers.retracted
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
    screening.save(force_insert=True)
    appointment.save(force_insert=True)
    AppointmentAddOn.objects.bulk_create(add_on_rows(appointment, order))
    record_history(appointment, what, via=wish.via, by=wish.by, after=history_stamp(place.starts_at), why=why)
    if not wish.held:
        schedule_what_follows(appointment, order, latest=latest, now=now, practice=practice)
    return appointment


def schedule_what_follows(
    appointment: Appointment, order: Order, *, latest: Intake | None, now: dt.datetime, practice: Practice
) -> None:
    """Write what follows from a booking: the request for an intake where one is missing, and the reminders."""
    if needs_intake(order.service, appointment.client, latest, now, practice):
        short = order.service.form == Service.Form.SHORT
        about = {"technique": order.technique, "appointment": appointment.public_id, "short": short}
        IntakeRequest.objects.create(client=appointment.client, **about)
    if any_now(schedule_reminders(appointment, now=now, practice=practice), now):
        transaction.on_commit(wake_worker)


def client_of_booking(client: PersonDetails | Client) -> tuple[Client, bool]:
    """The file of whoever books, as given, or found by name and address, or new; and whether it was there before."""
    if isinstance(client, Client):
        return client, True
    found, known = find_or_create_client(
        first_name=client.first_name, last_name=client.last_name, email=client.email, phone=client.phone
    )
    if client.apart_from:
        found.not_duplicates.add(*Client.objects.filter(pk__in=client.apart_from).exclude(pk=found.pk))
    return found, known


def needs_intake(service: Service, client: Client, latest: Intake | None, now: dt.datetime, practice: Practice) -> bool:
    """Whether answers or consent on file are missing or more than a year old, or the consent's text has changed.

    A service that asks for the whole intake is not content with a short one; one that asks for none never does.
    """
    if not service.asks_intake:
        return False
    if latest is None or now - latest.given_at > INTAKE_VALID_FOR:
        return True
    if service.form == Service.Form.FULL and IntakeRequest.objects.filter(intake=latest, short=True).exists():
        return True
    return client.valid_consent(version=practice.consent_version) is None


def first_status(
    wish: BookingRequest, client: Client, latest: Intake | None, screened: ScreeningResult, *, doubt: str = ""
) -> Status:
    """Confirmed, or requested where a therapist must look first.

    That is so where the answers ask for a doctor's note, where the file says more than the answers did, and where
    another file is perhaps of the same person. The client is not told which, because whoever types a name is not yet
    that person.
    """
    if doubt or screened.level == Level.CLEARANCE:
        return Status.REQUESTED
    unsure = is_contraindicated(wish, latest) or needs_duplicate_check(wish, client)
    return Status.REQUESTED if unsure else Status.CONFIRMED


def is_contraindicated(wish: BookingRequest, intake: Intake | None) -> bool:
    """Whether the answers of an intake say no to what is booked, or not without a doctor."""
    if intake is None:
        return False
    on_file = SafetyAnswers(
        conditions=frozenset(intake.conditions), red_flags=frozenset(intake.red_flags), told_at=intake.given_at
    )
    filed = judge_techniques(wish.order.techniques, on_file.at(wish.start), wish.practice)
    return filed.level in (Level.NEVER, Level.CLEARANCE) or filed.triage in (Triage.EMERGENCY, Triage.DOCTOR)


def needs_duplicate_check(wish: BookingRequest, client: Client) -> bool:
    """Whether another file is perhaps of the same person, and somebody must say whether it is.

    The desk has been asked that on its form: there only what speaks against the booking holds it up.
    """
    twins = Client.objects.likely_duplicates_of(client)
    if wish.via in Appointment.SELF_SERVICE:
        return twins.exists()
    return any(is_contraindicated(wish, twin.latest_intake()) for twin in twins)
