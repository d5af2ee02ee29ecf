"""Whose appointment it is: the file of who comes, and apart from it the file of who books for somebody else (I12).

Mails about the time go to the mailbox of who books, and name who comes by first name. What the file of who comes holds
of their health is not shown to that mailbox (docs/decisions/0025-book-for-somebody-else.md).
"""

import uuid

from booking.appointments.booking_request import BookingRequest, PersonDetails
from booking.models import Appointment
from clients.models import Client
from clients.record.find_or_create import find_client, find_or_create_client


def existing_client(client: PersonDetails | Client) -> Client | None:
    """The file of whoever books, where there is one already."""
    if isinstance(client, Client):
        return client
    return find_client(client.first_name, client.last_name, client.email)


def client_of_booking(client: PersonDetails | Client) -> tuple[Client, bool]:
    """The file of whoever books, as given, or found by name and address, or new; and whether it was there before."""
    if isinstance(client, Client):
        return client, True
    found, known = find_or_create_client(
        first_name=client.first_name, last_name=client.last_name, email=client.email, phone=client.phone
    )
    if client.apart_from:
        found.not_duplicates.add(*Client.objects.filter(pk__in=client.apart_from).exclude(pk=found.pk))
    return found, known


def people_of_booking(request: BookingRequest) -> tuple[Client, bool, uuid.UUID | None]:
    """Whose booking it is: the file of who comes, whether it was there before, and the public id of the file of who
    books for them; None where they book for themselves.

    A file that is opened for somebody else is marked: its mailbox is not theirs. Runs in the booking's transaction.
    """
    asked = [request.client, *([request.booked_by] if request.booked_by else [])]
    (client, known), *others = [client_of_booking(each) for each in asked]
    booker = others[0][0] if others else client
    if booker.pk == client.pk:
        return client, known, None
    if not known:
        client.mailbox_is_anothers = True
        client.tips_wanted = client.personal_tips_wanted = False
        client.save(update_fields=["mailbox_is_anothers", "tips_wanted", "personal_tips_wanted"])
    return client, known, booker.public_id


def booker_of(appointment: Appointment) -> Client | None:
    """Who booked an appointment for its client, by their file as it is now; None where they did themselves, or where
    that file was erased."""
    if appointment.booked_by is None:
        return None
    row = Client.objects.filter(public_id=appointment.booked_by).select_related("merged_into").first()
    found = row.current_file() if row is not None else None
    return found if found is not None and found.erased_at is None and found.pk != appointment.client_id else None
