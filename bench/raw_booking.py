"""The yardstick of a booking: psycopg alone, the same locks, the same rows, the same commit, and no question asked."""

import datetime as dt
import uuid
from functools import cache
from typing import Any, TypeAlias

import psycopg
from django.db import connection
from django.db.models import NOT_PROVIDED, Field, Model

from booking.models import Appointment, AppointmentChange, Reminder, Service, Therapist
from clients.models import Client, IntakeRequest, Screening

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
LOCK = "SELECT id FROM {table} WHERE id = %s FOR NO KEY UPDATE"
REMINDERS = (("confirmation", None), ("intake-missing", 72), ("reminder-48h", 48), ("reminder-24h", 24))
Columns: TypeAlias = dict[str, object]


def written(noun: type[Model]) -> "list[Field[Any, Any]]":
    """The columns that are written: neither the key nor what PostgreSQL fills in by itself."""
    fields = noun._meta.concrete_fields
    return [field for field in fields if not field.primary_key and field.db_default is NOT_PROVIDED]


@cache
def defaults(noun: type[Model]) -> Columns:
    """What an untouched row of a table holds, by column, so that a new column does not break the yardstick."""
    return {field.attname: field.get_db_prep_save(field.get_default(), connection) for field in written(noun)}


def with_keys(client: Client) -> Columns:
    """A client's columns with the keys that are made of them."""
    values = {field: field.pre_save(client, True) for field in written(Client)}
    return {field.attname: field.get_db_prep_save(value, connection) for field, value in values.items()}


def insert(cursor: psycopg.Cursor[Any], noun: type[Model], *rows: Columns) -> int:
    """Write rows with the same columns in one statement; return the key of the first."""
    table, whole = noun._meta.db_table, [{**defaults(noun), **each} for each in rows]
    places = f"({', '.join(['%s'] * len(whole[0]))})"
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(whole[0])}) VALUES {', '.join([places] * len(whole))} RETURNING id",
        [value for each in whole for value in each.values()],
    )
    found = cursor.fetchone()
    assert found is not None
    return int(found[0])


def book(
    database: psycopg.Connection[Any], service: Service, therapist: Therapist, start: dt.datetime, name: str
) -> None:
    """Book a new client with this therapist in the room of the same place in the list, known to be free."""
    now = dt.datetime.now(dt.UTC)
    with database.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT set_config('lock_timeout', '3s', true)")
        cursor.execute(LOCK.format(table="booking_therapist"), [therapist.pk])
        cursor.execute("SELECT id FROM booking_room WHERE position = %s FOR NO KEY UPDATE", [therapist.position])
        room = cursor.fetchone()
        assert room is not None
        person = {"first_name": name, "last_name": "Guest", "email": f"{name}@example.org", "phone": "+49 30 5550 300"}
        client = insert(cursor, Client, with_keys(Client(**person, created_at=now)))
        cursor.execute(LOCK.format(table="clients_client"), [client])
        judged = {"technique": "regular-massage", "triage": "ok", "level": "ok", "catalogue_version": "1"}
        screening = insert(cursor, Screening, {"public_id": uuid.uuid4(), "client_id": client, **judged})
        whom = {"client_id": client, "therapist_id": therapist.pk, "room_id": room[0], "screening_id": screening}
        appointment = {
            **times_of(service, start),
            **whom,
            "public_id": uuid.uuid4(),
            "idempotency_key": str(uuid.uuid4()),
        }
        key = insert(cursor, Appointment, {**appointment, "created_at": now, "changed_at": now})
        insert(cursor, AppointmentChange, {"appointment_id": key, "at": now, "what": "booked", "via": "api"})
        asked = {"technique": "regular-massage", "appointment": appointment["public_id"], "requested_at": now}
        insert(cursor, IntakeRequest, {"public_id": uuid.uuid4(), "client_id": client, **asked})
        insert(cursor, Reminder, *reminders(key, start, now))
        cursor.execute("COMMIT")


def times_of(service: Service, start: dt.datetime) -> Columns:
    """The columns of an appointment that the service and the start decide."""
    end = start + service.minutes * MINUTE
    until = end + service.buffer_after * MINUTE
    blocked = {"blocked_from": start - service.buffer_before * MINUTE, "blocked_until": until}
    booked = {"service_id": service.pk, "minutes": service.minutes, "price": service.price, "currency": "EUR"}
    return {"starts_at": start, "ends_at": end, **blocked, "kit_blocked_until": until, **booked, "via": "api"}


def reminders(appointment: int, start: dt.datetime, now: dt.datetime) -> list[Columns]:
    """What an appointment owes from its booking on."""
    return [
        {
            "appointment_id": appointment,
            "kind": kind,
            "revision": 0,
            "due_at": start - hours * HOUR if hours else now,
            "not_after": start,
            "written_at": now,
        }
        for kind, hours in REMINDERS
    ]
