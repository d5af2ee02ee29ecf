"""Moving an appointment, or changing its service in place: an UPDATE of the same row, revision + 1."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.allocation import Allocation, allocate
from booking.appointments.booking_request import WHATEVER_IS_FREE, RuleOverride, WantedResources
from booking.appointments.history import AppointmentState, record_change
from booking.appointments.known_health import earliest_move_start
from booking.appointments.locking import lock_therapists, run_transaction
from booking.appointments.screening import SafetyAnswers, screen_order, screened_at
from booking.appointments.suggestion import add_ons_suiting, offered_with
from booking.errors import AlternativeTime, NotPossible, SlotTaken, TooLate
from booking.models import AddOn, Appointment, AppointmentChange, Service, Status, Therapist
from booking.reminders.change_news import TOLD_AT_ONCE, ChangeNews
from booking.reminders.scheduling import schedule_change
from booking.scheduling import schedule
from booking.scheduling.availability import OVERRIDABLE, Unavailable
from booking.scheduling.configuration import Configuration, current_configuration
from booking.scheduling.order import Order, order_after_swap, order_as_booked
from booking.scheduling.terms import Terms, must_match_shown_terms, terms_as_booked, terms_of_swap
from clinic.models import Practice, User
from clinic.operations.worker_signals import wake_worker

# Minutes of a service without its add-ons, as in the price list.
SHORTEST_SESSION, LONGEST_SESSION = 5, 480
# What depends on when an appointment begins, and not on how long it takes.
SETTLED_BY_START = frozenset({Unavailable.PAST, Unavailable.NOTICE, Unavailable.HORIZON, Unavailable.OFF_GRID})


def move_appointment(
    appointment: Appointment,
    *,
    start: dt.datetime,
    therapist: Therapist | None = None,
    minutes: int | None = None,
    price: Decimal | None = None,
    via: str,
    practice: Practice,
    by: User | None = None,
    override: RuleOverride | None = None,
    by_client: bool = False,
    shown: Terms | None = None,
    wanted: WantedResources | None = None,
    news: ChangeNews = TOLD_AT_ONCE,
) -> Appointment:
    """Move to `start` (aware), with the same therapist unless another is named. To where it is: nothing happens.

    A move keeps length and price unless `minutes` and `price` say others; `shown` is what the person saw of both.
    Raises NotPossible (over, cancelled, moved too often, no length), TooLate (client after the cut-off), TermsChanged
    where the appointment is another one by now, SlotTaken with alternatives, TemporarilyBusy.
    """
    target = therapist or appointment.therapist

    def work() -> Appointment:
        locked = lock_therapists({appointment.therapist_id, target.pk})
        current = lock_appointment(appointment)
        to = Destination(locked[target.pk], start, minutes or current.minutes, wanted, price=price)
        if to.is_where(current):
            return current
        must_be_movable(current)
        must_match_shown_terms(shown, terms_as_booked(current))
        must_be_length_of(current, to.minutes)
        if by_client:
            must_be_movable_online(current, start, practice)
        current.moves += by_client
        configuration = current_configuration()
        return relocate(current, to, via=via, by=by, override=override, configuration=configuration, news=news)

    try:
        return run_transaction(work)
    except SlotTaken as error:
        error.alternatives = alternatives_to(appointment, start, target, minutes=minutes, via=via, why=error.why)
        raise


def alternatives_to(
    appointment: Appointment,
    start: dt.datetime,
    therapist: Therapist,
    *,
    minutes: int | None,
    via: str,
    why: Unavailable | None,
) -> tuple[AlternativeTime, ...]:
    """The times near one that was refused. A program moves with the same therapist; a person may take a colleague."""
    with_colleagues = via != Appointment.Via.API and why is not Unavailable.CLIENT_BUSY
    order = order_as_booked(appointment, minutes=minutes)
    free = schedule.alternative_times(
        order, start, therapist=therapist, with_colleagues=with_colleagues, leaving_out=appointment
    )
    return tuple(free)


@dataclass(frozen=True)
class Destination:
    """Where an appointment goes: with whom, when (aware), for how many minutes."""

    therapist: Therapist
    start: dt.datetime
    minutes: int
    wanted: WantedResources | None = None
    """The room and kit; None: those it has where only its length changes, else whatever is free."""
    granted: Collection[Unavailable] | None = None
    """The rules that are not asked about again; None: those that a new length does not touch."""
    price: Decimal | None = None
    """What it costs there, in its own currency; None: as it was booked."""

    def is_where(self, current: Appointment) -> bool:
        """Whether the appointment stands there already."""
        wanted = self.wanted or WHATEVER_IS_FREE
        same_place = wanted.room in (None, current.room_id) and wanted.kit in (None, current.kit_id)
        stands = (current.starts_at, current.therapist_id, current.minutes)
        return same_place and stands == (self.start, self.therapist.pk, self.minutes)


def must_be_length_of(current: Appointment, minutes: int) -> None:
    """Refuse a length that leaves no time for the service, or that no service has. Raises NotPossible."""
    least = sum(part.minutes for part in current.added) + SHORTEST_SESSION
    if minutes != current.minutes and not least <= minutes <= LONGEST_SESSION:
        said = _("It can take from %(least)d to %(most)d minutes.")
        raise NotPossible(said % {"least": least, "most": LONGEST_SESSION})


def granted_rules(
    current: Appointment, therapist: Therapist, start: dt.datetime, minutes: int
) -> Collection[Unavailable]:
    """The rules that were settled when the appointment was booked, and that a new length does not touch.

    That is so only where it begins when it did, with whom it did; a shorter one asks for nothing that it had not.
    """
    if (current.starts_at, current.therapist_id) != (start, therapist.pk):
        return frozenset()
    return OVERRIDABLE if minutes <= current.minutes else SETTLED_BY_START


def must_be_movable_online(current: Appointment, start: dt.datetime, practice: Practice) -> None:
    """Refuse a client's move after the cut-off, too often, or to a day that is too early. Raises TooLate, NotPossible.

    Too early is a day on which what they told us (a cold, say) has not passed.
    """
    must_be_before_cutoff(current, practice)
    if not current.has_moves_left(practice):
        raise NotPossible(_("You have moved this appointment as often as possible online. Please call us."))
    must_be_after_passing(current, start, practice)


def must_be_after_passing(current: Appointment, start: dt.datetime, practice: Practice) -> None:
    """Refuse a client's move to a day on which what they told us (a cold, say) has not passed. Raises NotPossible."""
    since = earliest_move_start(current, practice)
    if since is not None and start < since:
        formats, local = practice.formats, since.astimezone(practice.zone)
        said = _("After what you told us we are glad to see you from %(day)s, %(time)s on. Or call us.")
        raise NotPossible(said % {"day": formats.day(local), "time": formats.clock(local)})


