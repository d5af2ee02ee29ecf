"""Telling programs elsewhere what became of an appointment: rows first, then signed requests (decision 28)."""
