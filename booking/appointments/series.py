"""Repeat appointments: every so many weeks at the same wall time, booked as they were shown, all of them or none."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, replace

from django.db import IntegrityError
from django.utils.translation import gettext as _

from booking.appointments.book import check_request, must_accept_policy, write_booking
from booking.appointments.booking_request import BookingRequest, RuleOverride
from booking.appointments.history import record_history
from booking.appointments.locking import lock_client, lock_rooms_and_kits, run_transaction
from booking.appointments.move import lock_appointment
from booking.appointments.people import existing_client
from booking.appointments.series_preview import SeriesPattern, SeriesSlot
from booking.errors import IdempotencyKeyReused, NotEligible, NotPossible, SeriesChanged, SlotTaken
from booking.models import Appointment, AppointmentChange, Series, Service
from booking.reminders.combined import combine
from booking.reminders.kinds.confirmation import Confirmation
from booking.scheduling.simulation import TentativeSchedule, tentative_schedule
from clients.intake.screening import ScreeningResult
from clients.models import Client
from clinic.records.written_reason import require_reason


@dataclass(frozen=True, kw_only=True)
class SeriesRequest:
    """One request for a series, whole: what is repeated, when each appointment begins, what is asked for at each."""

    pattern: SeriesPattern
    picks: tuple[SeriesSlot, ...]
    """The dates as a preview showed them."""
    each: BookingRequest
    """What is asked for at each of them; its key makes the whole request repeatable."""
    reason: str = ""
    """Why rules are set aside where a pick says so."""

    @property
    def fingerprint(self) -> str:
        """A hash of what was asked, to tell a repeated request from another one under the same key."""
        picks = [(each.position, each.start.astimezone(dt.UTC).isoformat(), sorted(each.aside)) for each in self.picks]
        pattern = self.pattern
        after = str(pattern.after.public_id) if pattern.after else None
        first = replace(self.appointment_at(self.picks[0]), override=None)
        asked = [first.fingerprint, pattern.every_weeks, pattern.times, picks, after, self.reason]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()

    def appointment_at(self, pick: SeriesSlot) -> BookingRequest:
        """The request for one of the appointments."""
        override = RuleOverride(reason=self.reason) if pick.aside else None
        return replace(self.each, start=pick.start, key=None, override=override)


def book_series(request: SeriesRequest) -> Series:
    """Book the appointments of a request, as a preview showed them, in one transaction.

    An appointment that is repeated becomes the first of them: it joins the new series if it is still ahead and in no
    other. Raises Refusal (policy, or a request that makes no series), KeyReused, NotOnOffer, AddOnNotOffered,
    Emergency, NotSuitable, NotForYou, TermsChanged and SeriesChanged where anything is not as it was shown, Busy.
    Nothing is written unless everything is.
    """
    must_accept_policy(request.each.policy_accepted)
    request = replace(request, picks=tuple(sorted(request.picks, key=lambda pick: pick.position)))
    must_be_a_series(request)
    return earlier_series(request) or book_series_once(request)


def book_series_once(request: SeriesRequest) -> Series:
    """Screen and book what was not booked before; where the same request sent twice is faster, its is the answer."""
    pattern, service = request.pattern, request.pattern.order.service
    if pattern.after is not None and request.each.client != pattern.after.client:
        raise NotPossible(
            _("The appointment that is repeated is another client's. Please start again from that appointment.")
        )
    if service.audience == Service.Audience.NEW:
        first_only = _("%(service)s is for a first visit, so it cannot be repeated.")
        raise NotEligible(first_only % {"service": service.name})
    screened = check_request(request.appointment_at(min(request.picks, key=lambda pick: pick.start)))
    try:
        return run_transaction(lambda: write_series(request, screened), therapists=[pattern.therapist.pk])
    except SlotTaken as taken:
        raise series_changed() from taken
    except IntegrityError:
        if earlier := earlier_series(request):
            return earlier
        raise


def must_be_a_series(request: SeriesRequest) -> None:
    """Refuse what is no series, and rules set aside without a reason. Raises NotPossible, Refusal."""
    picks, pattern = request.picks, request.pattern
    places = [pick.position for pick in picks]
    first = 2 if pattern.after else 1
    if len(picks) + bool(pattern.after) < Series.TIMES[0] or not picks:
        raise NotPossible(_("A series has at least two appointments. Please keep more of the dates."))
    if len(set(places)) < len(places) or not set(places) <= set(range(first, pattern.times + 1)):
        raise NotPossible(_("These dates do not belong together. Please look at them again."))
    if any(pick.aside for pick in picks):
        require_reason(request.reason, field="override_reason")


def earlier_series(request: SeriesRequest) -> Series | None:
    """The series that this very request made before. Raises KeyReused for other content under its key."""
    earlier = Series.objects.filter(idempotency_key=request.each.key).first() if request.each.key else None
    if earlier is not None and earlier.request_hash != request.fingerprint:
        raise IdempotencyKeyReused(_("This form was already sent with other answers. Please start again."))
    return earlier


def write_series(request: SeriesRequest, screened: ScreeningResult) -> Series:
    """Inside `run_transaction` with the therapist's lock: every other, another look at every date, then each one."""
    pattern = request.pattern
    # The second of a double click waited for the lock.
    if earlier := earlier_series(request):
        return earlier
    client = existing_client(request.each.client)
    lock_rooms_and_kits(with_kits=pattern.order.needs_kit)
    lock_client(client)
    first = lock_repeated_appointment(pattern.after)
    must_all_be_bookable(request, client)
    appointments: list[Appointment] = []
    for pick in request.picks:
        one = request.appointment_at(pick)
        appointments.append(
            write_booking(
                replace(one, client=appointments[0].client) if appointments else one, pattern.therapist, screened
            )
        )
    series = Series.objects.create(
        client=appointments[0].client,
        service=pattern.order.service,
        therapist=pattern.therapist,
        every_weeks=pattern.every_weeks,
        times=pattern.times,
        made_by=request.each.by,
        idempotency_key=request.each.key or None,
        request_hash=request.fingerprint,
    )
    for pick, appointment in zip(request.picks, appointments, strict=True):
        add_to_series(appointment, series, pick.position)
    if first is not None and first.is_ahead and first.series_id is None:
        add_to_series(first, series, 1)
        via, by = request.each.via, request.each.by
        record_history(first, AppointmentChange.What.SERIES, via=via, by=by, after=str(series))
    combine(appointments, Confirmation.code)
    return series


