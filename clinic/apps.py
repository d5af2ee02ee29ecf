"""The app `clinic`."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class ClinicConfig(AppConfig):
    """People who sign in, the practice, outgoing mail, the access log."""

    name = "clinic"
    verbose_name = "Practice"

    def ready(self) -> None:
        """Register the system checks, and what is noted of sign-ins."""
        from clinic import checks  # noqa: F401
        from clinic.accounts import security  # noqa: F401
        from clinic.accounts.roles import write_ready_groups

        # Sent for each app in order; by that of `auth` the permissions of all three apps of ours are written.
        post_migrate.connect(write_ready_groups, sender=apps.get_app_config("auth"))
