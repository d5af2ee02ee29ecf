"""Which health form of a client is filled at the practice."""

from booking.appointments.rebooking import REGULAR_MASSAGE
from booking.models import Appointment, Service
from clients.intake.actions import request_intake
from clients.models import Client, IntakeRequest
from clinic.accounts.rights import may_read_health
from clinic.models import User


def open_form_of(client: Client, appointment: Appointment | None, by: User) -> IntakeRequest | None:
    """The form that waits to be filled, the appointment's own first; None where none does.

    One that holds answers is handed on by those alone who read health records: whoever hands over a device has it in
    their own hands first.
    """
    rows = client.intake_requests.filter(intake=None).order_by("-requested_at")
    if not may_read_health(by):
        rows = rows.filter(answers={}, by_mail=False)
    own = rows.filter(appointment=appointment.public_id).first() if appointment is not None else None
    return own or rows.first()


def form_to_fill(client: Client, appointment: Appointment | None, by: User) -> IntakeRequest:
    """The form that waits, or a new one: for the appointment, unless one was asked for it before."""
    waiting = open_form_of(client, appointment, by)
    if waiting is not None:
        return waiting
    if appointment is None:
        last = Appointment.objects.select_related("service").filter(client=client).order_by("-starts_at").first()
        return request_intake(client, technique_slug=last.service.technique if last else REGULAR_MASSAGE)
    asked_before = IntakeRequest.objects.filter(appointment=appointment.public_id).exists()
    return request_intake(
        client,
        technique_slug=appointment.service.technique,
        appointment=None if asked_before else appointment.public_id,
        short=appointment.service.form == Service.Form.SHORT,
    )