def add_to_series(appointment: Appointment, series: Series, position: int) -> None:
    """Give an appointment its place in a series."""
    appointment.series, appointment.position = series, position
    appointment.save(update_fields=["series", "position"])


def lock_repeated_appointment(after: Appointment | None) -> Appointment | None:
    """The repeated appointment, locked. Raises SeriesChanged where it is another's or elsewhere by now."""
    if after is None:
        return None
    current = lock_appointment(after)
    if current.starts_at != after.starts_at or current.client_id != after.client_id:
        raise series_changed()
    return current


def must_all_be_bookable(request: SeriesRequest, client: Client | None) -> None:
    """Go through the dates on paper, one after the other. Raises SeriesChanged where one is not as it was shown."""
    order, practice = request.pattern.order, request.each.practice
    therapist = request.pattern.therapist
    days = [practice.date_of(pick.start) for pick in request.picks]
    draft: TentativeSchedule = tentative_schedule([order], client, first=min(days), last=max(days))
    for pick in request.picks:
        verdict = draft.check(order, therapist, pick.start, ignoring=pick.aside)
        if not verdict.free:
            raise series_changed()
        draft = draft.with_appointment(order, therapist, pick.start, verdict)


def series_changed() -> SeriesChanged:
    """The answer where not all is as it was shown."""
    return SeriesChanged(_("Something changed meanwhile, so nothing was done. Please look at the marked dates again."))
