"""Mail: due reminders rendered, written to the ledger and sent to an SMTP server on loopback, by one worker."""

import datetime as dt
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psutil
from django.conf import settings
from django.utils import timezone

from bench import scratch
from bench.rows import Row, row
from booking.models import Appointment, Reminder, Service, Therapist
from booking.reminders.sweep import sweep_batch
from clients.models import Client
from clinic.mail.sender import send_due
from clinic.models import MailState, OutgoingMail, Practice

REMINDERS = 10_000
WARM_UP = 1_000
BATCH = 200
# Mails a second, from the due reminder to the server's yes.
WANTED = 50
MEBI = 1024 * 1024
HOUR = dt.timedelta(hours=1)


def measure() -> list[Row]:
    """The rows of this part."""
    with scratch.database("mail"), smtp_sink() as port:
        fill(WARM_UP + REMINDERS)
        scratch.refresh()
        settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
        process = psutil.Process()
        # A worker has its templates and addresses at hand.
        sweep_and_send(WARM_UP)
        before, begin = process.memory_info().rss, time.perf_counter()
        for _ in range(REMINDERS // WARM_UP):
            sweep_and_send(WARM_UP)
        rate, after = REMINDERS / (time.perf_counter() - begin), process.memory_info().rss
        settings.EMAIL_URL = ""
        assert OutgoingMail.objects.filter(state=MailState.SENT).count() == WARM_UP + REMINDERS
    return [
        row(f"{REMINDERS:,} due reminders rendered, queued and sent", rate, WANTED, "mails/s", at_least=1),
        row(f"memory after {REMINDERS:,} mails / after {WARM_UP:,}", after / MEBI, before / MEBI, "MiB", at_most=1.05),
    ]


def sweep_and_send(count: int) -> None:
    """So many due reminders to mails, a batch to a transaction, and these mails to the server."""
    practice = Practice.current()
    for _ in range(count // BATCH):
        sweep_batch(BATCH, practice)
    assert send_due(count) == count


def fill(count: int) -> None:
    """Appointments of as many clients, each with a reminder that is due.

    Everything else an appointment has is there too.
    """
    people = Client.objects.bulk_create(
        (
            Client(first_name="Guest", last_name=f"No {number}", email=f"guest{number}@example.org")
            for number in range(count)
        ),
        batch_size=WARM_UP,
    )
    appointments = Appointment.objects.bulk_create(appointments_of(people), batch_size=WARM_UP)
    Reminder.objects.bulk_create(
        (
            Reminder(
                appointment=appointment,
                kind="reminder-24h",
                revision=0,
                due_at=timezone.now() - HOUR,
                not_after=appointment.starts_at,
            )
            for appointment in appointments
        ),
        batch_size=WARM_UP,
    )


def appointments_of(people: Sequence[Client]) -> Iterator[Appointment]:
    """An hour for each client, one after the other, years ahead."""
    service, therapist = Service.objects.order_by("pk")[0], Therapist.objects.order_by("pk")[0]
    first = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=900)
    for number, client in enumerate(people):
        start, end = first + number * HOUR, first + (number + 1) * HOUR
        yield Appointment(
            client=client,
            service=service,
            therapist=therapist,
            starts_at=start,
            ends_at=end,
            blocked_from=start,
            blocked_until=end,
            kit_blocked_until=end,
            minutes=60,
            price=72,
            currency="EUR",
        )


@contextmanager
def smtp_sink() -> Iterator[int]:
    """An SMTP server in a process of its own that takes everything and keeps nothing; its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    server = subprocess.Popen(command)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait()
