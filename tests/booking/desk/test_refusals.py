"""A refusal at the desk is worded for the team: it names whom it is about, and sends nobody to the phone."""

import ast
import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from booking.appointments.locking import overlap_refusal
from booking.models import Service
from booking.scheduling.availability import Unavailable
from booking.scheduling.refusals import reason_for_client, reason_for_team
from tests.booking.desk.test_booking import form
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

FOR_CLIENTS = ("you already", "please choose", "call us", "for us", "right now", "for you")


def said(page: object) -> str:
    """What a refused form says, all of it."""
    errors = page.context["form"].errors  # type: ignore[attr-defined]
    return " ".join(str(each) for several in errors.values() for each in several)


def test_a_client_who_is_busy_then_is_named(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10), client=cast.ana, therapist=cast.jonas, room=cast.blue_room)
    refused = desk.post("/desk/book/", form(cast))
    assert refused.status_code == 422
    assert said(refused).startswith("Ana Lind already has an appointment at that time.")


def test_a_therapist_who_is_busy_or_not_there_is_named(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10), client=cast.ben)
    assert said(desk.post("/desk/book/", form(cast))).startswith("Mira Feld has another appointment then.")
    assert said(desk.post("/desk/book/", form(cast, time="19:00"))).startswith("Mira Feld does not work then.")
    nobody = form(cast, therapist="", time="21:00")
    assert said(desk.post("/desk/book/", nobody)).startswith("Nobody works then.")


def test_a_move_that_cannot_be_names_the_therapist(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10), client=cast.ben)
    appointment = cast.appointment(cast.at(13))
    where = {"therapist": str(cast.mira.public_id), "day": cast.day().isoformat(), "time": "10:00"}
    refused = desk.post(f"/desk/appointments/{appointment.public_id}/move/", where)
    assert refused.status_code == 422
    assert said(refused).startswith("Mira Feld has another appointment then.")


def test_the_admin_reads_the_same_words(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10), client=cast.ana, therapist=cast.jonas, room=cast.blue_room)
    local = cast.at(10).astimezone(cast.zone)
    wish = {
        "client": cast.ana.pk,
        "service": cast.regular.pk,
        "therapist": cast.mira.pk,
        "starts_at_0": f"{local:%Y-%m-%d}",
        "starts_at_1": f"{local:%H:%M}",
        "client_note": "",
        "asked": "on",
    }
    page = desk.post("/admin/booking/appointment/add/", wish).content.decode()
    assert "Ana Lind already has an appointment at that time." in page


def test_unsafe_answers_speak_of_the_answers_not_to_the_client(cast: Cast, desk: Browser) -> None:
    ticked = form(cast, service=cast.hot_stone.slug, safety="some", conditions=["heat-intolerance"])
    page = desk.post("/desk/book/", ticked)
    assert page.status_code == 422
    assert "not for this client now" in said(page)
    assert "right now" not in said(page)


def test_a_service_for_first_appointments_says_what_the_team_needs_to_know(cast: Cast, desk: Browser) -> None:
    Service.objects.filter(pk=cast.regular.pk).update(audience=Service.Audience.NEW)
    cast.appointment(timezone.now() - dt.timedelta(days=9))
    assert "this client has been here before" in said(desk.post("/desk/book/", form(cast)))


@pytest.mark.parametrize("why", list(Unavailable))
def test_every_reason_has_a_sentence_of_its_own_for_the_team(why: Unavailable) -> None:
    for told in (reason_for_team(why), reason_for_team(why, therapist="Mira Feld", client="Ana Lind")):
        assert told
        assert told != reason_for_client(why)
        assert not [words for words in FOR_CLIENTS if words in told.lower()]


def test_what_only_postgresql_saw_is_worded_for_the_team_too() -> None:
    assert overlap_refusal("never_two_for_one_client").for_team == "The client has another appointment then."


def test_no_page_of_the_team_shows_what_is_meant_for_the_client() -> None:
    booking = Path(settings.BASE_DIR, "booking")
    pages = [path for path in booking.glob("desk/**/*.py") if path.name != "forms.py"]
    pages += [*booking.glob("*/admin/*.py"), booking / "waitlist" / "desk_pages.py"]
    found = {
        f"{path.name}:{node.lineno}"
        for path in pages
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "message" and isinstance(node.ctx, ast.Load)
    }
    assert len(pages) > 30
    assert not found, "a refusal is shown to the team as `for_team`"


def test_a_safety_question_that_was_not_asked_is_asked_for(cast: Cast, desk: Browser) -> None:
    refused = desk.post("/desk/book/", form(cast, safety=""))
    assert said(refused) == "Please ask the safety question, and choose what was answered."


def test_why_an_appointment_was_cancelled_is_called_so(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    desk.post(
        f"/desk/appointments/{appointment.public_id}/cancel/", {"who": "practice", "reason": "ill", "scope": "one"}
    )
    assert "Why: ill" in desk.get(f"/desk/appointments/{appointment.public_id}/").content.decode()
