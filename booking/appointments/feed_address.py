"""The secret address of a therapist's calendar: made, replaced, taken away. Only its hash is stored."""

import secrets

from django.utils import timezone

from booking.models import Therapist
from clinic.models.links import token_digest


def create_feed(therapist: Therapist) -> str:
    """Make a new secret and return it, this once; the one before opens nothing from now on."""
    secret = secrets.token_urlsafe(32)
    therapist.feed_digest, therapist.feed_created_at = token_digest(secret), timezone.now()
    therapist.save(update_fields=["feed_digest", "feed_created_at"])
    return secret


def delete_feed(therapist: Therapist) -> None:
    """Take the address away: phones that subscribed to it learn nothing more."""
    therapist.feed_digest = therapist.feed_created_at = None
    therapist.save(update_fields=["feed_digest", "feed_created_at"])
