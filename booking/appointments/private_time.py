"""Appointments that lie in time which a therapist's private calendar claims: nothing is cancelled, the desk says it."""

from django.db.models import Exists, F, OuterRef

from booking.models import Appointment, AppointmentQuerySet, PrivateBusy


def appointments_in_private_time() -> AppointmentQuerySet:
    """The appointments ahead during which a private calendar of their therapist is busy, the next first."""
    busy = PrivateBusy.objects.filter(
        calendar__active=True,
        calendar__therapist=OuterRef("therapist"),
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
    )
    ahead: AppointmentQuerySet = Appointment.objects.holding().filter(Exists(busy))
    return ahead.order_by(F("starts_at"))
