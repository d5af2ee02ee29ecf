"""The first page and the list of services."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Service, Therapist
from tests.booking.website.visitor import Visitor, page_text
from tests.fixtures.cast import Cast


def test_the_first_page_tells_the_practice_its_services_prices_and_people(cast: Cast, visitor: Visitor) -> None:
    page = page_text(visitor.get("/"))
    for word in ["Stillwater Massage", "Lindenweg 4", "+49 30 5550 101", "Hot stone massage", "€115", "Tess Okafor"]:
        assert word in page


def test_the_way_to_find_us_is_told_where_the_practice_wrote_it(cast: Cast, visitor: Visitor) -> None:
    cast.practice.directions = "Across the yard, the blue door"
    cast.practice.save()
    assert "Across the yard, the blue door" in page_text(visitor.get("/"))


def test_a_free_time_on_the_first_page_leads_through_the_safety_question_to_its_details(
    cast: Cast, visitor: Visitor
) -> None:
    page = visitor.get("/")
    time = page.context["ahead"][0]["times"][0]
    answered = visitor.post(time["url"], {"none": "on"})
    assert answered["Location"].startswith(f"/book/{cast.back.slug}/details/?start=")
    assert visitor.get(answered["Location"]).status_code == 200


def test_services_of_one_name_stand_together_with_their_lengths(cast: Cast, visitor: Visitor) -> None:
    kinds = visitor.get("/book/").context["kinds"]
    assert [(kind.first.name, [each.minutes for each in kind.services]) for kind in kinds] == [
        ("Back relief massage", [25]),
        ("Regular massage", [60, 90]),
        ("Hot stone massage", [90]),
    ]


@pytest.mark.parametrize("why", ["switched off", "nobody performs it"])
def test_a_service_that_cannot_be_booked_is_not_shown_and_not_found(cast: Cast, visitor: Visitor, why: str) -> None:
    if why == "switched off":
        Service.objects.filter(pk=cast.hot_stone.pk).update(active=False)
    else:
        Therapist.objects.filter(pk__in=[cast.mira.pk, cast.jonas.pk]).update(active=False)
    assert "Hot stone" not in page_text(visitor.get("/book/"))
    for step in ["", "times/", "details/", "outcome/"]:
        assert visitor.get(f"/book/{cast.hot_stone.slug}/{step}").status_code == 404


def test_an_empty_practice_says_so_kindly(db: None, visitor: Visitor) -> None:
    assert "Not open for online booking yet" in page_text(visitor.get("/"))
    assert "Not open for online booking yet" in page_text(visitor.get("/book/"))


def test_the_first_page_costs_the_same_with_more_services_of_a_kind(cast: Cast, visitor: Visitor) -> None:
    visitor.get("/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        visitor.get("/")
    for minutes in (45, 75, 120):
        more = Service.objects.create(
            slug=f"regular-{minutes}",
            name="Regular massage",
            technique=cast.regular.technique,
            minutes=minutes,
            price=1,
            position=3,
        )
        cast.mira.services.add(more)
    visitor.get("/")
    with CaptureQueriesContext(connection) as many:
        visitor.get("/")
    assert len(many) == len(few)
