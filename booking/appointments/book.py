"""Booking: one transaction from lock to reminders; the same request twice is one appointment (I1, I3, I4, I7)."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.add_ons import add_on_rows, must_offer_add_ons, must_offer_service
from booking.appointments.allocation import allocate, lock_client_row, refusal_for
from booking.appointments.booking_request import BookingRequest, PersonDetails, SafetyAnswers
from booking.appointments.eligibility import check_eligibility, must_have_signed_in
from booking.appointments.history import record_history
from booking.appointments.locking import lock_therapists, run_transaction
from booking.appointments.screening import judge_techniques, screen_order
from booking.errors import IdempotencyKeyReused, SlotTaken
from booking.models import (
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
from booking.scheduling.availability import OVERRIDABLE, Unavailable
from booking.scheduling.order import Order
from booking.scheduling.terms import must_match_shown_terms, terms_of
from clients.care.items import Level
from clients.care.levels import Triage
from clients.intake.screening import ScreeningResult, screening_row
from clients.models import Client, Intake, IntakeRequest
from clients.record.find_or_create import find_or_create_client
from clinic.errors import Refusal
from clinic.models import Practice
from clinic.operations.worker_signals import wake_worker


def book_appointment(request: BookingRequest) -> Appointment:
    """Book what is asked for with the therapist who is named, or with whoever has the lightest day.

    The same key and content give the same appointment. Raises Refusal (policy not accepted), KeyReused, NotOnOffer,
    NotAdded, Emergency, NotSuitable, NotForYou, TermsChanged, NotOffered, SlotTaken with alternatives, Busy. Nothing is
    written unless everything is.
    """
    must_accept_policy(request.policy_accepted)
    return earlier_booking(request) or book_once(request)


def must_accept_policy(policy_accepted: bool) -> None:
    """Refuse a booking without a yes to the policy. Raises Refusal."""
    if not policy_accepted:
        raise Refusal(_("Please accept the booking policy."), code="policy", field="policy_accepted")


def book_once(request: BookingRequest) -> Appointment:
    """Screen and book what was not booked before; where a twin of this request is faster, theirs is the answer."""
    must_offer_service(request.order.service)
    must_have_signed_in(request.order.service, is_stranger=request.is_stranger)
    must_offer_add_ons(request.order)
    screened = screen_order(
        request.order, request.answers, start=request.start, therapist=request.therapist, practice=request.practice
    )
    must_match_shown_terms(request.shown, terms_of(request.order, request.practice))
    if request.therapist is not None:
        must_still_be_free(request.therapist, request)
    try:
        return book_first_free(request, screened)
    except (SlotTaken, IntegrityError) as error:
        # A double click, or a request sent again: its appointment is the answer, not a refusal.
        if earlier := earlier_booking(request):
            return earlier
        if isinstance(error, IntegrityError):
            raise
        if request.is_stranger and error.why == Unavailable.CLIENT_BUSY:
            raise hide_client_conflict(request) from error
        add_alternatives(error, request)
        raise


def hide_client_conflict(request: BookingRequest) -> SlotTaken:
    """What a stranger hears where the client is busy then: as of any time that somebody else has (I8)."""
    error = refusal_for(Unavailable.THERAPIST_BUSY, request.therapist)
    add_alternatives(error, request)
    error.alternatives = tuple(each for each in error.alternatives if each.start != request.start)
    return error


def add_alternatives(error: SlotTaken, request: BookingRequest) -> None:
    """Give a refusal, where it has none, the times that are free instead."""
    if not error.alternatives:
        # Who has another appointment then is not helped by a colleague at the same time.
        with_colleagues = error.why != str(Unavailable.CLIENT_BUSY)
        free = schedule.alternative_times(
            request.order, request.start, therapist=request.therapist, with_colleagues=with_colleagues
        )
        error.alternatives = tuple(free)


def earlier_booking(request: BookingRequest) -> Appointment | None:
    """The appointment that this very request made before. Raises KeyReused for other content under its key."""
    if not request.key:
        return None
    same_key = Appointment.objects.filter(idempotency_key=request.key)
    asked = same_key.values_list("request_hash", flat=True).first()
    if asked is None:
        return None
    if asked != request.fingerprint:
        raise IdempotencyKeyReused(_("This form was already sent with other answers. Please start again."))
    return same_key.with_people().get()


def book_first_free(request: BookingRequest, screened: ScreeningResult) -> Appointment:
    """Try the therapists who may have the time, the lightest day first, until one is booked. Raises SlotTaken."""
    refused: SlotTaken | None = None
    for therapist in candidate_therapists(request):
        try:
            return run_transaction(lambda chosen=therapist: write_booking(request, chosen, screened))  # type: ignore[misc]
        except SlotTaken as error:
            if error.why == "client-busy":
                raise
            refused = error
    raise refused or refusal_for(Unavailable.THERAPIST_BUSY, request.therapist)


def candidate_therapists(request: BookingRequest) -> list[Therapist]:
    """Who may be asked: the one named, or all with that time free, the lightest day first.

    Raises SlotTaken or NotOffered where nobody has it, with the reason that comes nearest to a yes; a Refusal where a
    rule would have to be set aside and nobody is named for whom.
    """
    if request.therapist is not None:
        return [request.therapist]
    day = request.start.astimezone(request.practice.zone).date()
    book = schedule.read_schedule(request.order, first=day, last=day)
    verdicts = {key: book.check(each, request.start) for key, each in book.therapists.items()}
    free = [key for key, verdict in verdicts.items() if verdict.free]
    if free:
        load = {each.key: each.load_of_day(day).minutes for each in book.diaries}
        return [book.therapists[key] for key in sorted(free, key=load.__getitem__)]
    if request.override is not None:
        said = _("A rule is set aside for one person: please choose the therapist.")
        raise Refusal(said, code="invalid", field="therapist")
    order = list(Unavailable)
    reasons = [verdict.reason for verdict in verdicts.values() if verdict.reason is not None]
    # "Taken" is nearer to a yes than "not open": it tells the person that the time existed.
    raise refusal_for(max(reasons, key=order.index) if reasons else Unavailable.HOURS)


def must_still_be_free(therapist: Therapist, request: BookingRequest) -> None:
    """Look without a lock. Raises SlotTaken or NotOffered, with times that are free instead.

    Most who come too late learn it here, from one look, and need not queue for the therapist's row to hear it. Who has
    the time by a twin of this very request does not.
    """
    start = request.start - dt.timedelta(minutes=request.order.service.buffer_before)
    end = request.start + dt.timedelta(minutes=request.order.minutes + request.order.service.buffer_after)
    blocking = Appointment.objects.blocking("therapist_id", therapist.pk, start, end).order_by()
    taken_by = set(blocking.values_list("idempotency_key", flat=True))
    if not taken_by or (request.key and request.key in taken_by):
        return
    day = request.start.astimezone(request.practice.zone).date()
    book = schedule.read_schedule(request.order, first=day, last=day)
    verdict = book.check(therapist, request.start, ignoring=OVERRIDABLE if request.override else ())
    if verdict.reason is None:
        return
    error = refusal_for(verdict.reason, therapist)
    same_day = book.alternatives_to(request.start, day, day, therapist=therapist)
    error.alternatives = same_day if len(same_day) == schedule.ENOUGH_TIMES else ()
    add_alternatives(error, request)
    raise error


def write_booking(request: BookingRequest, therapist: Therapist, screened: ScreeningResult) -> Appointment:
    """The booking's own transaction: lock, re-check, write. Runs inside `safely`."""
    locked = lock_therapists([therapist.pk])
    if therapist.pk not in locked or not locked[therapist.pk].active:
        raise refusal_for(Unavailable.HOURS, therapist)
    practice, order = request.practice, request.order
    place = allocate(order, locked[therapist.pk], request.start, override=request.override, practice=practice)
    client, known = client_of_booking(request.client)
    if known:  # nobody else can see a file that is being opened
        lock_client_row(client, place)
    doubt = check_eligibility(
        client,
        request.order.service,
        known=known,
        via=request.via,
        practice=practice,
        is_stranger=request.is_stranger,
        overridden_rules=request.override is not None,
    )
    latest, now = Intake.objects.latest_of(client) if known else None, timezone.now()
    screening = screening_row(
        client, technique_slug=order.technique, screened=screened, retracted=request.answers.retracted
    )
    appointment = Appointment(
        client=client,
        service=request.order.service,
        screening=screening,
        status=Status.OFFERED if request.held else first_status(request, client, latest, screened, doubt=doubt),
        minutes=order.minutes,
        price=order.price,
        currency=practice.currency,
        via=request.via,
        reason=request.override.reason if request.override else doubt,
        network=request.network,
        client_note=request.note,
        policy_text=practice.policy,
        idempotency_key=request.key or None,
        request_hash=request.fingerprint,
        created_at=now,
        changed_at=now,
        changed_by=request.by,
        **place.columns,
    )
    what = AppointmentChange.What.OFFERED if request.held else AppointmentChange.What.BOOKED
    why = "; ".join([*place.overridden, appointment.reason]).strip("; ")
    screening.save(force_insert=True)
    appointment.save(force_insert=True)
    AppointmentAddOn.objects.bulk_create(add_on_rows(appointment, order))
    record_history(appointment, what, via=request.via, by=request.by, after=history_stamp(place.starts_at), why=why)
    if not request.held:
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
    if latest is None or latest.is_out_of_date(now):
        return True
    if service.form == Service.Form.FULL and IntakeRequest.objects.filter(intake=latest, short=True).exists():
        return True
    return client.valid_consent(version=practice.consent_version) is None


