"""The client's file: found by name and address, or opened."""

from django.utils.translation import gettext as _

from clients.models import Client
from clinic.errors import Refusal
from clinic.kept import Hole, Kept
from clinic.rows import insert

TRIES = 3
FILE = Kept(
    lambda: (
        Client.objects.same_person(first_name=Hole("first_name"), last_name=Hole("last_name"), email=Hole("email"))
        .open_files()
        .order_by("pk")[:1]
    )
)


def find_or_add_client(*, first_name: str, last_name: str, email: str, phone: str) -> tuple[Client, bool]:
    """The one file of this name at this address, and whether it was there before; a family may share an address.

    Whoever types a name is not yet that person, so an existing file keeps its details; only an empty phone is filled.
    Two requests at once end with one file: the unique constraint decides, and the loser reads the winner's row.
    """
    first_name, last_name = " ".join(first_name.split()), " ".join(last_name.split())
    email, phone = email.strip().lower(), phone.strip()
    for _attempt in range(TRIES):
        if client := found(first_name, last_name, email):
            break
        if client := added(first_name, last_name, email, phone):
            return client, False
    else:
        raise Refusal(_("We could not open your file just now. Please try again."), code="busy")
    if phone and not client.phone:
        Client.objects.filter(pk=client.pk, phone="").update(phone=phone)
        client.refresh_from_db(fields=["phone"])
    return client, True


def found(first_name: str, last_name: str, email: str) -> Client | None:
    """The file, where there is one. Without an address nobody can be told apart by name alone."""
    if not email:
        return None
    return FILE.first(first_name=first_name, last_name=last_name, email=email)


def added(first_name: str, last_name: str, email: str, phone: str) -> Client | None:
    """A new file, or None where somebody else opened it first."""
    return insert(Client(first_name=first_name, last_name=last_name, email=email, phone=phone), unless_there=True)