def relocate(
    current: Appointment,
    to: Destination,
    *,
    via: str,
    by: User | None,
    override: RuleOverride | None,
    configuration: Configuration,
    news: ChangeNews = TOLD_AT_ONCE,
    why: str = "",
) -> Appointment:
    """Put a locked appointment elsewhere, with its history and its mails. Therapists are locked.

    Runs inside `run_transaction`.
    """
    settled = granted_rules(current, to.therapist, to.start, to.minutes)
    kept = WantedResources(room=current.room_id, kit=current.kit_id) if settled else WHATEVER_IS_FREE
    place = allocate(
        order_as_booked(current, minutes=to.minutes),
        to.therapist,
        to.start,
        override=override,
        granted=settled if to.granted is None else to.granted,
        leaving_out=current,
        wanted=to.wanted or kept,
        configuration=configuration,
    )
    before = AppointmentState.of(current)
    current.minutes = to.minutes
    current.price = current.price if to.price is None else to.price
    write_allocation(current, place, by=by, also=("minutes", "price"))
    untold = "" if news.wanted else _("not told by mail")
    reasons = "; ".join(filter(None, [*place.overridden, override.reason if override else "", why, untold]))
    record_change(current, AppointmentChange.What.MOVED, before=before, via=via, by=by, why=reasons)
    schedule_change_mails(current, why=_("moved"), configuration=configuration, news=news)
    return current


