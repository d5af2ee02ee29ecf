"""The top floor in the Django admin."""

from booking.admin import (
    appointments,
    message_texts,
    notes,
    people,
    practice,
    reminders,
    series,
    services,
    staff,
    waitlist,
)

__all__ = [
    "appointments",
    "message_texts",
    "notes",
    "people",
    "practice",
    "reminders",
    "series",
    "services",
    "staff",
    "waitlist",
]
