#!/usr/bin/env python3
"""Warmstone's command line."""

import gc
import os
import sys


def main() -> None:
    """Run one management command."""
    # A command makes much that stays, and is over soon: looking through it for garbage as often as Python does by
    # itself is a third of the work of `migrate`, and a fifth of every start.
    gc.set_threshold(200_000, 20, 20)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        # Read here, so that what is wrong in them is one line, whatever the command.
        settings.SECRET_KEY  # noqa: B018
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
