"""Clients, intakes, plans and the catalogue in the Django admin."""

import clients.catalogue.admin
import clients.intake.admin
import clients.plans.admin
import clients.record.admin.client
