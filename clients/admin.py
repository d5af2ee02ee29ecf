"""Clients, intakes, plans and the catalogue in the Django admin."""

from clients.catalogue.admin import catalogue
from clients.intake import admin
from clients.plans import admin as plan
from clients.record.admin import client

__all__ = ["admin", "catalogue", "client", "plan"]
