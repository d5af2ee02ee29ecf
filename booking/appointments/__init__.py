"""Booking, moving and ending appointments, and the rules that guard each of them."""
