"""Appointments whose time was blocked after they were booked."""

from django.db.models import Exists, OuterRef, Q

from booking.appointments.models.change import AppointmentChange
from booking.scheduling.models.therapist import TimeOff


def in_time_off(appointment: str = "") -> Exists:
    """Whether an appointment lies in time that was blocked after it was booked, and nobody has said that it stays.

    `appointment` is the path to it, such as "appointment__".
    """

    def of(column: str) -> OuterRef:
        return OuterRef(f"{appointment}{column}")

    stays = AppointmentChange.objects.filter(
        appointment=OuterRef(of("pk")), what=AppointmentChange.What.KEPT, at__gte=OuterRef("created_at")
    )
    return Exists(
        TimeOff.objects.filter(
            Q(therapist=None) | Q(therapist=of("therapist")),
            ~Exists(stays.order_by()),
            starts_at__lt=of("ends_at"),
            ends_at__gt=of("starts_at"),
            created_at__gte=of("created_at"),
        ).order_by()
    )
