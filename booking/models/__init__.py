"""Top floor nouns."""

from booking.models.add_on import AddOn, AppointmentAddOn
from booking.models.appointment import Appointment, AppointmentChange
from booking.models.dates import Holiday, HoursOverride
from booking.models.message_text import MessageText
from booking.models.note import SessionNote, SessionNoteAddendum, SessionNoteDraft
from booking.models.reminder import Reminder, ReminderRule
from booking.models.rooms import Room, StoneKit
from booking.models.series import Series
from booking.models.service import Service
from booking.models.staff import Therapist, TimeOff, WorkingHours
from booking.models.waitlist import WaitlistEntry, WaitlistOffer

__all__ = [
    "AddOn",
    "Appointment",
    "AppointmentAddOn",
    "AppointmentChange",
    "Holiday",
    "HoursOverride",
    "MessageText",
    "Reminder",
    "ReminderRule",
    "Room",
    "Series",
    "Service",
    "SessionNote",
    "SessionNoteAddendum",
    "SessionNoteDraft",
    "StoneKit",
    "Therapist",
    "TimeOff",
    "WaitlistEntry",
    "WaitlistOffer",
    "WorkingHours",
]
