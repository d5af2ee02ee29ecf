"""Reminders, and the practice's own words in mails."""
