"""A visit that was cancelled or missed, at the desk: nothing is asked for it any more."""

import re

import pytest
from django.test import Client as Browser

from booking.models import Appointment
from booking.models.appointment import Status
from clients.actions import make_plan
from tests.booking.desk.test_visit import begun, html, in_pain, url
from tests.fixtures.cast import House


def primary_buttons(page: str) -> list[str]:
    """The words on the buttons in ember, outside the frame of every page."""
    main = page.partition('<div class="visit-head">')[2]
    found = re.findall(r'<(?:a|button) class="btn btn-primary"[^>]*>([^<]+)', main)
    return [words.strip() for words in found]


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.NO_SHOW])
def test_a_visit_that_fell_through_asks_for_nothing_but_another_time(
    house: House, desk: Browser, status: Status
) -> None:
    intake = in_pain(house)
    make_plan(intake)
    visit = begun(house, status=Status.CONFIRMED)
    asked = html(desk, visit)
    assert {"Completed", "Approve for the client", "Save"} <= set(primary_buttons(asked))
    assert "No consent in force" in asked
    Appointment.objects.filter(pk=visit.pk).update(status=status)
    page = html(desk, visit)
    assert primary_buttons(page) == ["Book another time"]
    assert f"/desk/book/?client={house.ana.public_id}&amp;service=regular-60" in page
    assert "before you begin" not in page
    assert "speaks against" not in page


def test_a_note_on_a_visit_that_fell_through_is_written_all_the_same(house: House, desk: Browser) -> None:
    visit = begun(house, status=Status.NO_SHOW)
    assert "Write one all the same" in html(desk, visit)
    assert desk.post(url(visit, "note"), {"subjective": "Forgot the day.", "rebook_weeks": ""}).status_code == 302
    page = html(desk, visit)
    assert "Forgot the day." in page
    assert "Write one all the same" not in page
