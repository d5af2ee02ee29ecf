"""Blocking time: leave over appointments is accepted, its conflicts are listed, nothing is cancelled by itself."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef

from booking.appointments.history import record_history
from booking.appointments.locking import lock_therapists, transactional
from booking.appointments.move import lock_appointment, must_be_movable
from booking.models import (
    Appointment,
    AppointmentChange,
    AppointmentQuerySet,
    PrivateBusy,
    Therapist,
    TimeOff,
    in_time_off,
)
from clinic.models import User
from clinic.operations.worker_signals import wake_worker


def time_off_conflicts(
    *, therapist: Therapist | None, starts_at: dt.datetime, ends_at: dt.datetime
) -> list[Appointment]:
    """The appointments still ahead that a time off between two instants would touch, also those only offered."""
    touched = Appointment.objects.holding().touching(starts_at, ends_at).with_people().order_by("starts_at")
    return list(touched.filter(therapist=therapist) if therapist else touched)


def still_in_time_off(appointments: AppointmentQuerySet) -> AppointmentQuerySet:
    """Those of some appointments that are ahead in blocked time and wait to be moved, cancelled or kept."""
    return appointments.holding().filter(in_time_off())


def appointments_in_private_time() -> AppointmentQuerySet:
    """The appointments ahead during which a private calendar of their therapist is busy, the next first."""
    busy = PrivateBusy.objects.filter(
        calendar__active=True,
        calendar__therapist=OuterRef("therapist"),
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
    )
    return Appointment.objects.holding().filter(Exists(busy)).order_by("starts_at")


def delete_time_off(off: TimeOff) -> None:
    """Take a time off away: the time is offered again, and those on the waitlist are asked at once."""
    with transaction.atomic():
        off.delete()
        transaction.on_commit(wake_worker)


@transactional
def block_time(
    *, therapist: Therapist | None, starts_at: dt.datetime, ends_at: dt.datetime, reason: str = ""
) -> tuple[TimeOff, list[Appointment]]:
    """Write time off, of the whole practice without a therapist, under their locks; return it and conflicts."""
    lock_therapists([therapist.pk] if therapist else Therapist.objects.values_list("pk", flat=True))
    touched = time_off_conflicts(therapist=therapist, starts_at=starts_at, ends_at=ends_at)
    keys = [each.pk for each in touched]
    off = TimeOff.objects.create(
        therapist=therapist, starts_at=starts_at, ends_at=ends_at, reason=reason, in_the_way=keys
    )
    return off, touched


@transactional
def keep_in_time_off(appointment: Appointment, *, via: str, by: User | None) -> None:
    """Note that an appointment takes place although its time is blocked. Raises NotPossible."""
    current = lock_appointment(appointment)
    must_be_movable(current)
    record_history(current, AppointmentChange.What.KEPT, via=via, by=by)
