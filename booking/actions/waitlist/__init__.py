"""The waitlist: join it, be offered a time that opened, answer, leave. A hold is an appointment (I1, I2)."""

from booking.actions.waitlist.answering import accept_offer, decline_offer, take_time
from booking.actions.waitlist.joining import change_wait, join_waitlist
from booking.actions.waitlist.offering import offer_time, offer_waiting
from booking.actions.waitlist.settling import end_wait, settle_waiting

__all__ = [
    "accept_offer",
    "change_wait",
    "decline_offer",
    "end_wait",
    "join_waitlist",
    "offer_time",
    "offer_waiting",
    "settle_waiting",
    "take_time",
]
