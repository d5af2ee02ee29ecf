"""What can be done with appointments: each a transaction with its locks, re-check, reminders and history."""

from booking.actions.blocking import block_time
from booking.actions.booking import book
from booking.actions.changing import Scope, cancel_series, move_series
from booking.actions.moving import move, swap_service
from booking.actions.previewing import Pick, plan_move, plan_series
from booking.actions.repeating import book_series
from booking.actions.screening import screen
from booking.actions.status import accept, cancel, complete, confirm_by_client, may_be_confirmed, no_show
from booking.actions.wishes import Answers, Override, Person
from clients.actions import Screened

__all__ = [
    "Answers",
    "Override",
    "Person",
    "Pick",
    "Scope",
    "Screened",
    "accept",
    "block_time",
    "book",
    "book_series",
    "cancel",
    "cancel_series",
    "complete",
    "confirm_by_client",
    "may_be_confirmed",
    "move",
    "move_series",
    "no_show",
    "plan_move",
    "plan_series",
    "screen",
    "swap_service",
]
