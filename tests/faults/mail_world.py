"""Many appointments with a reminder due now, a scripted mail server, and what became of it.

Read from the database and the
server, never from the program's own counters."""

import datetime as dt
import shelve
from pathlib import Path

import celery
from celery import Celery, schedules
from celery.beat import ScheduleEntry
from django.utils import timezone

from booking.models import Appointment, Reminder
from clients.models import Client
from clinic.celery import app
from clinic.models import OutgoingMail
from tests.fixtures.cast import Cast
from tests.fixtures.processes import Child, Processes


def due_reminders(cast: Cast, count: int) -> None:
    """Write `count` appointments of as many clients, far enough apart, each with one reminder that is due."""
    clients = Client.objects.bulk_create(
        Client(first_name=f"Guest {number}", last_name="X", email=f"guest{number}@example.org")
        for number in range(count)
    )
    first = cast.at(9)
    hour = dt.timedelta(hours=1)
    appointments = Appointment.objects.bulk_create(
        Appointment(
            client=client,
            service=cast.regular,
            therapist=cast.mira,
            starts_at=first + number * 2 * hour,
            ends_at=first + number * 2 * hour + hour,
            blocked_from=first + number * 2 * hour,
            blocked_until=first + number * 2 * hour + hour,
            kit_blocked_until=first + number * 2 * hour + hour,
            minutes=60,
            price="72.00",
            currency="EUR",
        )
        for number, client in enumerate(clients)
    )
    Reminder.objects.bulk_create(
        Reminder(
            appointment=appointment,
            kind="reminder-24h",
            revision=0,
            due_at=timezone.now() - dt.timedelta(minutes=1),
            not_after=appointment.starts_at,
        )
        for appointment in appointments
    )


def run_due(processes: Processes) -> Child:
    """`manage.py run_due` as a process of its own."""
    return processes.start("run_due", "manage", "run_due")


def hint(processes: Processes, task: str) -> None:
    """What beat does: publish a task to whoever listens, over Redis or the folders of the processes."""
    with Celery("beat", broker=processes.env.get("REDIS_URL", "filesystem://"), set_as_current=False) as beat:
        if "REDIS_URL" not in processes.env:
            queue = f"{processes.env['DATA_DIR']}/queue"
            folders = {"data_folder_in": queue, "data_folder_out": queue, "control_folder": f"{queue}-control"}
            beat.conf.broker_transport_options = folders
        beat.send_task(task, ignore_result=True)


def leases_run_out() -> None:
    """Let a quarter of an hour pass for the leases, and every wait be over."""
    past = timezone.now() - dt.timedelta(seconds=1)
    OutgoingMail.objects.exclude(lease=None).update(lease_until=past)
    OutgoingMail.objects.update(next_try_at=past)


def due_in(seconds: float, schedule: Path) -> None:
    """Write what beat remembers, so that its next tick comes in so many seconds and not in a minute."""
    with shelve.open(str(schedule), writeback=True) as store:  # noqa: S301 - written here
        now = dt.datetime.now(dt.UTC)
        store.update({"__version__": celery.__version__, "tz": "UTC", "utc_enabled": True})
        store["entries"] = {
            name: ScheduleEntry(
                name,
                entry["task"],
                last_run_at=now - dt.timedelta(seconds=entry["schedule"] - seconds),
                schedule=schedules.schedule(entry["schedule"]),
                options=entry["options"],
                app=app,
            )
            for name, entry in app.conf.beat_schedule.items()
            if isinstance(entry["schedule"], float)
        }
