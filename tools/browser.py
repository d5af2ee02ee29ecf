"""The browser that tests and screenshots drive."""

import shutil

# The names Chromium goes by. Without its windows (Debian has it apart) it takes half the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def find_browser() -> str | None:
    """The path of the first that is there, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)
