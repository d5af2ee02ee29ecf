"""Clients found from anywhere at the desk, however they are typed, with what is coming; and likely pairs of files."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.desk.clients.duplicates import likely_pairs
from booking.models import Status
from clients.models import Client
from clients.record.duplicates import with_likely_duplicates
from tests.fixtures.browser import Browser, flat
from tests.fixtures.cast import Cast

FIND = "/desk/clients/find/"


@pytest.fixture
def people(cast: Cast) -> dict[str, Client]:
    """Clients whose names and numbers people type in many ways."""
    rows = {
        "jose": Client(first_name="José", last_name="Muñoz García", email="jmg@example.org", phone="+491512345678"),
        "oneill": Client(first_name="Renée", last_name="O’Neill", phone="+493055501234"),
        "jean": Client(first_name="Jean-Luc", last_name="van Dijk", email="captain@ship.example"),
        "oe": Client(first_name="Özlem", last_name="Öztürk"),
    }
    for each in rows.values():
        each.save()
    return rows


def test_a_part_of_a_name_address_or_number_is_enough(people: dict[str, Client], desk: Browser) -> None:
    for who, *words in (
        ("jose", "munoz", "MUÑOZ, José", "jos mun", "garcia jose", "nozgar", "jmg@ex"),
        ("jose", "+49 151 234 5678", "0151/2345678", "0151-234", "1512345678", "(0151) 23 45 678"),
        ("oneill", "oneill", "O'Neill", "o neill renee", "neil", "030 5550 1234"),
        ("jean", "jean luc", "jeanluc", "dijk, jean-luc", "vandijk", "captain", "ship.ex"),
        ("oe", "ozturk", "Öztürk", "ÖZTÜ"),
    ):
        for typed in words:
            found = desk.get(FIND, {"q": typed}).context["people"]
            assert [client for client, _next in found] == [people[who]], typed


def test_each_stands_with_the_next_appointment_in_three_queries(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10, ahead=21))
    soon = cast.appointment(cast.at(10))
    cast.appointment(cast.at(9), status=Status.CANCELLED)
    with CaptureQueriesContext(connection) as asked:
        page = desk.get(FIND, {"q": "a"})
    found = dict(page.context["people"])
    assert found == {cast.ana: soon, cast.ben: None}
    mine = [each for each in asked.captured_queries if re.search(r'"clients_client"|INSERT', each["sql"])]
    assert len(mine) <= 3


def test_what_drops_down_is_a_list_to_choose_from_and_nothing_for_nothing(cast: Cast, desk: Browser) -> None:
    page = desk.get(FIND, {"q": "lind"}).content.decode()
    assert page.count('role="option"') == 1
    assert f'data-url="/desk/clients/{cast.ana.public_id}/"' in page
    assert "<html" not in page
    assert desk.get(FIND, {"q": "  "}).content.strip() == b""
    assert 'role="status"' in desk.get(FIND, {"q": "nobody of that name"}).content.decode()


@pytest.mark.parametrize("odd", ["%", "_", "\\", "'", "\u202e", "a" * 5000, "💆", "((("])
def test_whatever_is_typed_is_answered(cast: Cast, desk: Browser, odd: str) -> None:
    for path in (FIND, "/desk/clients/"):
        assert desk.get(path, {"q": odd}).status_code == 200


def test_every_page_of_the_desk_has_the_box_and_it_works_as_a_form(cast: Cast, desk: Browser) -> None:
    for path in ("/desk/", "/desk/waitlist/", f"/desk/clients/{cast.ana.public_id}/"):
        page = flat(desk.get(path))
        form = re.search(r'<form class="desk-search".*?</form>', page)
        assert form is not None, path
        assert 'action="/desk/clients/"' in form[0]
        assert 'name="q"' in form[0]


# -- Likely pairs ---------------------------------------------------------------------------------------------------


def test_likely_pairs_are_proposed_with_their_reasons(cast: Cast, desk: Browser) -> None:
    twin = Client.objects.create(first_name="Aña", last_name="Lind", phone="+49 30 5550 111")
    Client.objects.create(first_name="Ana", last_name="Lind", email="another@example.org", phone="+49 30 5550 999")
    pairs = desk.get("/desk/clients/doubles/").context["proposals"]
    assert [(each.kept, each.other) for each in pairs] == [(cast.ana, twin)]
    assert "the same phone" in pairs[0].reasons
    assert f"/{cast.ana.public_id}/merge/?with={twin.public_id}" in flat(desk.get("/desk/clients/doubles/"))


def test_above_the_list_stands_how_many_pairs_there_are(cast: Cast, desk: Browser) -> None:
    assert "Likely duplicates</a>" in flat(desk.get("/desk/clients/"))
    Client.objects.create(first_name="Aña", last_name="Lind", phone="+49 30 5550 111")
    page = flat(desk.get("/desk/clients/"))
    assert "Likely duplicates (1)</a>" in page
    assert page.index("Likely duplicates (1)") < page.index('id="people"')


def test_names_in_the_other_order_are_a_pair_at_one_address(cast: Cast) -> None:
    twin = Client.objects.create(first_name="Lind", last_name="Ana", phone="+49 30 5550 111")
    assert [(each.kept, each.other) for each in likely_pairs(cast.owner)] == [(cast.ana, twin)]


def test_every_pair_of_the_list_is_one_that_the_file_proposes_too(cast: Cast) -> None:
    Client.objects.create(first_name="Ana", last_name="Lind")
    Client.objects.create(first_name="Ána", last_name="Lind", email="ana@example.org")
    Client.objects.create(first_name="Lind", last_name="Ana", email="ana@example.org")
    pairs = likely_pairs(cast.owner)
    assert len(pairs) >= 4
    for each in pairs:
        assert Client.objects.likely_duplicates_of(each.kept).filter(pk=each.other.pk).exists()


def test_who_took_another_last_name_is_still_a_pair_and_two_people_stay_two(cast: Cast, desk: Browser) -> None:
    twin = Client.objects.create(first_name="Aña", last_name="Lind", phone="+49 30 5550 111")
    assert len(likely_pairs(cast.owner)) == 1
    twin.first_name, twin.last_name = "ANA", "Berg"
    twin.save()
    (pair,) = likely_pairs(cast.owner)
    assert set(pair.people) == {cast.ana, twin}
    assert "the same first name and another last name" in pair.reasons
    assert list(Client.objects.likely_duplicates_of(cast.ana)) == [twin]
    assert with_likely_duplicates([cast.ana, cast.ben, twin]) == {cast.ana.pk, twin.pk}
    # A family at one phone is several people, and who was told apart stays so under any name.
    Client.objects.create(first_name="Kim", last_name="Lind", phone="+49 30 5550 111")
    assert len(likely_pairs(cast.owner)) == 1
    desk.post(f"/desk/clients/{cast.ana.public_id}/apart/{twin.public_id}/")
    twin.last_name = "Lind"
    twin.save()
    assert likely_pairs(cast.owner) == []
    assert not Client.objects.likely_duplicates_of(twin).exists()
    assert with_likely_duplicates([cast.ana, twin]) == set()


def test_two_people_are_proposed_no_more(cast: Cast, desk: Browser) -> None:
    twin = Client.objects.create(first_name="Ana", last_name="Lind")
    assert len(likely_pairs(cast.owner)) == 1
    apart = f"/desk/clients/{cast.ana.public_id}/apart/{twin.public_id}/"
    assert desk.post(apart, {"from": "list"})["Location"] == "/desk/clients/doubles/"
    assert likely_pairs(cast.owner) == []


def test_many_files_cost_no_more_queries_than_few(cast: Cast, desk: Browser) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get("/desk/clients/doubles/")
        return len(asked)

    def pairs(first: int, last: int) -> None:
        for number in range(first, last):
            for mail in ("", f"p{number}@example.org"):
                Client.objects.create(first_name="Pia", last_name=f"Doe {chr(97 + number)}", email=mail)

    pairs(0, 2)
    count()
    few = count()
    pairs(2, 12)
    assert count() <= few
