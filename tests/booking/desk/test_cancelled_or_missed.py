"""An appointment that was cancelled or missed, at the desk: nothing is asked for it any more."""

import re

import pytest

from booking.models import Appointment, Status
from clients.plans.actions import make_plan
from tests.booking.desk.test_appointment import begun, html, in_pain, url
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


def primary_buttons(page: str) -> list[str]:
    """The words on the buttons in ember, outside the frame of every page."""
    main = page.partition('<div class="session-head" id="session-head">')[2]
    found = re.findall(r'<(?:a|button) class="btn btn-primary[^>]*>([^<]+)', main)
    return [words.strip() for words in found]


@pytest.mark.parametrize(("who", "reason", "by_client"), [("client", "", True), ("practice", "Mira is ill", False)])
def test_who_cancelled_is_kept_and_only_the_practice_must_say_why(
    cast: Cast, desk: Browser, who: str, reason: str, by_client: bool
) -> None:
    appointment = cast.appointment(cast.at(10))
    assert desk.post(url(appointment, "cancel"), {"who": who, "reason": reason}).status_code == 302
    appointment.refresh_from_db()
    assert (appointment.status, appointment.cancelled_by_client) == (Status.CANCELLED, by_client)


@pytest.mark.parametrize("sent", [{"who": "practice", "reason": ""}, {"reason": "ill"}, {"who": "nobody"}])
def test_nothing_is_cancelled_before_it_is_said_by_whom_and_why(
    cast: Cast, desk: Browser, sent: dict[str, str]
) -> None:
    appointment = cast.appointment(cast.at(10))
    assert desk.post(url(appointment, "cancel"), sent).status_code == 422
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.NO_SHOW])
def test_an_appointment_that_fell_through_asks_for_nothing_but_another_time(
    cast: Cast, desk: Browser, status: Status
) -> None:
    intake = in_pain(cast)
    make_plan(intake)
    appointment = begun(cast, status=Status.CONFIRMED)
    asked = html(desk, appointment)
    assert {"Complete and rebook", "Approve for the client"} <= set(primary_buttons(asked))
    assert "No consent in force" in asked
    Appointment.objects.filter(pk=appointment.pk).update(status=status)
    page = html(desk, appointment)
    assert primary_buttons(page) == ["Book another time"]
    assert f"/desk/book/?client={cast.ana.public_id}&amp;service=regular-60" in page
    assert "before you begin" not in page
    assert "speaks against" not in page


def test_a_note_on_an_appointment_that_fell_through_is_written_all_the_same(cast: Cast, desk: Browser) -> None:
    appointment = begun(cast, status=Status.NO_SHOW)
    assert "Write one all the same" in html(desk, appointment)
    assert desk.post(url(appointment, "note"), {"subjective": "Forgot the day.", "rebook_weeks": ""}).status_code == 302
    page = html(desk, appointment)
    assert "Forgot the day." in page
    assert "Write one all the same" not in page
