"""Services, staff, appointments and messages in the Django admin."""

from booking.appointments.admin import appointments, people, practice, series, session_notes
from booking.reminders.admin import message_texts, reminders
from booking.scheduling.admin import services, therapists
from booking.waitlist import admin

__all__ = [
    "admin",
    "appointments",
    "message_texts",
    "people",
    "practice",
    "reminders",
    "series",
    "services",
    "session_notes",
    "therapists",
]
