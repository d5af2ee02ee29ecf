"""Booking, moving and repeating appointments at the desk."""
