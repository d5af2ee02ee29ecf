"""A practice to look around in: three therapists, two dozen clients, months of visits around today."""

from booking.demo.practice import PASSWORD, SIGN_INS, furnish
from booking.demo.visits import fill_diary

__all__ = ["PASSWORD", "SIGN_INS", "fill_diary", "furnish"]
