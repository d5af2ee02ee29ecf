"""One person, one file, however the name is typed and however many ask at once."""

import threading

import pytest
from django.db import connection

from clients.models import Client
from clients.record.find_or_create import find_or_create_client

pytestmark = pytest.mark.django_db


def test_the_same_name_at_the_same_address_in_any_case_is_one_file() -> None:
    first, _ = find_or_create_client(first_name="Ana", last_name="Berg", email="ana@example.org", phone="")
    again, _ = find_or_create_client(first_name=" ANA ", last_name="berg", email="Ana@Example.ORG ", phone="")
    assert first.pk == again.pk
    assert (again.first_name, again.email) == ("Ana", "ana@example.org")


def test_a_family_shares_an_address_and_has_files_of_its_own() -> None:
    ana, _ = find_or_create_client(first_name="Ana", last_name="Berg", email="berg@example.org", phone="")
    tom, _ = find_or_create_client(first_name="Tom", last_name="Berg", email="berg@example.org", phone="")
    assert ana.pk != tom.pk


def test_a_public_form_fills_an_empty_phone_and_changes_nothing_else() -> None:
    find_or_create_client(first_name="Ana", last_name="Berg", email="ana@example.org", phone="")
    filled, _ = find_or_create_client(first_name="ana", last_name="BERG", email="ana@example.org", phone="030 12345")
    kept, _ = find_or_create_client(first_name="Ana", last_name="Berg", email="ana@example.org", phone="0900 666")
    assert (filled.phone, kept.phone, kept.first_name) == ("+493012345", "+493012345", "Ana")


def test_without_an_address_nobody_is_taken_for_another() -> None:
    one, _ = find_or_create_client(first_name="Ana", last_name="Berg", email="", phone="")
    other, _ = find_or_create_client(first_name="Ana", last_name="Berg", email="", phone="")
    assert one.pk != other.pk


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_open_one_file() -> None:
    found: list[int] = []
    ready = threading.Barrier(8)

    def ask(number: int) -> None:
        ready.wait()
        name = "Ana" if number % 2 else "ANA"
        found.append(find_or_create_client(first_name=name, last_name="Berg", email="ana@example.org", phone="")[0].pk)
        connection.close()

    askers = [threading.Thread(target=ask, args=[number]) for number in range(8)]
    for each in askers:
        each.start()
    for each in askers:
        each.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert Client.objects.count() == 1
