"""Static files are collected where they may be written; an image brings them, and nothing in it can be changed."""

import os
from pathlib import Path

from django.conf import settings


def may_collect() -> bool:
    """Whether STATIC_ROOT, or the folder in which it would be made, can be written to."""
    place = Path(settings.STATIC_ROOT)
    while not place.exists() and place != place.parent:
        place = place.parent
    return os.access(place, os.W_OK)
