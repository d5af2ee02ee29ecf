"""What is forgotten by itself: sessions that are over, codes and links that open nothing, kept forms, handovers."""

import datetime as dt

from django.contrib.sessions.models import Session
from django.utils import timezone

from clinic.models import ClientLink, Handover, KeptPost, MailCode

# Longer than any sign-in waits behind one.
HANDOVERS_KEPT_FOR = dt.timedelta(days=2)


def delete_expired() -> int:
    """Delete what has expired; return how many rows. A session may hold the answers of a booking not finished."""
    now = timezone.now()
    old = (
        Session.objects.filter(expire_date__lt=now),
        MailCode.objects.filter(until__lt=now),
        ClientLink.objects.filter(expires_at__lt=now),
        KeptPost.objects.filter(until__lt=now),
        Handover.objects.filter(made_at__lt=now - HANDOVERS_KEPT_FOR),
    )
    return sum(rows.delete()[0] for rows in old)
