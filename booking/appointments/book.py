"""Booking: one transaction from lock to reminders; the same request twice is one appointment (I1, I3, I4, I7)."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.allocation import (
    Allocation,
    WantedResources,
    allocate,
    as_told,
    candidate_therapists,
)
from booking.appointments.booking_request import BookingRequest
from booking.appointments.eligibility import check_eligibility, first_status
from booking.appointments.history import record_history
from booking.appointments.locking import lock_free_client, lock_therapists, run_transaction
from booking.appointments.on_offer import must_be_on_offer
from booking.appointments.people import people_of_booking
from booking.appointments.screening import screen_order
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
from booking.scheduling.availability import Unavailable
from booking.scheduling.configuration import Configuration, current_configuration
from booking.scheduling.order import Order
from booking.scheduling.terms import must_match_shown_terms, terms_of
from clients.intake.screening import ScreeningResult, record_screening
from clients.models import Client, Intake, IntakeRequest
from clinic.errors import Refusal
from clinic.models import Practice
from clinic.operations.worker_signals import wake_worker


def book_appointment(request: BookingRequest) -> Appointment:
    """Book what is asked for with the therapist who is named, or with whoever has the lightest day.

    The same key and content give the same appointment. Raises Refusal (policy not accepted),
    IdempotencyKeyReused, ServiceNotOffered, AddOnNotOffered, EmergencyAnswer, NotSuitable, NotEligible, TermsChanged,
    TimeNotOffered, SlotTaken with alternatives, TemporarilyBusy. Nothing is written unless everything is.
    """
    must_accept_policy(request.policy_accepted)
    return earlier_booking(request) or book_once(request)


def must_accept_policy(policy_accepted: bool) -> None:
    """Refuse a booking without a yes to the policy. Raises Refusal."""
    if not policy_accepted:
        raise Refusal(_("Please accept the booking policy."), code="policy", field="policy_accepted")


def book_once(request: BookingRequest) -> Appointment:
    """Screen and book what was not booked before; where the same request sent twice is faster, its is the answer."""
    screened = check_request(request)
    try:
        return book_first_free(request, screened)
    except (SlotTaken, IntegrityError) as error:
        # A double click, or a request sent again: its appointment is the answer, not a refusal.
        if earlier := earlier_booking(request):
            return earlier
        if isinstance(error, IntegrityError):
            raise
        raise as_told(error, request) from error


def check_request(request: BookingRequest) -> ScreeningResult:
    """Whether what is asked for is offered, suits the answers, and costs what was shown; no time is looked at yet.

    Raises ServiceNotOffered, NotEligible, AddOnNotOffered, EmergencyAnswer, NotSuitable, TermsChanged.
    """
    order, practice = request.order, request.practice
    must_be_on_offer(order, is_stranger=request.is_stranger)
    screened = screen_order(order, request.answers, start=request.start, therapist=request.therapist, practice=practice)
    must_match_shown_terms(request.shown, terms_of(order, practice))
    return screened


def book_first_free(request: BookingRequest, screened: ScreeningResult) -> Appointment:
    """Try the therapists who may have the time, the lightest day first, until one is booked. Raises SlotTaken."""
    refused = SlotTaken(_("That time was just taken."))
    for therapist in candidate_therapists(request):
        try:
            return run_transaction(lambda chosen=therapist: write_booking(request, chosen, screened))  # type: ignore[misc]
        except SlotTaken as error:
            if error.why == Unavailable.CLIENT_BUSY:
                raise
            refused = error
    raise refused


def earlier_booking(request: BookingRequest) -> Appointment | None:
    """The appointment that this very request made before.

    Raises IdempotencyKeyReused for other content under its key.
    """
    if not request.key:
        return None
    same_key = Appointment.objects.filter(idempotency_key=request.key)
    asked = same_key.values_list("request_hash", flat=True).first()
    if asked is None:
        return None
    if asked != request.fingerprint:
        raise IdempotencyKeyReused(_("This form was already sent with other answers. Please start again."))
    return same_key.with_people().get()


def write_booking(request: BookingRequest, therapist: Therapist, screened: ScreeningResult) -> Appointment:
    """Lock, look again and write one booking. Runs inside `run_transaction`. Raises SlotTaken, NotEligible."""
    locked = lock_therapists([therapist.pk])
    configuration = current_configuration()
    place = allocate(
        request.order,
        locked.get(therapist.pk, therapist),
        request.start,
        override=request.override,
        wanted=WantedResources.exactly(request.room, request.kit),
        configuration=configuration,
    )
    client, known, booked_by = people_of_booking(request)
    if known:  # nobody else can see a file that is being opened
        lock_free_client(client, place.starts_at, place.ends_at)
    doubt = check_eligibility(
        client,
        request.order.service,
        known=known,
        via=request.via,
        practice=request.practice,
        is_stranger=request.is_stranger,
        ignores_audience=request.override is not None,
    )
    latest = Intake.objects.latest_of(client) if known else None
    status = Status.OFFERED if request.held else first_status(request, client, latest, screened, doubt)
    screening = record_screening(
        client,
        technique_slug=request.order.technique,
        screened=screened,
        retracted=request.answers.retracted,
        with_pain=request.answers.with_pain,
    )
    appointment = new_appointment(request, place, client=client)
    appointment.status, appointment.booked_by, appointment.screening = status, booked_by, screening
    said = request.override.reason if request.override else request.remark
    appointment.reason = "; ".join(filter(None, [said, doubt]))
    appointment.save(force_insert=True)
    AppointmentAddOn.objects.bulk_create(request.order.added_to(appointment))
    what = AppointmentChange.What.OFFERED if request.held else AppointmentChange.What.BOOKED
    why = "; ".join([*place.overridden, appointment.reason]).strip("; ")
    record_history(appointment, what, via=request.via, by=request.by, after=history_stamp(place.starts_at), why=why)
    if not request.held:
        schedule_what_follows(appointment, request.order, latest=latest, configuration=configuration)
    return appointment


def new_appointment(request: BookingRequest, place: Allocation, *, client: Client) -> Appointment:
    """The row of a booking, not written yet, with length, price and policy as they are now."""
    order, practice, now = request.order, request.practice, timezone.now()
    return Appointment(
        client=client,
        service=order.service,
        minutes=order.minutes,
        price=order.price,
        currency=practice.currency,
        via=request.via,
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


def schedule_what_follows(
    appointment: Appointment, order: Order, *, latest: Intake | None, configuration: Configuration
) -> None:
    """Write what follows from a booking: the request for an intake where one is missing, and the reminders."""
    now = appointment.created_at
    if needs_intake(order.service, appointment.client, latest, now, configuration.practice):
        short = order.service.form == Service.Form.SHORT
        about = {"technique": order.technique, "appointment": appointment.public_id, "short": short}
        IntakeRequest.objects.create(client=appointment.client, **about)
    if any_now(schedule_reminders(appointment, configuration=configuration, now=now), now):
        transaction.on_commit(wake_worker)


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
