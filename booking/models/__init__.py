"""The models of `booking`."""

from booking.appointments.models.appointment import (
    ACTIVE,
    AHEAD,
    BOOKED,
    LONGEST_APPOINTMENT,
    LONGEST_WAIT,
    Appointment,
    AppointmentQuerySet,
    Status,
)
from booking.appointments.models.blocked_time import in_time_off
from booking.appointments.models.change import HISTORY_TEXT_LENGTH, AppointmentChange, history_stamp
from booking.appointments.models.quick_phrase import QuickPhrase
from booking.appointments.models.reported import (
    BEFORE_LEAVING,
    booked_again,
    cancelled_late,
    first_appointments,
    kept_time,
    took_place,
)
from booking.appointments.models.series import Series
from booking.appointments.models.session_note import SessionNote, SessionNoteAddendum, SessionNoteDraft
from booking.payments.models.payment import Payment, PaymentMethod, PriceAdjustment
from booking.payments.models.receipt import Receipt, ReceiptCounter, ReceiptPayment, ReceiptQuerySet
from booking.reminders.models.message_text import MessageText
from booking.reminders.models.reminder import Reminder, ReminderRule, ReminderState
from booking.scheduling.models.add_on import AddOn, AppointmentAddOn
from booking.scheduling.models.dates import Holiday, HoursOverride
from booking.scheduling.models.private_calendar import PrivateBusy, PrivateCalendar, PrivateCalendarQuerySet
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
from booking.webhooks.models import DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookEvent
