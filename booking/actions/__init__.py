"""What can be done with appointments: each a transaction with its locks, re-check, reminders and history."""

from booking.actions.blocking import block_time
from booking.actions.booking import book
from booking.actions.moving import move, swap_service
from booking.actions.screening import screen
from booking.actions.status import accept, cancel, complete, confirm_by_client, no_show
from booking.actions.wishes import Answers, Override, Person
from clients.actions import Screened

__all__ = [
    "Answers",
    "Override",
    "Person",
    "Screened",
    "accept",
    "block_time",
    "book",
    "cancel",
    "complete",
    "confirm_by_client",
    "move",
    "no_show",
    "screen",
    "swap_service",
]
