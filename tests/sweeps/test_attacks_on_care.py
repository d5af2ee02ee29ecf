"""Hostile forms to the pages of care: wrong types, too much, twice, upside down. A message, never a fault."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from booking.appointments.screening import SafetyAnswers
from clients.intake.actions import request_intake
from clients.intake.steps import INTAKE_STEPS
from clients.models import Attachment, CarePlan, Intake, TipAnswer
from clinic.models.links import LinkPurpose
from clinic.web.links import mint_link
from tests.booking.desk.test_doctor_note import client_of, note_url
from tests.clients.plans.given import given
from tests.clients.plans.people import persona, plan_of, reader_of
from tests.fixtures.actions import book
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db
# A number without end, JSON, the same key twice, far too much, a day that is none.
BAD: tuple[Any, ...] = ("9" * 5000, '{"a": [1]}', ["a", "b", "a"], "\u202e" + "x" * 30000, "0000-00-00")
# Buttons that end what the next one needs.
ENDING = ("cancel", "no-show", "logout", "erase")


def survives(browser: Browser, address: str, data: dict[str, Any]) -> None:
    """Send a form; whatever comes back, it is no fault."""
    answer = browser.post(address, data)
    assert answer.status_code < 500, (address, {key: str(value)[:40] for key, value in data.items()})


def fields_of(page: str) -> list[str]:
    """The names of all fields and buttons of a page."""
    found = re.findall(r'<(?:input|select|textarea|button)[^>]*?\bname="([^"]+)"', page)
    return sorted(set(found) - {"csrfmiddlewaretoken"})


def test_questions_and_tips_of_a_plan(cast: Cast) -> None:
    open_plan, plan = plan_of(cast.ana, persona("clot-past-calf")), given(cast.ben)
    anas, bens = reader_of(open_plan), reader_of(plan)
    asked = [each["slug"] for each in open_plan.questions]
    tip = plan.items.for_client().filter(kind="home-care")[0]
    intakes = Intake.objects.count()
    for bad in BAD:
        survives(anas, f"/care/{open_plan.public_id}/questions/", dict.fromkeys(asked, bad))
        days = {f"{slug}-on": bad for slug in asked}
        survives(anas, f"/care/{open_plan.public_id}/questions/", {**dict.fromkeys(asked, "checked"), **days})
        survives(bens, f"/care/{plan.public_id}/tips/{tip.slug}/", {"answer": bad, "note": bad})
        survives(bens, f"/care/{plan.public_id}/tips/nothing/", {"answer": bad})
    assert Intake.objects.count() == intakes
    assert not TipAnswer.objects.exists()


def test_the_safety_question(cast: Cast) -> None:
    browser = Browser()
    address = f"/book/{cast.hot_stone.slug}/"
    names = fields_of(browser.get(address).content.decode())
    assert len(names) > 10
    for bad in BAD:
        survives(browser, address, dict.fromkeys(names, bad))
        survives(browser, address, {**dict.fromkeys(names, "on"), "weeks": bad})


def test_every_step_of_the_health_form(cast: Cast) -> None:
    asked = request_intake(cast.ana, technique_slug="hot-stone")
    browser = Browser()
    token = mint_link(purpose=LinkPurpose.INTAKE, subject=asked.public_id, lasts=dt.timedelta(days=1), by_mail=True)
    assert browser.get(f"/intake/{token}/").status_code == 302
    fields = 0
    for step in INTAKE_STEPS:
        address = f"/intake/{asked.public_id}/{step}/"
        page = browser.get(address)
        names = fields_of(page.content.decode()) if page.status_code == 200 else []
        for bad in BAD:
            survives(browser, address, dict.fromkeys(names, bad))
        fields += len(names)
    assert fields > 50


def test_the_plan_at_the_desk(cast: Cast) -> None:
    desk = Browser()
    desk.force_login(cast.owner)
    appointment = cast.appointment(cast.at(10))
    plan = given(cast.ana)
    CarePlan.objects.filter(pk=plan.pk).update(appointment=appointment.public_id)
    here = f"/desk/appointments/{appointment.public_id}/"
    page = desk.get(here).content.decode()
    also = {f"{here}{each}/" for each in ("questions", "questions/send", "clearance", "doctor-note")}
    actions = also | set(re.findall(r'action="(/desk/[^"]+)"', page))
    names = fields_of(page)
    assert len(actions) > 8
    assert len(names) > 15
    for action in sorted(actions):
        if any(word in action for word in ENDING):
            continue
        for bad in BAD:
            survives(desk, action, dict.fromkeys(names, bad))


def polyglots() -> Iterator[bytes]:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"0" * 5_000_000)
    yield zipped.getvalue()
    yield b"%PDF-1.7\n<script>alert(1)</script>" + zipped.getvalue()
    yield b"GIF89a<html>"
    yield b"<svg onload=alert(1)>"
    yield b""
    yield b"\x89PNG\r\n\x1a\n" + b"\0" * 100
    yield b" %PDF-1.4"


def test_files_that_are_no_note_or_more_than_one(cast: Cast) -> None:
    appointment = book(
        service=cast.hot_stone,
        start=cast.at(10),
        client=cast.ana,
        answers=SafetyAnswers(conditions=frozenset({"anticoagulants"})),
        policy_accepted=True,
        via="web",
    )
    browser = client_of(appointment, by_mail=True)
    for content in polyglots():
        for name in ("../../x.pdf", "x" * 300 + ".pdf", "\u202efdp.exe"):
            sent = SimpleUploadedFile(name, content, content_type="text/html")
            survives(browser, note_url(appointment), {"file": sent})
    survives(browser, note_url(appointment), {"file": "text"})
    survives(browser, note_url(appointment), {})
    desk = Browser()
    desk.force_login(cast.owner)
    kept = list(Attachment.objects.all())
    assert {each.media_type for each in kept} == {"application/pdf", "image/png"}
    for attachment in kept:
        answer = desk.get(f"/desk/files/{attachment.public_id}/")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Type"] == attachment.media_type
