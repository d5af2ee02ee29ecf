"""A practice to look around in: three therapists, two dozen clients, months of visits around today."""

from booking.demo.practice import PASSWORD, SIGN_INS, furnish
from booking.demo.series import repeat_visits
from booking.demo.visits import fill_diary
from booking.demo.waitlist import put_on_waitlist

__all__ = ["PASSWORD", "SIGN_INS", "fill_diary", "furnish", "put_on_waitlist", "repeat_visits"]
