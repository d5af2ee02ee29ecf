"""What a client says to an offer: yes, no, or another time instead."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.book import book_appointment
from booking.appointments.booking_request import BookingRequest
from booking.appointments.eligibility import first_status
from booking.appointments.follow_up import schedule_what_follows
from booking.appointments.locking import run_transaction, transactional
from booking.appointments.screening import screen_order
from booking.appointments.status import change_status
from booking.errors import SlotTaken
from booking.models import Appointment, Status, Therapist, WaitlistEntry, WaitlistOffer
from booking.reminders.scheduling import void_reminders
from booking.scheduling import schedule
from booking.scheduling.configuration import current_configuration
from booking.scheduling.order import Order
from booking.scheduling.terms import Terms, must_match_shown_terms, terms_as_booked
from booking.waitlist.offers import held_request, screening_answers_of
from booking.waitlist.upkeep import close_offer, lock_offer, mark_booked_elsewhere, release_offer
from clients.intake.screening import record_screening
from clients.models import Intake, Screening
from clinic.models import Practice, User

OfferOutcome = WaitlistOffer.Outcome


def accept_offer(
    offer: WaitlistOffer,
    *,
    practice: Practice,
    via: str = Appointment.Via.WAITLIST,
    by: User | None = None,
    shown: Terms | None = None,
) -> Appointment:
    """Yes: the held time becomes a booking, with confirmation and reminders as any other. Saying it twice is once.

    Judged anew by today's catalogue and the newest intake: where a therapist must look first, it becomes a request.
    It is booked at the price at which it was offered. Raises SlotTaken with free times where it is not held any more;
    TermsChanged where the policy is not the one that was `shown`; Emergency, NotSuitable; Busy.
    """
    order = Order.of(offer.entry.service)
    answers = screening_answers_of(offer.entry)
    screened = screen_order(order, answers, start=offer.starts_at, practice=practice)

    def work() -> Appointment:
        current = lock_offer(offer)
        appointment = current.appointment
        if current.outcome == OfferOutcome.ACCEPTED:
            return appointment
        must_still_be_held(current)
        must_match_shown_terms(shown, terms_as_booked(appointment, practice))
        latest = Intake.objects.latest_of(appointment.client)
        request = held_request(current.entry, appointment.starts_at, appointment.therapist, practice=practice)
        screening = record_screening(
            appointment.client, technique_slug=order.technique, screened=screened, with_pain=answers.with_pain
        )
        accept_terms(appointment, screening, practice)
        void_reminders(appointment, why=_("accepted"))
        change_status(appointment, first_status(request, appointment.client, latest, screened), via=via, by=by)
        schedule_what_follows(appointment, order, latest=latest, configuration=current_configuration())
        close_offer(current, OfferOutcome.ACCEPTED)
        return appointment

    try:
        return run_transaction(work)
    except SlotTaken as error:
        error.alternatives = tuple(schedule.alternative_times(order, offer.starts_at, therapist=offer.entry.therapist))
        raise


def must_still_be_held(offer: WaitlistOffer) -> None:
    """Refuse a yes to a time that went on to the next in line. Raises SlotTaken."""
    held = offer.appointment
    if not offer.is_open or held.status != Status.OFFERED or not held.therapist.is_at_work:
        raise SlotTaken(
            _("We could not hold this time any longer; it went on to the next in line."),
            for_team=_("This time is not held any longer; it went on to the next in line."),
        )


def accept_terms(appointment: Appointment, screening: Screening, practice: Practice) -> None:
    """The held time is booked as of now: under today's policy, with what the answers mean today."""
    appointment.screening = screening
    appointment.policy_text, appointment.created_at = practice.policy, timezone.now()
    appointment.save(update_fields=["screening", "policy_text", "created_at"])


@transactional
def decline_offer(offer: WaitlistOffer) -> None:
    """No, thank you: the time is the next one's, and the client goes on waiting. Too late, it changes nothing."""
    current = lock_offer(offer)
    if current.outcome == OfferOutcome.OPEN and current.appointment.status == Status.OFFERED:
        release_offer(current, OfferOutcome.DECLINED)


def book_free_time(
    entry: WaitlistEntry,
    *,
    start: dt.datetime,
    practice: Practice,
    therapist: Therapist | None = None,
    shown: Terms | None = None,
) -> Appointment:
    """Book a free time in one tap, by the answers given when joining; twice is once. Raises as `book` does."""
    appointment = book_appointment(
        BookingRequest(
            order=Order.of(entry.service),
            start=start,
            therapist=therapist or entry.therapist,
            client=entry.client,
            answers=screening_answers_of(entry),
            policy_accepted=True,
            via=Appointment.Via.WEB,
            practice=practice,
            key=f"waitlist:{entry.public_id}:{start:%Y%m%dT%H%M}",
            shown=shown,
        )
    )
    mark_booked_elsewhere(entry)
    return appointment
