"""Services, staff, appointments and messages in the Django admin."""

from booking.appointments.admin import appointments, people, practice, session_notes
from booking.payments import admin as payments_admin
from booking.reminders.admin import message_texts, reminders
from booking.scheduling.admin import services, therapists
from booking.waitlist import admin
