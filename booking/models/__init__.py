"""The models of `booking`."""

from booking.appointments.models.appointment import (
    ACTIVE,
    AHEAD,
    BOOKED,
    HISTORY_TEXT_LENGTH,
    LONGEST_APPOINTMENT,
    Appointment,
    AppointmentChange,
    AppointmentQuerySet,
    Status,
    history_stamp,
)
from booking.appointments.models.series import Series
from booking.appointments.models.session_note import SessionNote, SessionNoteAddendum, SessionNoteDraft
from booking.reminders.models.message_text import MessageText
from booking.reminders.models.reminder import Reminder, ReminderRule, ReminderState
from booking.scheduling.models.add_on import AddOn, AppointmentAddOn
from booking.scheduling.models.dates import Holiday, HoursOverride
from booking.scheduling.models.resources import Room, StoneKit
from booking.scheduling.models.service import Service
from booking.scheduling.models.therapist import Therapist, TimeOff, WorkingHours
from booking.waitlist.models import (
    MOST_IGNORED_OFFERS,
    WaitlistEndReason,
    WaitlistEntry,
    WaitlistEntryQuerySet,
    WaitlistOffer,
    WaitlistState,
)

__all__ = [
    "ACTIVE",
    "AHEAD",
    "BOOKED",
    "HISTORY_TEXT_LENGTH",
    "LONGEST_APPOINTMENT",
    "MOST_IGNORED_OFFERS",
    "AddOn",
    "Appointment",
    "AppointmentAddOn",
    "AppointmentChange",
    "AppointmentQuerySet",
    "Holiday",
    "HoursOverride",
    "MessageText",
    "Reminder",
    "ReminderRule",
    "ReminderState",
    "Room",
    "Series",
    "Service",
    "SessionNote",
    "SessionNoteAddendum",
    "SessionNoteDraft",
    "Status",
    "StoneKit",
    "Therapist",
    "TimeOff",
    "WaitlistEndReason",
    "WaitlistEntry",
    "WaitlistEntryQuerySet",
    "WaitlistOffer",
    "WaitlistState",
    "WorkingHours",
    "history_stamp",
]
