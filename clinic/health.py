"""How each part of the running system is, by name."""

import datetime as dt
from typing import TypedDict

from django.db import DatabaseError, connection
from django.utils import timezone

from clinic.mail.channel import current
from clinic.models import Heartbeat, OutgoingMail

# A sweep each minute; three missed ones are a fault a person must see (reliability.md, Messages).
STALE_AFTER = dt.timedelta(minutes=3)
LATE_AFTER = dt.timedelta(minutes=5)
SWEEPS = ("reminders", "mail")
# The bookings are proved each night; two missed nights are a fault too.
PROOF_STALE_AFTER = dt.timedelta(hours=50)


class Part(TypedDict):
    """One part of the system."""

    ok: bool
    detail: str


def parts() -> dict[str, Part]:
    """Check the database, both sweeps, the oldest due mail, the way out, the nightly proof and each job."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return {
            "database": {"ok": True, "detail": "answers"},
            **sweeps(),
            "mail_queue": mail_queue(),
            "mail_channel": channel(),
            "bookings": bookings(),
            "jobs": jobs(),
        }
    except DatabaseError as error:
        return {"database": {"ok": False, "detail": type(error).__name__}}


def sweeps() -> dict[str, Part]:
    """Say of each periodic sweep how long ago it last finished."""
    beats = {beat.name: beat.at for beat in Heartbeat.objects.filter(name__in=SWEEPS)}
    return {f"sweep_{name}": freshness(beats.get(name)) for name in SWEEPS}


def freshness(at: dt.datetime | None) -> Part:
    """Judge one heartbeat."""
    if at is None:
        return {"ok": False, "detail": "never ran"}
    age = timezone.now() - at
    return {"ok": age <= STALE_AFTER, "detail": f"{int(age.total_seconds())} s ago"}


def mail_queue() -> Part:
    """Judge the oldest mail that was due and has not gone."""
    oldest = OutgoingMail.objects.pending().filter(next_try_at__lte=timezone.now()).order_by("next_try_at").first()
    if oldest is None:
        return {"ok": True, "detail": "nothing waits"}
    age = timezone.now() - oldest.next_try_at
    return {"ok": age <= LATE_AFTER, "detail": f"oldest waits {int(age.total_seconds())} s"}


def bookings() -> Part:
    """Say what the last nightly proof of the bookings found. A new installation waits for its first night."""
    last = Heartbeat.objects.filter(name=Heartbeat.PROOF).first()
    if last is None:
        return {"ok": True, "detail": "not proved yet"}
    if last.trouble:
        return {"ok": False, "detail": f"problems found: {last.trouble}; manage.py verify names them"}
    age = timezone.now() - last.at
    return {"ok": age <= PROOF_STALE_AFTER, "detail": f"proved {int(age.total_seconds()) // 3600} h ago"}


def jobs() -> Part:
    """Say which jobs of the sweep failed at their last run, and with what kind of fault; the log has its words."""
    failed = [beat for beat in Heartbeat.objects.order_by("name") if beat.failed]
    if failed:
        return {"ok": False, "detail": "failed: " + ", ".join(f"{beat.name} ({beat.trouble})" for beat in failed)}
    return {"ok": True, "detail": "none failed"}


def channel() -> Part:
    """Say whether the way out is held, paused or down, and why."""
    way = current()
    if way.held_since is not None:
        return {"ok": False, "detail": f"held: {way.held_why}"}
    if way.is_paused:
        return {"ok": False, "detail": way.reason}
    if way.is_down:
        return {"ok": False, "detail": f"no answer since {way.down_since:%Y-%m-%d %H:%M} UTC: {way.down_why}"}
    return {"ok": True, "detail": "open"}
