"""The client's file: found by name and address, or opened."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import UniqueViolation

from clients.models import Client
from clinic.errors import Refusal

MOST_LOOKUPS = 3


def find_or_create_client(*, first_name: str, last_name: str, email: str, phone: str) -> tuple[Client, bool]:
    """The one file of this name at this address, and whether it was there before; a family may share an address.

    Raises ValidationError for what cannot be a name, an address or a number; forms have seen to that before.

    Whoever types a name is not yet that person, so an existing file keeps its details; only an empty phone is filled.
    Two requests at once end with one file: the unique constraint decides, and the loser reads the winner's row.
    """
    for _attempt in range(MOST_LOOKUPS):
        if client := find_client(first_name, last_name, email):
            break
        if client := add_client(first_name, last_name, email, phone):
            return client, False
    else:
        raise Refusal(_("We could not open your file just now. Please try again."), code="busy")
    if phone and not client.phone:
        Client.objects.filter(pk=client.pk, phone="").update(phone=phone)
        client.refresh_from_db(fields=["phone"])
    return client, True


def find_client(first_name: str, last_name: str, email: str) -> Client | None:
    """The file, where there is one. Without an address nobody can be told apart by name alone."""
    if not email:
        return None
    named = Client.objects.same_person(first_name=first_name, last_name=last_name, email=email)
    return named.open_files().order_by("pk").first()


def add_client(first_name: str, last_name: str, email: str, phone: str) -> Client | None:
    """A new file, or None where somebody else opened it first."""
    try:
        with transaction.atomic():
            return Client.objects.create(first_name=first_name, last_name=last_name, email=email, phone=phone)
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            return None
        raise