def first_status(
    request: BookingRequest, client: Client, latest: Intake | None, screened: ScreeningResult, *, doubt: str = ""
) -> Status:
    """Confirmed, or requested where a therapist must look first.

    That is so where the answers ask for a doctor's note, where the file says more than the answers did, and where
    another file is perhaps of the same person. The client is not told which, because whoever types a name is not yet
    that person.
    """
    if doubt or screened.level == Level.CLEARANCE:
        return Status.REQUESTED
    unsure = is_contraindicated(request, latest) or needs_duplicate_check(request, client)
    return Status.REQUESTED if unsure else Status.CONFIRMED


def is_contraindicated(request: BookingRequest, intake: Intake | None) -> bool:
    """Whether the answers of an intake say no to what is booked, or not without a doctor."""
    if intake is None:
        return False
    filed = judge_techniques(
        request.order.techniques, SafetyAnswers.on_file(intake).at(request.start), request.practice
    )
    return filed.level in (Level.NEVER, Level.CLEARANCE) or filed.triage in (Triage.EMERGENCY, Triage.DOCTOR)


def needs_duplicate_check(request: BookingRequest, client: Client) -> bool:
    """Whether another file is perhaps of the same person, and somebody must say whether it is.

    The desk has been asked that on its form: there only what speaks against the booking holds it up.
    """
    twins = Client.objects.likely_duplicates_of(client)
    if request.via in Appointment.SELF_SERVICE:
        return twins.exists()
    return any(is_contraindicated(request, Intake.objects.latest_of(twin)) for twin in twins)
