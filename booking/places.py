"""Where, with what and by whom a service is given, in one query."""

from dataclasses import dataclass

from booking.availability import Key
from clinic.kept import rows_of

# One statement for all, because whoever asks for times has six queries. A service that names no room (or kit) takes
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
    UNION ALL
    SELECT 'therapist', id, position, true
    FROM booking_therapist
    WHERE active AND id IN (SELECT therapist_id FROM booking_therapist_services WHERE service_id = %(service)s)
        AND NOT EXISTS (SELECT FROM clinic_user WHERE clinic_user.id = user_id AND NOT is_active)
    ORDER BY position, id
"""


@dataclass(frozen=True)
class Places:
    """The rooms and kits in use that suit a service, in the practice's order, and whether the practice has any room.

    `performers` are the therapists at work who give it.
    """

    rooms: tuple[Key, ...]
    kits: tuple[Key, ...]
    has_rooms: bool
    performers: frozenset[Key]


def places_for(service: Key) -> Places:
    """What the service with this primary key may take. One query."""
    rows = rows_of(IN_USE, {"service": service})
    suits = [(kind, key) for kind, key, _position, fits in rows if fits]
    return Places(
        rooms=tuple(key for kind, key in suits if kind == "room"),
        kits=tuple(key for kind, key in suits if kind == "kit"),
        has_rooms=any(kind == "room" for kind, *_rest in rows),
        performers=frozenset(key for kind, key in suits if kind == "therapist"),
    )
