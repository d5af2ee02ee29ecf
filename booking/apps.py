"""The top floor."""

from django.apps import AppConfig


class BookingConfig(AppConfig):
    """Services, hours, availability, appointments, reminders, the desk, session notes."""

    name = "booking"
    verbose_name = "Booking"

    def ready(self) -> None:
        """Register the system checks."""
        from booking import checks  # noqa: F401
