"""The app `booking`."""

from django.apps import AppConfig


class BookingConfig(AppConfig):
    """Services, hours, availability, appointments, reminders, the desk, session notes."""

    name = "booking"
    verbose_name = "Booking"

    def ready(self) -> None:
        """Register the system checks and the kinds of mail."""
        from booking import checks  # noqa: F401
        from booking.reminders import kinds  # noqa: F401
        from booking.waitlist import mails  # noqa: F401
