"""Clients in the Django admin."""
