"""Moving an appointment, or changing its service in place: an UPDATE of the same row, revision + 1."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.allocation import Allocation, allocate, lock_client_row
from booking.appointments.booking_request import RuleOverride, SafetyAnswers
from booking.appointments.history import AppointmentState, record_change
from booking.appointments.known_health import earliest_move_start
from booking.appointments.locking import lock_therapists, run_transaction
from booking.appointments.screening import add_ons_kept_with, screen_order, suitable_add_ons
from booking.errors import NotPossible, SlotTaken, TooLate
from booking.models import AddOn, Appointment, AppointmentChange, Service, Status, Therapist
from booking.reminders.scheduling import schedule_change
from booking.scheduling import schedule
from booking.scheduling.availability import Unavailable
from booking.scheduling.order import Order, order_after_swap, order_as_booked
from booking.scheduling.terms import Terms, must_match_shown_terms, terms_as_booked, terms_of_swap
from clinic.models import Practice, User
from clinic.operations.worker_signals import wake_worker


def move_appointment(
    appointment: Appointment,
    *,
    start: dt.datetime,
    therapist: Therapist | None = None,
    via: str,
    practice: Practice,
    by: User | None = None,
    override: RuleOverride | None = None,
    by_client: bool = False,
    shown: Terms | None = None,
) -> Appointment:
    """Move to `start` (aware), with the same therapist unless another is named. To where it is: nothing happens.

    A move keeps price and length; `shown` is what the person saw of them. Raises NotPossible (over, cancelled, moved
    too often), TooLate (client after the cut-off), TermsChanged where the appointment is another one by now, SlotTaken
    or NotOffered with alternatives, Busy. Returns the appointment as it now stands.
    """
    target = therapist or appointment.therapist

    def work() -> Appointment:
        locked = lock_therapists({appointment.therapist_id, target.pk})
        current = lock_appointment(appointment)
        if current.starts_at == start and current.therapist_id == target.pk:
            return current
        must_be_movable(current)
        must_match_shown_terms(shown, terms_as_booked(current))
        if by_client:
            must_be_before_cutoff(current, practice)
            must_have_moves_left(current, practice)
            must_be_after_passing(current, start, practice)
        current.moves += by_client
        return relocate(current, locked[target.pk], start, via=via, by=by, override=override, practice=practice)

    try:
        return run_transaction(work)
    except SlotTaken as error:
        # A program moves to another time with the same therapist; a person may take a colleague.
        error.alternatives = tuple(
            schedule.alternative_times(
                order_as_booked(appointment),
                start,
                therapist=target,
                with_colleagues=via != Appointment.Via.API and error.why != str(Unavailable.CLIENT_BUSY),
                leaving_out=appointment,
            )
        )
        raise


def must_be_after_passing(current: Appointment, start: dt.datetime, practice: Practice) -> None:
    """Refuse a client's move to a day on which what they told us (a cold, say) has not passed. Raises NotPossible."""
    since = earliest_move_start(current, practice)
    if since is not None and start < since:
        formats, local = practice.formats, since.astimezone(practice.zone)
        said = _("After what you told us we are glad to see you from %(day)s, %(time)s on. Or call us.")
        raise NotPossible(said % {"day": formats.day(local), "time": formats.clock(local)})


def relocate(
    current: Appointment,
    therapist: Therapist,
    start: dt.datetime,
    *,
    via: str,
    by: User | None,
    override: RuleOverride | None,
    practice: Practice,
) -> Appointment:
    """Put a locked appointment elsewhere, with its history and its mails. Therapists are locked.

    Runs inside `safely`.
    """
    place = allocate(
        order_as_booked(current), therapist, start, override=override, leaving_out=current, practice=practice
    )
    lock_client_row(current.client, place, leaving_out=current)
    before = AppointmentState.of(current)
    write_allocation(current, place, by=by)
    why = "; ".join([*place.overridden, override.reason if override else ""]).strip("; ")
    record_change(current, AppointmentChange.What.MOVED, before=before, via=via, by=by, why=why)
    schedule_change_mails(current, why=_("moved"))
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
    given, answers = appointment.screening, SafetyAnswers()
    if given is not None:
        answers = SafetyAnswers.on_file(given)
        screen_order(Order.of(service), answers, start=appointment.starts_at, practice=practice)
    booked = order_as_booked(appointment)
    if service.pk == appointment.service_id:
        keeping = suitable_add_ons(booked.add_ons, answers, practice)
    else:
        keeping = add_ons_kept_with(service, booked.add_ons, answers, practice)
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
    """The swap's own transaction. Runs inside `safely`."""
    locked = lock_therapists({appointment.therapist_id})
    current = lock_appointment(appointment)
    order = order_after_swap(current, service, keeping)
    if order == order_as_booked(current):
        return current
    must_be_movable(current)
    terms = terms_of_swap(order, current, practice)
    must_match_shown_terms(shown, terms)
    # The time was granted before; only an overlap of the longer or shorter session can stand in the way.
    place = allocate(
        order,
        locked[current.therapist_id],
        current.starts_at,
        override=RuleOverride(reason=_("service changed at the same time")),
        leaving_out=current,
        practice=practice,
    )
    lock_client_row(current.client, place, leaving_out=current)
    before = AppointmentState.of(current)
    current.add_ons.exclude(add_on__in=order.add_ons).delete()
    current.service, current.minutes = service, order.minutes
    current.price, current.currency = order.price, terms.currency
    write_allocation(current, place, by=by, also=("service", "minutes", "price", "currency"))
    current = lock_appointment(current)
    record_change(current, AppointmentChange.What.SERVICE, before=before, via=via, by=by)
    schedule_change_mails(current, why=_("service changed"))
    return current


def lock_appointment(appointment: Appointment) -> Appointment:
    """The appointment's row, locked and as it stands now."""
    return Appointment.objects.select_for_update(of=("self",), no_key=True).with_people().get(pk=appointment.pk)


def write_allocation(current: Appointment, place: Allocation, *, by: User | None, also: tuple[str, ...] = ()) -> None:
    """Write the new place and raise the revision."""
    for column, value in place.columns.items():
        setattr(current, column, value)
    current.revision += 1
    current.changed_at = timezone.now()
    current.changed_by = by
    current.confirmed_by_client_at = None
    columns = (*place.columns, "revision", "moves", "changed_at", "changed_by", "confirmed_by_client_at", *also)
    current.save(update_fields=[column.removesuffix("_id") for column in columns])


def schedule_change_mails(current: Appointment, *, why: str) -> None:
    """Void what the old time owed, owe what the new one does, and tell the client."""
    schedule_change(current, why=why, now=timezone.now())
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


def must_have_moves_left(appointment: Appointment, practice: Practice) -> None:
    """A client may move one appointment only so often. Raises NotPossible."""
    if not appointment.has_moves_left(practice):
        raise NotPossible(_("You have moved this appointment as often as possible online. Please call us."))
