"""What a client answers otherwise than last time, at the desk."""

import datetime as dt

from django.utils import timezone

from booking.models import Appointment
from clients.models import BodyMark, Intake
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

LONG_AGO = dt.timedelta(days=60)


def said(cast: Cast, *, ago: dt.timedelta = dt.timedelta(), side: str = "left", **answers: object) -> Intake:
    """An intake of Ana's."""
    intake = Intake.objects.create(
        client=cast.ana, catalogue_version="1", triage="ok", given_at=timezone.now() - ago, **answers
    )
    BodyMark.objects.create(intake=intake, area="neck", side=side)
    return intake


def html(desk: Browser, appointment: Appointment) -> str:
    """The appointment's page."""
    return desk.get(f"/desk/appointments/{appointment.public_id}/").content.decode()


def test_new_and_former_answers_are_named(cast: Cast, desk: Browser) -> None:
    earlier = said(cast, ago=LONG_AGO, conditions=["asthma"], medicines="Ramipril\nAspirin")
    said(cast, side="right", conditions=["varicose-veins"], medicines="Ramipril")
    page = html(desk, cast.appointment(cast.at(10)))
    assert f"Changed since {earlier.given_at.astimezone(cast.zone):%-d %B %Y}" in page
    part = " ".join(page.split('notice-caution changes"')[1].split("</ul>")[0].split())
    assert "new: Varicose veins" in part
    assert "<del>Asthma</del>" in part
    assert "<del>Aspirin</del>" in part
    assert "<del>Neck (left)</del>" in part
    assert "Ramipril" not in part


def test_without_a_change_nothing_is_said(cast: Cast, desk: Browser) -> None:
    said(cast, ago=LONG_AGO, conditions=["asthma", "smoker"])
    said(cast, conditions=["smoker", "asthma"])
    assert "Changed since" not in html(desk, cast.appointment(cast.at(10)))


def test_a_first_intake_has_nothing_to_compare_with(cast: Cast, desk: Browser) -> None:
    said(cast, conditions=["asthma"])
    assert "Changed since" not in html(desk, cast.appointment(cast.at(10)))


def test_own_words_are_shown_as_text(cast: Cast, desk: Browser) -> None:
    said(cast, ago=LONG_AGO)
    said(cast, medicines="<script>alert(1)</script>")
    assert "<script>alert" not in html(desk, cast.appointment(cast.at(10)))
