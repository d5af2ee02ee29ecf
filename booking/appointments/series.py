"""Repeat appointments: every so many weeks at the same wall time, booked as they were shown, all of them or none."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError
from django.utils.translation import gettext as _

from booking.appointments.add_ons import must_offer_add_ons, must_offer_service
from booking.appointments.book import BookingRequest, must_accept_policy, write_booking
from booking.appointments.booking_request import PersonDetails, RuleOverride, SafetyAnswers
from booking.appointments.eligibility import existing_client
from booking.appointments.history import record_history
from booking.appointments.locking import lock_client, lock_rooms_and_kits, lock_therapists, run_transaction
from booking.appointments.move import lock_appointment
from booking.appointments.screening import screen_order
from booking.appointments.series_preview import SeriesSlot
from booking.errors import IdempotencyKeyReused, NotEligible, NotPossible, SeriesChanged, SlotTaken
from booking.models import AddOn, Appointment, AppointmentChange, Series, Service, Therapist
from booking.reminders.combined import combine
from booking.reminders.kinds.confirmation import Confirmation
from booking.scheduling.simulation import TentativeSchedule, tentative_schedule
from booking.scheduling.terms import Terms, must_match_shown_terms, terms_of
from clients.intake.screening import ScreeningResult
from clients.models import Client
from clinic.models import Practice, User
from clinic.records.written_reason import require_reason


@dataclass(frozen=True, kw_only=True)
class SeriesRequest:
    """One request for a series, whole: what each appointment is, and when each begins."""

    each: BookingRequest
    therapist: Therapist
    every_weeks: int
    times: int
    picks: tuple[SeriesSlot, ...]
    after: Appointment | None
    reason: str
    key: str | None

    @property
    def fingerprint(self) -> str:
        """A hash of what was asked, to tell a repeated request from another one under the same key."""
        picks = [(each.position, each.start.astimezone(dt.UTC).isoformat(), sorted(each.aside)) for each in self.picks]
        after = str(self.after.public_id) if self.after else None
        asked = [self.each.fingerprint, self.every_weeks, self.times, picks, after, self.reason]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()

    def appointment_at(self, pick: SeriesSlot) -> BookingRequest:
        """The request for one of the appointments."""
        override = RuleOverride(reason=self.reason) if pick.aside else None
        return replace(self.each, start=pick.start, override=override)


def book_series(
    *,
    service: Service,
    add_ons: Sequence[AddOn] = (),
    therapist: Therapist,
    client: PersonDetails | Client,
    answers: SafetyAnswers,
    every_weeks: int,
    times: int,
    picks: Sequence[SeriesSlot],
    after: Appointment | None = None,
    policy_accepted: bool,
    via: str,
    by: User | None = None,
    key: str | None = None,
    note: str = "",
    reason: str = "",
    shown: Terms | None = None,
) -> Series:
    """Book the appointments of `picks`, as a preview showed them, in one transaction.

    `after` becomes the first of them.

    An appointment that is repeated joins the new series if it is still ahead and in no other. `reason` is why rules are
    set aside where a pick says so. `key` makes the request repeatable: the same key and content give the same series.
    `shown` are the terms of one appointment as they were shown. Raises Refusal (policy, or a wish that makes no
    series), KeyReused, NotOnOffer, NotAdded, Emergency, NotSuitable, NotForYou, TermsChanged and SeriesChanged where
    anything is not as it was shown, Busy. Nothing is written unless everything is.
    """
    must_accept_policy(policy_accepted)
    chosen = tuple(sorted(picks, key=lambda pick: pick.position))
    must_be_a_series(chosen, times, after, reason)
    each = BookingRequest(
        service=service,
        add_ons=tuple(add_ons),
        start=chosen[0].start,
        therapist=therapist,
        client=client,
        answers=answers,
        via=via,
        by=by,
        key=None,
        note=note,
        override=None,
        shown=shown,
        practice=Practice.current(),
    )
    wish = SeriesRequest(
        each=each,
        therapist=therapist,
        every_weeks=every_weeks,
        times=times,
        picks=chosen,
        after=after,
        reason=reason,
        key=key,
    )
    return earlier_series(wish) or book_series_once(wish)


def book_series_once(wish: SeriesRequest) -> Series:
    """Screen and book what was not booked before; where a twin of this request is faster, theirs is the answer."""
    each = wish.each
    if wish.after is not None and each.client != wish.after.client:
        raise NotPossible(
            _("The appointment that is repeated is another client's. Please start again from that appointment.")
        )
    if each.service.audience == Service.Audience.NEW:
        first_only = _("%(service)s is for a first visit, so it cannot be repeated.")
        raise NotEligible(first_only % {"service": each.service.name})
    must_offer_service(each.service)
    must_offer_add_ons(each.service, each.add_ons)
    first = min(pick.start for pick in wish.picks)
    screened = screen_order(each.order, each.answers, start=first, therapist=wish.therapist, practice=each.practice)
    must_match_shown_terms(each.shown, terms_of(each.order, each.practice))
    try:
        return run_transaction(lambda: write_series(wish, screened))
    except SlotTaken as taken:
        raise series_changed() from taken
    except IntegrityError:
        if earlier := earlier_series(wish):
            return earlier
        raise


def must_be_a_series(picks: Sequence[SeriesSlot], times: int, after: Appointment | None, reason: str) -> None:
    """Refuse what is no series, and rules set aside without a reason. Raises NotPossible, Refusal."""
    places = [pick.position for pick in picks]
    first = 2 if after else 1
    if len(picks) + bool(after) < Series.TIMES[0] or not picks:
        raise NotPossible(_("A series has at least two appointments. Please keep more of the dates."))
    if len(set(places)) < len(places) or not set(places) <= set(range(first, times + 1)):
        raise NotPossible(_("These dates do not belong together. Please look at them again."))
    if any(pick.aside for pick in picks):
        require_reason(reason, field="override_reason")


def earlier_series(wish: SeriesRequest) -> Series | None:
    """The series that this very request made before. Raises KeyReused for other content under its key."""
    earlier = Series.objects.filter(idempotency_key=wish.key).first() if wish.key else None
    if earlier is not None and earlier.request_hash != wish.fingerprint:
        raise IdempotencyKeyReused(_("This form was already sent with other answers. Please start again."))
    return earlier


def write_series(wish: SeriesRequest, screened: ScreeningResult) -> Series:
    """The transaction: every lock, every date looked at again, then one appointment after the other.

    Runs inside `safely`.
    """
    lock_therapists({wish.therapist.pk})
    # The twin of a double click waited for the lock.
    if earlier := earlier_series(wish):
        return earlier
    client = existing_client(wish.each.client)
    lock_rooms_and_kits(with_kits=wish.each.order.needs_kit)
    lock_client(client)
    first = lock_repeated_appointment(wish.after)
    must_all_be_bookable(wish, client)
    appointments: list[Appointment] = []
    for pick in wish.picks:
        one = wish.appointment_at(pick)
        appointments.append(
            write_booking(
                replace(one, client=appointments[0].client) if appointments else one, wish.therapist, screened
            )
        )
    series = Series.objects.create(
        client=appointments[0].client,
        service=wish.each.service,
        therapist=wish.therapist,
        every_weeks=wish.every_weeks,
        times=wish.times,
        made_by=wish.each.by,
        idempotency_key=wish.key or None,
        request_hash=wish.fingerprint,
    )
    for pick, appointment in zip(wish.picks, appointments, strict=True):
        add_to_series(appointment, series, pick.position)
    if first is not None and first.is_ahead and first.series_id is None:
        add_to_series(first, series, 1)
        record_history(first, AppointmentChange.What.SERIES, via=wish.each.via, by=wish.each.by, after=str(series))
    combine(appointments, Confirmation.code)
    return series


def add_to_series(appointment: Appointment, series: Series, position: int) -> None:
    """Give an appointment its place in a series."""
    appointment.series, appointment.position = series, position
    appointment.save(update_fields=["series", "position"])


def lock_repeated_appointment(after: Appointment | None) -> Appointment | None:
    """The appointment that is repeated, locked.

    Raises SeriesChanged where it is another's, or somewhere else, by now.
    """
    if after is None:
        return None
    current = lock_appointment(after)
    if current.starts_at != after.starts_at or current.client_id != after.client_id:
        raise series_changed()
    return current


def must_all_be_bookable(wish: SeriesRequest, client: Client | None) -> None:
    """Go through the dates on paper, one after the other. Raises SeriesChanged where one is not as it was shown."""
    order, practice = wish.each.order, wish.each.practice
    days = [pick.start.astimezone(practice.zone).date() for pick in wish.picks]
    draft: TentativeSchedule = tentative_schedule([order], client, first=min(days), last=max(days), practice=practice)
    for pick in wish.picks:
        verdict = draft.check(order, wish.therapist, pick.start, ignoring=pick.aside)
        if not verdict.free:
            raise series_changed()
        draft = draft.with_appointment(order, wish.therapist, pick.start, verdict)


def series_changed() -> SeriesChanged:
    """The answer where not all is as it was shown."""
    return SeriesChanged(_("Something changed meanwhile, so nothing was done. Please look at the marked dates again."))
