"""A time that was just taken may still be free with a colleague: page, desk, API and rebooking say so."""

import re
from typing import Any

import pytest

from booking.appointments.selection import Selection
from booking.errors import SlotTaken
from booking.models import Appointment
from tests.booking.api.conftest import Program
from tests.booking.appointments.test_book import CARA, FINE, booked
from tests.booking.desk.test_booking import form
from tests.booking.website.visitor import Visitor
from tests.fixtures.actions import book, move
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


@pytest.fixture
def taken(cast: Cast) -> Cast:
    """Ten with Mira was just taken by Ben; Tess has it."""
    booked(cast, client=cast.ben)
    cast.jonas.active = False
    cast.jonas.save()
    return cast


def test_the_same_time_with_a_colleague_comes_first_and_can_be_booked(taken: Cast) -> None:
    with pytest.raises(SlotTaken) as refused:
        booked(taken)
    first, *others = refused.value.alternatives
    assert (first.start, first.therapists) == (taken.at(10), (str(taken.tess.public_id),))
    assert all(each.therapists == (str(taken.mira.public_id),) for each in others)
    assert len(refused.value.alternatives) == 6
    assert booked(taken, therapist=taken.tess).starts_at == taken.at(10)


def test_where_no_colleague_has_it_none_is_named(taken: Cast) -> None:
    booked(taken, client=taken.ana, therapist=taken.tess)
    with pytest.raises(SlotTaken) as refused:
        booked(taken)
    assert all(each.start != taken.at(10) for each in refused.value.alternatives)


def test_who_has_another_appointment_then_is_not_sent_to_a_colleague(taken: Cast) -> None:
    with pytest.raises(SlotTaken) as refused:
        booked(taken, client=taken.ben, therapist=taken.tess)
    assert refused.value.why == "client-busy"
    assert all(each.start != taken.at(10) for each in refused.value.alternatives)


def test_the_page_shows_the_colleague_and_books_there(taken: Cast, client: Browser) -> None:
    visitor = Visitor(client)
    visitor.answers(taken.regular)
    key = visitor.key(visitor.get(f"/book/regular-60/details/?start={taken.at(11, 30):%Y-%m-%dT%H:%M:%SZ}"))
    gone = visitor.books(taken.regular, taken.at(10), taken.mira, key=key)
    assert gone.status_code == 409
    text = gone.content.decode()
    assert "with Tess Okafor" in text
    link = re.search(r'<a class="time" href="([^"]+)"[^>]*>(?:(?!</a>).)*with Tess Okafor', text, re.DOTALL)
    assert link is not None
    page = visitor.get(link[1].replace("&amp;", "&"))
    assert page.status_code == 200
    assert "Nora" in page.content.decode()


def test_the_page_says_the_same_time_first_and_by_itself(taken: Cast, client: Browser) -> None:
    """Before the times of the day, which stand by the clock: earlier ones of the same therapist come after it."""
    visitor = Visitor(client)
    visitor.answers(taken.regular)
    query = Selection(taken.regular, taken.at(10), taken.mira).query()
    page = visitor.get(f"/book/{taken.regular.slug}/details/{query}")
    same, *rest = page.context["alternatives"]
    assert "same time" in same["name"]
    assert {time["starts"] for time in same["times"]} == {taken.at(10)}
    assert all(time["note"].startswith("with ") for time in same["times"])
    starts = [time["starts"] for group in rest for time in group["times"]]
    assert starts
    assert taken.at(10) not in starts


def test_the_desk_names_the_colleague(taken: Cast, client: Browser) -> None:
    client.force_login(taken.owner)
    page = client.post("/desk/book/", form(taken)).content.decode()
    assert "10:00 with Tess Okafor" in page


def test_a_program_is_told_the_same_time_with_a_colleague(taken: Cast) -> None:
    wish: dict[str, Any] = {
        "service": "regular-60",
        "start": taken.at(10).isoformat(),
        "therapist": str(taken.mira.public_id),
        "client": {"first_name": "Cara", "last_name": "Novak", "email": "cara@example.org"},
        "policy_accepted": True,
    }
    answer = Program().book(wish)
    assert answer.status_code == 409
    assert answer.json()["alternatives"][0]["therapists"] == [str(taken.tess.public_id)]
    again = Program().book({**wish, "therapist": str(taken.tess.public_id)})
    assert again.status_code == 201


def test_a_move_by_a_program_names_only_the_same_therapist(taken: Cast) -> None:
    appointment = book(
        service=taken.regular,
        start=taken.at(14),
        therapist=taken.mira,
        client=CARA,
        answers=FINE,
        policy_accepted=True,
        via="web",
    )
    for via, first in (("api", taken.mira), ("desk", taken.tess)):
        with pytest.raises(SlotTaken) as refused:
            move(appointment, start=taken.at(10), via=via)
        assert refused.value.alternatives[0].therapists == (str(first.public_id),)
    assert Appointment.objects.get(pk=appointment.pk).starts_at == taken.at(14)