def swap_service(
    appointment: Appointment,
    *,
    service: Service,
    via: str,
    practice: Practice,
    by: User | None = None,
    shown: Terms | None = None,
) -> Appointment:
    """Change the service at the same time with the same therapist: from hot stones to a regular massage, say.

    The new service is screened with the answers given at booking; length, price and buffers become the new one's.
    Add-ons stay, as they were booked, where they are offered with the new service and suit those answers; to the same
    service, only what does not suit any more goes. `shown` is what the person saw of the new terms. Raises
    NotPossible, NotSuitable, TermsChanged, SlotTaken, Busy.
    """
    given, start, booked = appointment.screening, appointment.starts_at, order_as_booked(appointment)
    told = SafetyAnswers.on_file(given) if given else SafetyAnswers()
    screen_order(Order.of(service), told, start=start, practice=practice)
    keeping = add_ons_suiting(booked, screened_at(start, booked, told, practice))
    if service != booked.service:
        keeping = offered_with(service, keeping)
    return run_transaction(
        lambda: write_service_swap(appointment, service, keeping, via=via, by=by, shown=shown, practice=practice)
    )


def write_service_swap(
    appointment: Appointment,
    service: Service,
    keeping: Sequence[AddOn],
    *,
    via: str,
    by: User | None,
    shown: Terms | None,
    practice: Practice,
) -> Appointment:
    """The swap's own transaction. Runs inside `run_transaction`."""
    locked = lock_therapists({appointment.therapist_id})
    current = lock_appointment(appointment)
    order = order_after_swap(current, service, keeping)
    if order == order_as_booked(current):
        return current
    must_be_movable(current)
    terms = terms_of_swap(order, current, practice)
    must_match_shown_terms(shown, terms)
    configuration = current_configuration()
    # The time was granted before; only an overlap of the longer or shorter session can stand in the way.
    place = allocate(
        order,
        locked[current.therapist_id],
        current.starts_at,
        override=RuleOverride(reason=_("service changed at the same time")),
        leaving_out=current,
        configuration=configuration,
    )
    before = AppointmentState.of(current)
    current.add_ons.exclude(add_on__in=order.add_ons).delete()
    current.service, current.minutes = service, order.minutes
    current.price, current.currency = order.price, terms.currency
    write_allocation(current, place, by=by, also=("service", "minutes", "price", "currency"))
    current = lock_appointment(current)
    record_change(current, AppointmentChange.What.SERVICE, before=before, via=via, by=by)
    schedule_change_mails(current, why=_("service changed"), configuration=configuration)
    return current


def lock_appointment(appointment: Appointment) -> Appointment:
    """The appointment's row, locked and as it stands now."""
    return Appointment.objects.select_for_update(of=("self",), no_key=True).with_people().get(pk=appointment.pk)


def write_allocation(current: Appointment, place: Allocation, *, by: User | None, also: tuple[str, ...]) -> None:
    """Write the new place and raise the revision."""
    for column, value in place.columns.items():
        setattr(current, column, value)
    current.revision += 1
    current.changed_at = timezone.now()
    current.changed_by = by
    current.confirmed_by_client_at = None
    columns = (*place.columns, "revision", "moves", "changed_at", "changed_by", "confirmed_by_client_at", *also)
    current.save(update_fields=[column.removesuffix("_id") for column in columns])


def schedule_change_mails(
    current: Appointment, *, why: str, configuration: Configuration, news: ChangeNews = TOLD_AT_ONCE
) -> None:
    """Void what the old time owed, owe what the new one does, and tell the client."""
    schedule_change(current, configuration=configuration, why=why, now=current.changed_at, news=news)
    transaction.on_commit(wake_worker)


def must_be_movable(appointment: Appointment) -> None:
    """Only what is requested or confirmed can change its time. Raises NotPossible."""
    if appointment.status not in (Status.REQUESTED, Status.CONFIRMED):
        raise NotPossible(
            _("This appointment is %(status)s and cannot be changed any more.")
            % {"status": appointment.get_status_display()}
        )


def must_be_before_cutoff(appointment: Appointment, practice: Practice) -> None:
    """The client's own changes end at the cut-off. Raises TooLate, NotPossible for an appointment that has begun."""
    now = timezone.now()
    if appointment.starts_at <= now:
        raise NotPossible(_("This appointment has already begun or is over."))
    if appointment.is_past_cutoff(practice, now):
        raise TooLate(
            _("It is too late to change this online. Please call us%(phone)s.")
            % {"phone": f": {practice.phone}" if practice.phone else ""}
        )
