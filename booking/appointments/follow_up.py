"""What follows from a booking: the request for a health form where one is missing, and the reminders."""

import datetime as dt

from django.db import transaction

from booking.models import Appointment, Service
from booking.reminders.scheduling import any_now, schedule_reminders
from booking.scheduling.configuration import Configuration
from booking.scheduling.order import Order
from clients.models import Client, Intake, IntakeRequest
from clinic.models import Practice
from clinic.operations.worker_signals import wake_worker


def schedule_what_follows(
    appointment: Appointment, order: Order, *, latest: Intake | None, configuration: Configuration
) -> None:
    """Write what follows from a booking: the request for an intake where one is missing, and the reminders."""
    now = appointment.created_at
    if needs_intake(order.service, appointment.client, latest, now, configuration.practice):
        short = order.service.form == Service.Form.SHORT
        about = {"technique": order.technique, "appointment": appointment.public_id, "short": short}
        IntakeRequest.objects.create(client=appointment.client, **about)
    if any_now(schedule_reminders(appointment, configuration=configuration, now=now), now):
        transaction.on_commit(wake_worker)


def needs_intake(service: Service, client: Client, latest: Intake | None, now: dt.datetime, practice: Practice) -> bool:
    """Whether answers or consent on file are missing or more than a year old, or the consent's text has changed.

    A service that asks for the whole intake is not content with a short one; one that asks for none never does.
    """
    if not service.asks_intake:
        return False
    if latest is None or latest.is_out_of_date(now):
        return True
    if service.form == Service.Form.FULL and IntakeRequest.objects.filter(intake=latest, short=True).exists():
        return True
    return client.valid_consent(version=practice.consent_version) is None
