"""What a server reads before it forks: its processes share that memory, and none waits for it with its first work."""

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string


def read_before_fork() -> None:
    """Read the modules of all pages and their addresses, and what the settings name. Connects to nothing."""
    reverse(settings.LOGIN_URL)
    for name in settings.READ_BEFORE_FORK:
        import_string(name)()
