"""A practice to look around in: three therapists, two dozen clients, months of appointments around today."""

from booking.demo.appointments import create_appointments
from booking.demo.documents import create_documents
from booking.demo.payments import create_payments
from booking.demo.practice import PASSWORD, SIGN_INS, create_practice
from booking.demo.series import create_series
from booking.demo.waitlist import create_offer, create_waitlist_entries
