"""What the desk asks before it books: the same as the client's own form, places and a doctor's look included."""

import datetime as dt

import pytest
from django.utils import timezone

from booking.appointments.safety_questions import safety_questions_for
from booking.models import Appointment
from clients.catalogue import current_catalogue
from clients.models import Screening
from tests.booking.desk.test_booking import form
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


def known_sign() -> str:
    """A warning sign that a doctor may have looked at."""
    return next(flag.id for flag in current_catalogue().red_flags if flag.checked is not None)


def test_a_doctors_look_is_asked_and_kept(cast: Cast, desk: Browser) -> None:
    """Known and checked is another answer than yes: it does not stop the booking, and the day is in the file."""
    sign, day = known_sign(), timezone.localdate() - dt.timedelta(days=60)
    stopped = desk.post("/desk/book/", form(cast, safety="some", red_flags=[sign]))
    assert stopped.status_code == 422
    assert f'name="checked-{sign}"' in stopped.content.decode()
    booked = desk.post(
        "/desk/book/", form(cast, safety="some", red_flags=[sign], **{f"checked-{sign}": day.isoformat()})
    )
    assert booked.status_code == 302
    kept = Screening.objects.latest("pk")
    assert kept.checked == {sign: day.isoformat()}
    assert sign not in kept.red_flags


def test_a_look_of_long_ago_is_refused_beside_its_field(cast: Cast, desk: Browser) -> None:
    """Two years ago says nothing of today."""
    sign, day = known_sign(), timezone.localdate() - dt.timedelta(days=800)
    page = desk.post("/desk/book/", form(cast, safety="some", red_flags=[sign], **{f"checked-{sign}": day.isoformat()}))
    assert page.status_code == 422
    assert f"checked-{sign}" in page.context["form"].errors
    assert not Appointment.objects.exists()


@pytest.mark.invariant("I11")
def test_a_place_is_asked_where_it_decides_and_survives_every_button(cast: Cast, desk: Browser) -> None:
    """Named while the page is filled further, while it is refused, and in what is kept."""
    asked = safety_questions_for(current_catalogue(), cast.hot_stone.technique)
    slug = min(asked.with_place & {each.id for each in asked.conditions})
    area = current_catalogue().areas[0].id
    typed = {"service": cast.hot_stone.slug, "safety": "some", "conditions": [slug], f"where-{slug}": [area]}
    for button in ({"show": "times"}, {"time": ""}):
        page = desk.post("/desk/book/", form(cast, **typed, **button))
        assert page.context["form"][f"where-{slug}"].value() == [area]
    repeated = desk.post("/desk/book/repeat/", form(cast, **typed, repeat="1"))
    if repeated.status_code in {200, 422}:
        assert repeated.context["form"][f"where-{slug}"].value() == [area]


def test_what_to_ask_is_a_question_for_each_group_and_what_is_ticked_stands_open(cast: Cast, desk: Browser) -> None:
    asked = desk.get(f"/desk/book/?service={cast.regular.slug}").context["form"]
    groups = asked.groups()
    assert 5 <= len(groups) <= 12
    assert not any(each.is_open for each in groups)
    slugs = [line.box.data["value"] for each in groups for line in each.lines]
    assert len(slugs) == len(set(slugs)) == len(asked.questions.slugs)
    page = desk.post("/desk/book/", form(cast, safety="some", conditions=["pregnancy"], show="times"))
    (opened,) = [each for each in page.context["form"].groups() if each.is_open]
    assert "pregnancy" in {line.box.data["value"] for line in opened.lines}
    assert page.content.decode().count('<details class="asked-group" open>') == 1
