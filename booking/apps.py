"""The app `booking`."""

from django.apps import AppConfig


class BookingConfig(AppConfig):
    """Services, hours, availability, appointments, reminders, the desk, session notes."""

    name = "booking"
    verbose_name = "Booking"

    def ready(self) -> None:
        """Register checks, kinds of mail, what the privacy notice says, and what care plans ask of appointments."""
        from booking import checks, privacy_facts  # noqa: F401
        from booking.appointments.plan_sessions import session_context_of
        from booking.payments import mails as receipt_mails  # noqa: F401
        from booking.reminders import kinds  # noqa: F401
        from booking.waitlist import mails  # noqa: F401
        from clients.plans.sessions import register_session_source

        register_session_source(session_context_of)
