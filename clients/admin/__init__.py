"""The first floor in the Django admin."""

from clients.admin import catalogue, client, intake, plan

__all__ = ["catalogue", "client", "intake", "plan"]
