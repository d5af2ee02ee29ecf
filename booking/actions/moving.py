"""Moving an appointment, or changing its service in place: an UPDATE of the same row, revision + 1."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking import diary
from booking.actions.history import Standing, remember_change
from booking.actions.locking import lock_therapists, safely
from booking.actions.on_file import earliest_for
from booking.actions.placing import Place, find_place, hold_client
from booking.actions.screening import kept_with, screen, suitable
from booking.actions.wishes import Answers, Override
from booking.availability import Reason
from booking.errors import NotPossible, SlotTaken, TooLate
from booking.models import AddOn, Appointment, AppointmentChange, Service, Therapist
from booking.models.appointment import Status
from booking.order import after_swap, as_booked
from booking.reminders.scheduling import schedule_change
from booking.terms import Terms, must_be_as_shown, terms_as_booked, terms_of_swap
from clinic.models import Practice, User
from clinic.worker_signals import wake_worker


def move(
    appointment: Appointment,
    *,
    start: dt.datetime,
    therapist: Therapist | None = None,
    via: str,
    by: User | None = None,
    override: Override | None = None,
    by_client: bool = False,
    shown: Terms | None = None,
) -> Appointment:
    """Move to `start` (aware), with the same therapist unless another is named. To where it is: nothing happens.

    A move keeps price and length; `shown` is what the person saw of them. Raises NotPossible (over, cancelled, moved
    too often), TooLate (client after the cut-off), TermsChanged where the appointment is another one by now, SlotTaken
    or NotOffered with alternatives, Busy. Returns the appointment as it now stands.
    """
    target = therapist or appointment.therapist
    try:
        return safely(
            lambda: rewrite(
                appointment, start, target, via=via, by=by, override=override, by_client=by_client, shown=shown
            )
        )
    except SlotTaken as error:
        # A program moves to another time with the same therapist; a person may take a colleague.
        error.alternatives = tuple(
            diary.alternatives(
                as_booked(appointment),
                start,
                therapist=target,
                with_colleagues=via != Appointment.Via.API and error.why != str(Reason.CLIENT_BUSY),
                leaving_out=appointment,
            )
        )
        raise


def rewrite(
    appointment: Appointment,
    start: dt.datetime,
    therapist: Therapist,
    *,
    via: str,
    by: User | None,
    override: Override | None,
    by_client: bool,
    shown: Terms | None,
) -> Appointment:
    """The move's own transaction. Runs inside `safely`."""
    locked = lock_therapists({appointment.therapist_id, therapist.pk})
    current = fresh(appointment)
    if current.starts_at == start and current.therapist_id == therapist.pk:
        return current
    must_be_movable(current)
    must_be_as_shown(shown, terms_as_booked(current))
    if by_client:
        must_be_in_time(current)
        must_have_moves_left(current)
        must_have_passed(current, start)
    current.moves += by_client
    return relocate(current, locked[therapist.pk], start, via=via, by=by, override=override)


def must_have_passed(current: Appointment, start: dt.datetime) -> None:
    """Refuse a client's move to a day on which what they told us (a cold, say) has not passed. Raises NotPossible."""
    since = earliest_for(current)
    if since is not None and start < since:
        formats, local = Practice.current().formats, since.astimezone(Practice.current().zone)
        said = _("After what you told us we are glad to see you from %(day)s, %(time)s on. Or call us.")
        raise NotPossible(said % {"day": formats.day(local), "time": formats.clock(local)})


def relocate(
    current: Appointment,
    therapist: Therapist,
    start: dt.datetime,
    *,
    via: str,
    by: User | None,
    override: Override | None,
) -> Appointment:
    """Put a locked visit elsewhere, with its history and its mails. Therapists are locked. Runs inside `safely`."""
    place = find_place(as_booked(current), therapist, start, override=override, leaving_out=current)
    hold_client(current.client, place, leaving_out=current)
    before = Standing.of(current)
    put(current, place, by=by)
    why = "; ".join([*place.overridden, override.reason if override else ""]).strip("; ")
    remember_change(current, AppointmentChange.What.MOVED, before=before, via=via, by=by, why=why)
    tell_of_change(current, why=_("moved"))
    return current


