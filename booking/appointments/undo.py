"""Taking a move, a cancellation or a no-show back: the appointment stands where it stood, and who never heard of the
change hears of nothing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.booking_request import WantedResources
from booking.appointments.locking import lock_therapists, transactional
from booking.appointments.move import Destination, lock_appointment, must_be_movable, relocate
from booking.appointments.status import write_status
from booking.errors import NotPossible
from booking.models import AHEAD, Appointment, AppointmentChange, Status
from booking.reminders.change_news import ChangeNews
from booking.reminders.combined import combine
from booking.reminders.kinds.confirmation import Confirmation
from booking.reminders.scheduling import schedule_aftercare, schedule_reinstatement
from booking.scheduling.availability import OVERRIDABLE, ResourceKey
from booking.scheduling.configuration import current_configuration
from clinic.models import User
from clinic.operations.worker_signals import wake_worker

# Long enough to see that it was the wrong one; after that it is booked again, by the rules for a new booking.
OWN_UNDO_WITHIN = dt.timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where an appointment stood: all that a move changes. Keys are primary keys, instants UTC."""

    revision: int
    start: dt.datetime
    therapist: ResourceKey
    minutes: int
    price: Decimal
    room: ResourceKey | None
    kit: ResourceKey | None
    confirmed_at: dt.datetime | None
    """When the client said that they come: a yes to that time."""

    def is_where(self, appointment: Appointment) -> bool:
        """Whether the appointment stands there."""
        now = Placement.of(appointment)
        return (self.start, self.therapist, self.minutes) == (now.start, now.therapist, now.minutes)

    @classmethod
    def of(cls, appointment: Appointment) -> Self:
        """Where it stands now."""
        return cls(
            revision=appointment.revision,
            start=appointment.starts_at,
            therapist=appointment.therapist_id,
            minutes=appointment.minutes,
            price=appointment.price,
            room=appointment.room_id,
            kit=appointment.kit_id,
            confirmed_at=appointment.confirmed_by_client_at,
        )


@transactional
def undo_move(appointment: Appointment, *, before: Placement, via: str, by: User | None) -> Appointment:
    """Put an appointment back where it stood before its last move; it was allowed there, so only an overlap refuses.

    Raises NotPossible where it was changed since, or is over; SlotTaken where somebody has its old time by now;
    TemporarilyBusy.
    """
    therapists = lock_therapists({appointment.therapist_id, before.therapist})
    current = lock_appointment(appointment)
    if before.is_where(current):
        # A second tap.
        return current
    if current.revision != before.revision + 1 or before.therapist not in therapists:
        raise NotPossible(_("It was changed again meanwhile: please look where it is now."))
    must_be_movable(current)
    where = WantedResources(room=before.room, kit=before.kit)
    back = relocate(
        current,
        Destination(
            therapists[before.therapist], before.start, before.minutes, where, granted=OVERRIDABLE, price=before.price
        ),
        via=via,
        by=by,
        override=None,
        configuration=current_configuration(),
        news=ChangeNews(waits=True, is_undo=True),
        why=_("undone"),
    )
    if before.confirmed_at is not None:
        back.confirmed_by_client_at = before.confirmed_at
        back.save(update_fields=["confirmed_by_client_at"])
    return back


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How an appointment stood before it was cancelled. `key` is its primary key."""

    key: int
    revision: int
    status: str

    @classmethod
    def of(cls, appointment: Appointment) -> Self:
        """How it stands now."""
        return cls(key=appointment.pk, revision=appointment.revision, status=appointment.status)

    def is_how(self, current: Appointment) -> bool:
        """Whether a cancellation of it was undone already."""
        return current.status == self.status and current.revision == self.revision + 2


@transactional
def undo_cancel(appointments: Sequence[Appointment], *, stood: Sequence[Standing], via: str, by: User | None) -> None:
    """Give cancelled appointments, all or none, their time and their status of before back; they were allowed there,
    so only an overlap refuses.

    `stood` has one for each. Raises NotPossible where one was changed since, or has begun; SlotTaken where somebody
    has the time by now; TemporarilyBusy.
    """
    lock_therapists({each.therapist_id for each in appointments})
    before = {each.key: each for each in stood}
    current = [lock_appointment(each) for each in sorted(appointments, key=lambda each: each.pk)]
    if all(before[each.pk].is_how(each) for each in current):
        # A second tap.
        return
    for each in current:
        reinstate(each, before[each.pk], via=via, by=by)
    combine(current, Confirmation.code)
    transaction.on_commit(wake_worker)


def own_cancellation_to_undo(appointment: Appointment) -> Standing | None:
    """How an appointment stood that its client cancelled by themselves just now, while it can still be ahead again.

    Once for each: whoever holds a link could else send mails to its mailbox without end.
    """
    if appointment.status != Status.CANCELLED or not appointment.cancelled_by_client:
        return None
    now = timezone.now()
    changes = appointment.changes.filter(what=AppointmentChange.What.STATUS)
    last = changes.last()
    if last is None or last.via not in Appointment.SELF_SERVICE or now - last.at > OWN_UNDO_WITHIN:
        return None
    if changes.filter(before=Status.CANCELLED, via__in=Appointment.SELF_SERVICE).exists():
        return None
    if last.before not in AHEAD or appointment.starts_at <= now:
        return None
    return Standing(key=appointment.pk, revision=appointment.revision - 1, status=last.before)


@transactional
def undo_no_show(appointment: Appointment, *, by: User | None, via: str = Appointment.Via.DESK) -> Appointment:
    """The client came after all, or the wrong button was pressed: give it back the status and the time of before.

    On the day it was marked only. What was stopped comes back where it is still of use: what follows a session that
    was completed. Raises NotPossible; SlotTaken where somebody has the time by now; TemporarilyBusy.
    """
    lock_therapists({appointment.therapist_id})
    current = lock_appointment(appointment)
    missed = no_show_to_undo(current)
    if missed is None:
        raise NotPossible(_("A no-show is undone on the day it was marked. Please choose Completed instead."))
    write_status(current, Status(missed.before), via=via, by=by, why=_("undone"), revise=False)
    if current.status == Status.COMPLETED:
        schedule_aftercare(current, configuration=current_configuration(), now=current.changed_at)
        transaction.on_commit(wake_worker)
    return current


def no_show_to_undo(appointment: Appointment) -> AppointmentChange | None:
    """The line that marked it as a no-show, while that can still be taken back: on the same day."""
    if appointment.status != Status.NO_SHOW:
        return None
    last = appointment.changes.filter(what=AppointmentChange.What.STATUS).last()
    return last if last is not None and timezone.localdate(last.at) == timezone.localdate() else None


def reinstate(current: Appointment, before: Standing, *, via: str, by: User | None) -> None:
    """Give one locked appointment its time back. Runs inside `run_transaction`. Raises NotPossible."""
    unchanged = current.status == Status.CANCELLED and current.revision == before.revision + 1
    if not unchanged or before.status not in AHEAD:
        raise NotPossible(_("It was changed again meanwhile: please look where it is now."))
    if current.starts_at <= timezone.now():
        raise NotPossible(_("It is too late to undo this here."))
    # Cancelling wrote its own reason over why the request waits, or why a rule was set aside.
    booked = current.changes.filter(what=AppointmentChange.What.BOOKED).first()
    current.reason, current.cancelled_by_client = booked.reason if booked else "", False
    write_status(current, Status(before.status), via=via, by=by, why=_("undone"), revise=True)
    schedule_reinstatement(current, configuration=current_configuration(), now=current.changed_at)
