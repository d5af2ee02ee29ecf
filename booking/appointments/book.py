"""Booking: one transaction from lock to reminders; the same request twice is one appointment (I1, I3, I4, I7)."""

from django.db import IntegrityError
from django.utils.translation import gettext as _

from booking.appointments.allocation import allocate
from booking.appointments.booking_request import BookingRequest
from booking.appointments.candidates import as_told, candidate_therapists
from booking.appointments.eligibility import check_eligibility, first_status
from booking.appointments.follow_up import schedule_what_follows
from booking.appointments.history import record_history
from booking.appointments.locking import lock_free_client, run_transaction
from booking.appointments.on_offer import must_be_on_offer
from booking.appointments.people import people_of_booking
from booking.appointments.screening import screen_order
from booking.errors import IdempotencyKeyReused, SlotTaken
from booking.models import (
    Appointment,
    AppointmentAddOn,
    AppointmentChange,
    Status,
    Therapist,
    history_stamp,
)
from booking.scheduling.availability import Unavailable
from booking.scheduling.configuration import current_configuration
from booking.scheduling.terms import must_match_shown_terms, terms_of
from clients.intake.screening import ScreeningResult, record_screening
from clients.models import Intake
from clinic.errors import Refusal


def book_appointment(request: BookingRequest) -> Appointment:
    """Book what is asked for with the therapist who is named, or with whoever has the lightest day.

    The same key and content give the same appointment. Raises Refusal (policy not accepted),
    IdempotencyKeyReused, ServiceNotOffered, AddOnNotOffered, EmergencyAnswer, NotSuitable, NotEligible, TermsChanged,
    SlotTaken with alternatives, TemporarilyBusy. Nothing is written unless everything is.
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
    refused = SlotTaken()
    for therapist in candidate_therapists(request):
        try:
            return run_transaction(
                lambda chosen=therapist: write_booking(request, chosen, screened),  # type: ignore[misc]
                therapists=[therapist.pk],
            )
        except SlotTaken as error:
            if error.why is Unavailable.CLIENT_BUSY:
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
    """Look again and write one booking; `run_transaction` holds the therapist's lock. Raises SlotTaken, NotEligible."""
    order = request.order
    configuration = current_configuration()
    place = allocate(
        order, therapist, request.start, configuration=configuration, override=request.override, wanted=request.wanted
    )
    client, known, booked_by = people_of_booking(request)
    if known:  # nobody else can see a file that is being opened
        lock_free_client(client, place.starts_at, place.ends_at)
    doubt = check_eligibility(
        client,
        order.service,
        known=known,
        via=request.via,
        practice=request.practice,
        is_stranger=request.is_stranger,
        ignores_audience=request.override is not None,
    )
    latest = Intake.objects.latest_of(client) if known else None
    status = Status.OFFERED if request.held else first_status(request, client, latest, screened, doubt)
    told = request.answers
    screening = record_screening(
        client, technique_slug=order.technique, screened=screened, retracted=told.retracted, with_pain=told.with_pain
    )
    appointment = Appointment.objects.create(
        client=client,
        status=status,
        booked_by=booked_by,
        screening=screening,
        reason="; ".join(filter(None, [request.reason, doubt])),
        **request.columns,
        **place.columns,
    )
    AppointmentAddOn.objects.bulk_create(order.added_to(appointment))
    what = AppointmentChange.What.OFFERED if request.held else AppointmentChange.What.BOOKED
    why = "; ".join([*place.overridden, appointment.reason]).strip("; ")
    record_history(appointment, what, via=request.via, by=request.by, after=history_stamp(place.starts_at), why=why)
    if not request.held:
        schedule_what_follows(appointment, order, latest=latest, configuration=configuration)
    return appointment