def swap_service(
    appointment: Appointment, *, service: Service, via: str, by: User | None = None, shown: Terms | None = None
) -> Appointment:
    """Change the service at the same time with the same therapist: from hot stones to a regular massage, say.

    The new service is screened with the answers given at booking; length, price and buffers become the new one's.
    Add-ons stay, as they were booked, where they are offered with the new service and suit those answers; to the same
    service, only what does not suit any more goes. `shown` is what the person saw of the new terms. Raises
    NotPossible, NotSuitable, TermsChanged, SlotTaken, Busy.
    """
    given, answers = appointment.screening, Answers()
    if given is not None:
        answers = Answers(
            conditions=frozenset(given.conditions), red_flags=frozenset(given.red_flags), told_at=given.given_at
        )
        screen(service, answers, start=appointment.starts_at)
    booked, practice = as_booked(appointment), Practice.current()
    if service.pk == appointment.service_id:
        keeping = suitable(booked.add_ons, answers, practice)
    else:
        keeping = kept_with(service, booked.add_ons, answers, practice)
    return safely(lambda: rewrite_service(appointment, service, keeping, via=via, by=by, shown=shown))


def rewrite_service(
    appointment: Appointment,
    service: Service,
    keeping: Sequence[AddOn],
    *,
    via: str,
    by: User | None,
    shown: Terms | None,
) -> Appointment:
    """The swap's own transaction. Runs inside `safely`."""
    locked = lock_therapists({appointment.therapist_id})
    current = fresh(appointment)
    order = after_swap(current, service, keeping)
    if order == as_booked(current):
        return current
    must_be_movable(current)
    terms = terms_of_swap(order, current, Practice.current())
    must_be_as_shown(shown, terms)
    # The time was granted before; only an overlap of the longer or shorter session can stand in the way.
    place = find_place(
        order,
        locked[current.therapist_id],
        current.starts_at,
        override=Override(reason=_("service changed at the same time")),
        leaving_out=current,
    )
    hold_client(current.client, place, leaving_out=current)
    before = Standing.of(current)
    current.add_ons.exclude(add_on__in=order.add_ons).delete()
    current.service, current.minutes = service, order.minutes
    current.price, current.currency = order.price, terms.currency
    put(current, place, by=by, also=("service", "minutes", "price", "currency"))
    current = fresh(current)
    remember_change(current, AppointmentChange.What.SERVICE, before=before, via=via, by=by)
    tell_of_change(current, why=_("service changed"))
    return current


def fresh(appointment: Appointment) -> Appointment:
    """The appointment's row, locked and as it stands now."""
    return Appointment.objects.select_for_update(of=("self",), no_key=True).with_people().get(pk=appointment.pk)


def put(current: Appointment, place: Place, *, by: User | None, also: tuple[str, ...] = ()) -> None:
    """Write the new place and raise the revision."""
    for column, value in place.columns.items():
        setattr(current, column, value)
    current.revision += 1
    current.changed_at = timezone.now()
    current.changed_by = by
    current.confirmed_by_client_at = None
    columns = (*place.columns, "revision", "moves", "changed_at", "changed_by", "confirmed_by_client_at", *also)
    current.save(update_fields=[column.removesuffix("_id") for column in columns])


def tell_of_change(current: Appointment, *, why: str) -> None:
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


def must_be_in_time(appointment: Appointment) -> None:
    """The client's own changes end at the cut-off. Raises TooLate, NotPossible for a visit that has begun."""
    practice = Practice.current()
    now = timezone.now()
    if appointment.starts_at <= now:
        raise NotPossible(_("This appointment has already begun or is over."))
    if now > appointment.cutoff(practice.cancel_cutoff_hours):
        raise TooLate(
            _("It is too late to change this online. Please call us%(phone)s.")
            % {"phone": f": {practice.phone}" if practice.phone else ""}
        )


def must_have_moves_left(appointment: Appointment) -> None:
    """A client may move one visit only so often. Raises NotPossible."""
    if not appointment.has_moves_left(Practice.current().moves_per_visit):
        raise NotPossible(_("You have moved this appointment as often as possible online. Please call us."))
