"""Appointments, series and session notes in the Django admin."""
