"""The secret address of a therapist's calendar: made, replaced, taken away. Only its hash is stored."""

import secrets

from django.utils import timezone

from booking.models import Therapist
from clinic.models.links import digest


def new_feed(therapist: Therapist) -> str:
    """Make a new secret and return it, this once; the one before opens nothing from now on."""
    secret = secrets.token_urlsafe(32)
    therapist.feed_digest, therapist.feed_since = digest(secret), timezone.now()
    therapist.save(update_fields=["feed_digest", "feed_since"])
    return secret


def stop_feed(therapist: Therapist) -> None:
    """Take the address away: phones that subscribed to it learn nothing more."""
    therapist.feed_digest = therapist.feed_since = None
    therapist.save(update_fields=["feed_digest", "feed_since"])
