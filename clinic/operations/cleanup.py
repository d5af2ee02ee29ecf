"""What is forgotten by itself: sessions that are over, codes and links that open nothing any more, kept forms."""

from django.contrib.sessions.models import Session
from django.utils import timezone

from clinic.models import ClientLink, KeptPost, MailCode


def delete_expired() -> int:
    """Delete what has expired; return how many rows. A session may hold the answers of a booking not finished."""
    now = timezone.now()
    old = (
        Session.objects.filter(expire_date__lt=now),
        MailCode.objects.filter(until__lt=now),
        ClientLink.objects.filter(expires_at__lt=now),
        KeptPost.objects.filter(until__lt=now),
    )
    return sum(rows.delete()[0] for rows in old)
