"""The practice that is measured: 20 therapists, 20 rooms, one service, and as many appointments as asked for.

Everyone works Monday to Saturday, 9 to 13 and 14 to 19; an appointment takes 60 minutes and 15 more to air the room.
"""

import datetime as dt
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from booking.models import Appointment, Room, Service, StoneKit, Therapist, WorkingHours
from booking.reminders.rules import ensure_default_rules
from clients.models import Client
from clinic.models import Practice

THERAPISTS, CLIENTS = 20, 480
SHIFTS = ((9, 13), (14, 19))
# Where appointments stand in a day, as wall time: six of 60 minutes, 15 minutes apart.
PLACES = ("09:00", "10:15", "11:30", "14:00", "15:15", "16:30")
# How many of the coming days are filled, and how many of their places of a hundred.
AHEAD_DAYS, AHEAD_FULL = 40, 75

# One row for each number from 0: a therapist in their own room, the place in the day, the day; nobody twice anywhere.
FILL = """
INSERT INTO booking_appointment (
    public_id, client_id, service_id, therapist_id, room_id, starts_at, ends_at, blocked_from, blocked_until,
    kit_blocked_until, calendar_uid, status, revision, moves, minutes, price, currency, via, reason, client_note,
    policy_text, request_hash, created_at, changed_at)
SELECT
    gen_random_uuid(), clients[1 + n %% cardinality(clients)], %(service)s, therapists[1 + n %% 20], rooms[1 + n %% 20],
    start, start + interval '60 min', start, start + interval '75 min', start + interval '75 min',
    gen_random_uuid() || '@localhost', {status},
    0, 0, 60, 72, 'EUR', 'seed', '', '', '', '', now(), now()
FROM (SELECT array(SELECT id FROM clients_client ORDER BY id), array(SELECT id FROM booking_therapist ORDER BY id),
             array(SELECT id FROM booking_room ORDER BY id)) AS kept (clients, therapists, rooms),
    generate_series(%(first)s, %(last)s - 1) AS n,
    LATERAL (
        SELECT (%(day)s::date + %(step)s * (n / 120) + (%(places)s::time[])[1 + n / 20 %% 6]) AT TIME ZONE %(zone)s
    ) AS placed (start)
WHERE {condition}
"""


def furnish() -> None:
    """Make the practice."""
    practice = Practice.current()
    practice.time_zone, practice.notice_minutes, practice.horizon_days = "Europe/Berlin", 120, 90
    practice.set_up_at = timezone.now()  # until then every page leads to the set-up
    practice.save()
    service = Service.objects.create(
        slug="regular-massage-60",
        name="Regular massage",
        technique="regular-massage",
        minutes=60,
        price=Decimal(72),
        buffer_after=15,
        step_minutes=15,
    )
    Room.objects.bulk_create(Room(name=f"Room {number}", position=number) for number in range(THERAPISTS))
    StoneKit.objects.create(name="Stone kit")
    for number in range(THERAPISTS):
        therapist = Therapist.objects.create(name=f"Therapist {number}", position=number)
        therapist.services.add(service)
        WorkingHours.objects.bulk_create(
            WorkingHours(therapist=therapist, weekday=day, starts=dt.time(begin), ends=dt.time(end))
            for day in range(6)
            for begin, end in SHIFTS
        )
    Client.objects.bulk_create(
        Client(first_name=f"First{number}", last_name=f"Last{number}", email=f"client{number}@example.org")
        for number in range(CLIENTS)
    )
    ensure_default_rules()


def today() -> dt.date:
    """The practice's date."""
    return timezone.now().astimezone(Practice.current().zone).date()


def fill_past(appointments: int, *, already: int = 0) -> None:
    """Fill the days before today, from yesterday back, up to so many appointments.

    One in ten cancelled, nine completed.
    """
    status = "CASE WHEN n %% 10 = 0 THEN 'cancelled' ELSE 'completed' END"
    fill(
        FILL.format(status=status, condition="true"),
        first=already,
        last=appointments,
        day=today() - dt.timedelta(1),
        step=-1,
    )


def fill_ahead() -> int:
    """Fill three places in four of the coming days, but for Sundays; return how many appointments that makes."""
    # A fixed shuffle instead of dice: the same diary at every run.
    condition = f"extract(isodow FROM start) < 7 AND n * 7919 %% 10007 %% 100 < {AHEAD_FULL}"
    places = AHEAD_DAYS * THERAPISTS * len(PLACES)
    fill(
        FILL.format(status="'confirmed'", condition=condition),
        first=0,
        last=places,
        day=today() + dt.timedelta(1),
        step=1,
    )
    return Appointment.objects.upcoming().count()


def forgo_constraints() -> None:
    """Drop the exclusion constraints and foreign keys of appointments: checking a million rows takes minutes.

    No two of `fill_past` overlap, by construction; the first 50,000 are written with the constraints in place. What
    reading uses, the ordinary indexes, stays.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint "
            "WHERE conrelid = 'booking_appointment'::regclass AND contype IN ('x', 'f')"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE booking_appointment DROP CONSTRAINT "{name}"')


def fill(statement: str, *, first: int, last: int, day: dt.date, step: int) -> None:
    """Write appointments past every rule but PostgreSQL's own constraints."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "service": Service.objects.get().pk,
                "first": first,
                "last": last,
                "day": day,
                "step": step,
                "places": list(PLACES),
                "zone": Practice.current().time_zone,
            },
        )
