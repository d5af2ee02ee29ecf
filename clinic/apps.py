"""The app `clinic`."""

from django.apps import AppConfig


class ClinicConfig(AppConfig):
    """People who sign in, the practice, outgoing mail, the access log."""

    name = "clinic"
    verbose_name = "Practice"

    def ready(self) -> None:
        """Register the system checks, and what is noted of sign-ins."""
        from clinic import checks  # noqa: F401
        from clinic.accounts import security  # noqa: F401
