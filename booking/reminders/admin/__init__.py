"""Reminder rules and the texts of mails in the Django admin."""
