"""Mail: due reminders to ledger rows, and ledger rows to an SMTP server on loopback, each beside the least it takes."""

import datetime as dt
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psutil
from django.conf import settings
from django.db import connection
from django.utils import timezone

from bench import scratch
from bench.rows import Row, row
from booking.models import Appointment, Reminder, Service, Therapist
from booking.reminders.compose import compose, load_contexts
from booking.reminders.sweep import sweep_batch
from clients.models import Client
from clinic.mail.message import as_bytes
from clinic.mail.sender import send_due
from clinic.models import MailState, OutgoingMail, Practice

REMINDERS = 10_000
WARM_UP = 1_000
BATCH = 200
HOUR = dt.timedelta(hours=1)
RAW_COPY = """
    CREATE TEMPORARY TABLE raw_mail (LIKE clinic_outgoingmail INCLUDING DEFAULTS INCLUDING INDEXES);
    INSERT INTO raw_mail SELECT * FROM clinic_outgoingmail;
    DROP TABLE raw_mail;
"""


def measure() -> list[Row]:
    """The rows of this part."""
    with scratch.database("mail"):
        return [sweep(), *send()]


def sweep() -> Row:
    """Mail rows a second from due reminders, in turns with rendering alone and one INSERT ... SELECT of the same."""
    fill(REMINDERS + BATCH)
    scratch.refresh()
    # A worker has its templates and addresses at hand; so have both sides here.
    sweep_batch(BATCH)
    ours = raw = 0.0
    rounds, found = 0, BATCH
    while found:
        begin = time.perf_counter()
        for _ in range(WARM_UP // BATCH):
            found, _written = sweep_batch(BATCH)
        ours += time.perf_counter() - begin
        raw += rendering_alone(WARM_UP)
        rounds += 1
    written = OutgoingMail.objects.count()
    assert written == REMINDERS + BATCH
    raw += inserting_alone()
    return row(
        f"{REMINDERS:,} due reminders to mail rows / rendering + raw insert",
        REMINDERS / ours,
        rounds * WARM_UP / raw,
        "mails/s",
        at_least=0.5,
    )


def fill(count: int) -> None:
    """Appointments of as many clients, each with a reminder that is due.

    Everything else an appointment has is there too.
    """
    service, therapist = Service.objects.order_by("pk")[0], Therapist.objects.order_by("pk")[0]
    people = Client.objects.bulk_create(
        (
            Client(first_name="Guest", last_name=f"No {number}", email=f"guest{number}@example.org")
            for number in range(count)
        ),
        batch_size=WARM_UP,
    )
    first = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=900)
    appointments = Appointment.objects.bulk_create(
        (
            Appointment(
                client=client,
                service=service,
                therapist=therapist,
                starts_at=first + number * HOUR,
                ends_at=first + (number + 1) * HOUR,
                blocked_from=first + number * HOUR,
                blocked_until=first + (number + 1) * HOUR,
                kit_blocked_until=first + (number + 1) * HOUR,
                minutes=60,
                price=72,
                currency="EUR",
            )
            for number, client in enumerate(people)
        ),
        batch_size=WARM_UP,
    )
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


def rendering_alone(count: int) -> float:
    """Seconds to render so many of the same messages, facts at hand, nothing written."""
    appointments = list(Appointment.objects.with_people().filter(reminders__kind="reminder-24h")[:count])
    contexts = load_contexts(appointments, Practice.current())
    begin = time.perf_counter()
    for appointment in appointments:
        compose("reminder-24h", contexts[appointment.pk])
    return time.perf_counter() - begin


def inserting_alone() -> float:
    """Seconds for the database to write the same rows by itself."""
    begin = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(RAW_COPY)
    return time.perf_counter() - begin


def send() -> list[Row]:
    """Mails a second over SMTP, in turns with smtplib alone, and what the sender's memory does between the first
    thousand and the last."""
    process = psutil.Process()
    ours = raw = 0.0
    with smtp_sink() as port:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
        sent = send_due(WARM_UP)
        plain_smtplib(port)
        before = process.memory_info().rss
        while sent < REMINDERS + BATCH:
            begin = time.perf_counter()
            sent += send_due(WARM_UP)
            ours += time.perf_counter() - begin
            raw += plain_smtplib(port)
        after = process.memory_info().rss
        settings.EMAIL_URL = ""
        assert sent == REMINDERS + BATCH == OutgoingMail.objects.filter(state=MailState.SENT).count()
    mega, measured = 1024 * 1024, REMINDERS + BATCH - WARM_UP
    rounds = -(-measured // WARM_UP)
    return [
        row(
            "mail rows to SMTP on loopback / smtplib alone",
            measured / ours,
            rounds * WARM_UP / raw,
            "mails/s",
            at_least=0.6,
        ),
        row(f"memory after {REMINDERS:,} mails / after {WARM_UP:,}", after / mega, before / mega, "MiB", at_most=1.05),
    ]


def plain_smtplib(port: int) -> float:
    """Seconds that smtplib takes to send as many of the same bytes, made ahead, on one connection."""
    practice = Practice.current()
    mails: Sequence[tuple[str, bytes]] = [
        (mail.to_email, as_bytes(mail, practice)) for mail in OutgoingMail.objects.all()[:WARM_UP]
    ]
    begin = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, "localhost") as server:
        for address, message in mails:
            server.sendmail("hello@localhost", [address], message)
    return time.perf_counter() - begin


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
