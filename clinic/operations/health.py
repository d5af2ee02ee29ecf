"""How each part of the running system is, by name."""

import datetime as dt
from collections.abc import Mapping
from typing import TypedDict

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Min
from django.utils import timezone

from clinic.checks import is_local_only
from clinic.embedded.releases import is_old
from clinic.mail.delivery_status import current_status
from clinic.models import Heartbeat, OutgoingMail, User
from clinic.operations.disk import MINIMUM_FREE_BYTES, free_bytes

# A sweep each minute; three missed ones are a fault a person must see (docs/invariants.md#freshness).
STALE_AFTER = dt.timedelta(minutes=3)
LATE_AFTER = dt.timedelta(minutes=5)
SWEEPS = ("reminders", "mail")
# The bookings are proved each night; two missed nights are a fault too.
PROOF_STALE_AFTER = dt.timedelta(hours=50)
# A backup each night, with two hours to be late.
BACKUP_STALE_AFTER = dt.timedelta(hours=26)
# What is due is due by the database's clock; whoever looks at the web server's must see nearly the same.
MOST_CLOCK_SKEW = dt.timedelta(minutes=1)


Heartbeats = Mapping[str, Heartbeat]


class HealthPart(TypedDict):
    """One part of the system."""

    ok: bool
    detail: str


def health_parts() -> dict[str, HealthPart]:
    """Check the database and its clock, both sweeps, mail, the nightly proof, each job, the last backup, the disk."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (now,) = cursor.fetchone()
        beats = heartbeats()
        apart = abs(timezone.now() - now)
        return {
            "database": {"ok": True, "detail": f"answers, PostgreSQL {database_version()}"},
            "clocks": {"ok": apart <= MOST_CLOCK_SKEW, "detail": f"{int(apart.total_seconds())} s apart"},
            **sweeps_part(beats),
            "mail_queue": mail_queue_part(),
            "mail_delivery": delivery_part(),
            "bookings": bookings_part(beats),
            "jobs": jobs_part(beats),
            "backup": backup_part(beats),
            "disk": disk_part(),
        }
    except (DatabaseError, InterfaceError) as error:
        return {"database": {"ok": False, "detail": type(error).__name__}, "disk": disk_part()}


def database_version() -> str:
    """The version of the database server, as 18.4."""
    return ".".join(map(str, connection.get_database_version()))


def has_old_database() -> bool:
    """Whether the embedded server is more than six months old. A site that only its own machine can open may be."""
    inside = connection.settings_dict["ENGINE"] == "clinic.embedded" and not is_local_only()
    return inside and is_old(connection.get_database_version(), timezone.now().date())


def heartbeats() -> Heartbeats:
    """Every job that ever ran, by name."""
    return {beat.name: beat for beat in Heartbeat.objects.order_by("name")}


def disk_part() -> HealthPart:
    """Say how much room there is where DATA_DIR lies. Whether the database finds room is a job of the sweep."""
    free = free_bytes()
    return {"ok": free >= MINIMUM_FREE_BYTES, "detail": f"{free // 1024 // 1024} MB free in DATA_DIR"}


def backup_part(beats: Heartbeats | None = None) -> HealthPart:
    """Say how old the last backup is. A site that only its own machine can open need not have one."""
    last = (heartbeats() if beats is None else beats).get(Heartbeat.BACKUP)
    if last is None and is_local_only():
        return {"ok": True, "detail": "not asked for: only this machine can open the site"}
    began = last.at if last else User.objects.aggregate(first=Min("date_joined"))["first"]
    if began is None:
        return {"ok": True, "detail": "nobody has signed up yet"}
    age = timezone.now() - began
    hours = f"{int(age.total_seconds()) // 3600} h"
    said = f"made {hours} ago" if last else f"never made, for {hours}"
    return {"ok": is_local_only() or age <= BACKUP_STALE_AFTER, "detail": said}


def sweeps_part(beats: Heartbeats) -> dict[str, HealthPart]:
    """Say of each periodic sweep how long ago it last finished."""
    return {f"sweep_{name}": freshness(beats[name].at if name in beats else None) for name in SWEEPS}


def freshness(at: dt.datetime | None) -> HealthPart:
    """Judge one heartbeat."""
    if at is None:
        return {"ok": False, "detail": "never ran"}
    age = timezone.now() - at
    return {"ok": age <= STALE_AFTER, "detail": f"{int(age.total_seconds())} s ago"}


def mail_queue_part() -> HealthPart:
    """Judge the oldest mail that was due and has not gone."""
    oldest = OutgoingMail.objects.pending().filter(next_try_at__lte=timezone.now()).order_by("next_try_at").first()
    if oldest is None:
        return {"ok": True, "detail": "nothing waits"}
    age = timezone.now() - oldest.next_try_at
    return {"ok": age <= LATE_AFTER, "detail": f"oldest waits {int(age.total_seconds())} s"}


def bookings_part(beats: Heartbeats | None = None) -> HealthPart:
    """Say what the last nightly proof of the bookings found. A new installation waits for its first night."""
    last = (heartbeats() if beats is None else beats).get(Heartbeat.PROOF)
    if last is None:
        return {"ok": True, "detail": "not proved yet"}
    if last.trouble:
        return {"ok": False, "detail": f"problems found: {last.trouble}; manage.py verify names them"}
    age = timezone.now() - last.at
    return {"ok": age <= PROOF_STALE_AFTER, "detail": f"proved {int(age.total_seconds()) // 3600} h ago"}


def jobs_part(beats: Heartbeats | None = None) -> HealthPart:
    """Say which jobs of the sweep failed at their last run, and with what kind of fault; the log has its words."""
    failed = [beat for beat in (heartbeats() if beats is None else beats).values() if beat.failed]
    if failed:
        return {"ok": False, "detail": "failed: " + ", ".join(f"{beat.name} ({beat.trouble})" for beat in failed)}
    return {"ok": True, "detail": "none failed"}


def delivery_part() -> HealthPart:
    """Say whether the way out is held, paused or down, and why."""
    way = current_status()
    if way.held_since is not None:
        return {"ok": False, "detail": f"held: {way.held_reason}"}
    if way.is_paused:
        return {"ok": False, "detail": way.reason}
    if way.is_down:
        return {"ok": False, "detail": f"no answer since {way.down_since:%Y-%m-%d %H:%M} UTC: {way.down_reason}"}
    return {"ok": True, "detail": "open"}
