"""Whatever path writes a client, names, address and phone have one form and their keys go with them."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from clients.models import Client
from clients.record.find_or_create import find_or_create_client
from clinic.models import Practice, User

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
TYPED = {"first_name": "Rene\u0301e\u200b", "last_name": " O'Neill", "email": "Ana@Faß.de", "phone": "030/5550-400 x12"}
KEPT = ("Renée", "O'Neill", "ana@faß.de", "+49305550400;ext=12")
FOLDED = ("renée o'neill", "reneeoneill", "ana@xn--fa-hia.de", "49305550400")


def created() -> Client:
    """Written by `create`."""
    return Client.objects.create(**TYPED)


def in_bulk() -> Client:
    """Written by `bulk_create`."""
    return Client.objects.bulk_create([Client(**TYPED)])[0]


def updated() -> Client:
    """Written by `update` of a query."""
    client = Client.objects.create(first_name="Somebody", last_name="Else", email="else@example.org")
    Client.objects.filter(pk=client.pk).update(**TYPED)
    return client


def saved_in_part() -> Client:
    """Written by `save`, column by column."""
    client = Client.objects.create(first_name="Somebody", last_name="Else", email="else@example.org")
    for name, value in TYPED.items():
        setattr(client, name, value)
        client.save(update_fields=[name])
    return client


def updated_in_bulk() -> Client:
    """Written by `bulk_update`."""
    client = Client.objects.create(first_name="Somebody", last_name="Else", email="else@example.org")
    for name, value in TYPED.items():
        setattr(client, name, value)
    Client.objects.bulk_update([client], [*TYPED])
    return client


@pytest.mark.parametrize("write", [created, in_bulk, updated, saved_in_part, updated_in_bulk])
def test_every_path_keeps_one_form(write: Callable[[], Client]) -> None:
    client = Client.objects.get(pk=write().pk)
    assert (client.first_name, client.last_name, client.email, client.phone) == KEPT
    assert (client.name_key, client.loose_name_key, client.email_key, client.phone_key) == FOLDED


@pytest.mark.parametrize(
    "column",
    ["first_name = E'Ren\\u200b'", "phone = '030 1'", "email = ''", "name_key = ''", "email_key = 'ana@faß.de'"],
)
def test_postgresql_refuses_what_no_form_would_write(column: str) -> None:
    created()
    with pytest.raises(IntegrityError, match="client_"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE clients_client SET {column}")


@pytest.mark.parametrize(
    "bad",
    [
        {"first_name": "\u200b", "last_name": "\u2060"},
        {"email": "ana@example.org\u200b"},
        {"email": '"ab"@example.com'},
        {"phone": "call me"},
    ],
)
def test_what_cannot_be_read_is_refused_and_never_written(bad: dict[str, str]) -> None:
    with pytest.raises((ValidationError, IntegrityError)), transaction.atomic():
        Client.objects.create(**{**TYPED, **bad})
    with pytest.raises(ValidationError):
        Client(**{**TYPED, **bad}).full_clean()
    assert not Client.objects.exists()


def test_two_mailboxes_that_python_takes_for_one_are_two_files() -> None:
    hers, _known = find_or_create_client(first_name="Ana", last_name="Lind", email="ana@faß.de", phone="")
    other, known = find_or_create_client(first_name="Ana", last_name="Lind", email="ana@fass.de", phone="")
    again, found = find_or_create_client(first_name="ANA", last_name="Lind", email="ANA@XN--FA-HIA.DE", phone="")
    assert (known, found) == (False, True)
    assert hers == again != other
    assert list(Client.objects.at_mailbox("ana@faß.de")) == [hers]
    assert list(Client.objects.at_mailbox("ana@fass.de")) == [other]


def test_the_country_of_the_practice_is_where_a_number_is_dialled(practice: Practice) -> None:
    Practice.objects.update(country="US")
    client = Client.objects.create(first_name="Ana", phone="(202) 555-0123")
    assert client.phone == "+12025550123"


def test_a_sign_in_is_found_by_every_way_to_write_its_address() -> None:
    user = User.objects.create_user("Mira@Bücher.example")
    assert user.email == "mira@xn--bcher-kva.example"
    for typed in ("mira@bücher.example", "MIRA@BÜCHER.example", "mira@xn--bcher-kva.example"):
        assert User.objects.get_by_natural_key(typed) == user
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key("mira@bucher.example")
