"""Which rooms and stone kits a service may take, in one query."""

from dataclasses import dataclass

from django.db import connection

from booking.availability import Key

# One statement for both, because whoever asks for times has six queries. A service that names no room (or kit) takes
# any; one that names some takes only those. Rows of rooms that do not suit still tell that the practice has rooms.
IN_USE = """
    SELECT 'room', id, position,
           NOT EXISTS (SELECT FROM booking_service_rooms WHERE service_id = %(service)s)
           OR id IN (SELECT room_id FROM booking_service_rooms WHERE service_id = %(service)s)
    FROM booking_room WHERE active
    UNION ALL
    SELECT 'kit', id, position,
           NOT EXISTS (SELECT FROM booking_service_kits WHERE service_id = %(service)s)
           OR id IN (SELECT stonekit_id FROM booking_service_kits WHERE service_id = %(service)s)
    FROM booking_stonekit WHERE active
    ORDER BY position, id
"""


@dataclass(frozen=True)
class Places:
    """The rooms and kits in use that suit a service, in the practice's order, and whether the practice has any room."""

    rooms: tuple[Key, ...]
    kits: tuple[Key, ...]
    has_rooms: bool


def places_for(service: Key) -> Places:
    """What the service with this primary key may take. One query."""
    with connection.cursor() as cursor:
        cursor.execute(IN_USE, {"service": service})
        rows = cursor.fetchall()
    suits = [(kind, key) for kind, key, _position, fits in rows if fits]
    return Places(
        rooms=tuple(key for kind, key in suits if kind == "room"),
        kits=tuple(key for kind, key in suits if kind == "kit"),
        has_rooms=any(kind == "room" for kind, *_rest in rows),
    )
