"""Bad and hostile answers: refused with a clear word beside the question, or kept and shown as what they are, text."""

from __future__ import annotations

from typing import Any

import pytest

from clients.care import shipped
from clients.intake.actions import save_step, submit_intake
from clients.models import Intake, IntakeRequest
from clinic.errors import Refusal
from tests.clients.answers import SORE_BACK, consented, health, signs
from tests.clients.steps import fill, opened, plan_page
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert('x')</script>"
EVIL = (
    SCRIPT,
    '"><img src=x onerror=alert(1)>',
    "{{ 70070007|add:7000 }}{% debug %}",
    "'; DROP TABLE clients_intake; --",
    '=HYPERLINK("http://evil.example")',
    "\u202egnp.exe \u0000"[:-1],
)


def refused(row: IntakeRequest, step: str, data: dict[str, Any]) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as refusal:
        save_step(row, step=step, data=data)
    assert refusal.value.message
    row.refresh_from_db()
    assert step not in row.answers
    return str(refusal.value.code), refusal.value.field


@pytest.mark.parametrize("stranger", ["no-such-thing", SCRIPT, "", "x" * 5000, "dull-ache ", "../../etc/passwd"])
@pytest.mark.parametrize(
    ("step", "name", "data"),
    [
        ("complaint", "symptoms", SORE_BACK["complaint"]),
        ("where", "areas", {}),
        ("where", "avoid", {}),
        ("since", "onset", {}),
        ("since", "causes", SORE_BACK["since"]),
        ("signs", "red_flags", {"none": False, "asked": []}),
        ("signs", "asked", signs()),
        ("health", "conditions", health()),
        ("comfort", "aids", {}),
    ],
)
def test_an_unknown_word_is_refused_and_named(
    asked: IntakeRequest, step: str, name: str, data: dict[str, Any], stranger: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        save_step(asked, step=step, data={**data, name: [stranger]})
    assert (refusal.value.code, refusal.value.field) == ("unknown_slug", name)
    assert stranger[:60] in refusal.value.message
    assert len(refusal.value.message) < 200


@pytest.mark.parametrize(
    ("step", "data", "where"),
    [
        ("complaint", {**SORE_BACK["complaint"], "none": True}, "symptoms"),
        ("signs", {**signs("weight-loss"), "none": True}, "red_flags"),
        ("health", {**health("sunburn"), "gates": health()["gates"]}, "gate-today"),
        ("since", {**SORE_BACK["since"], "onset": ["chronic", "acute"]}, "onset"),
    ],
)
def test_contradicting_ticks_are_refused_beside_their_question(
    asked: IntakeRequest, step: str, data: dict[str, Any], where: str
) -> None:
    assert refused(asked, step, data) == ("contradiction", where)


@pytest.mark.parametrize("number", [-1, 11, "5", 5.5, True, None, [5], {"n": 5}])
def test_what_is_no_number_from_0_to_10_is_refused(asked: IntakeRequest, number: Any) -> None:
    assert refused(asked, "complaint", {**SORE_BACK["complaint"], "pain": number}) == ("invalid", "pain")


@pytest.mark.parametrize("shape", ["dull-ache", {"dull-ache": True}, [["dull-ache"]], [None], 7])
def test_an_answer_of_another_shape_is_refused(asked: IntakeRequest, shape: Any) -> None:
    given = {**SORE_BACK["complaint"], "symptoms": shape}
    assert refused(asked, "complaint", given) == ("invalid", "symptoms")


@pytest.mark.parametrize("shape", ["skin", ["skin"], 7, {"skin": "no"}, {"skin": None}])
def test_gates_of_another_shape_are_refused(asked: IntakeRequest, shape: Any) -> None:
    assert refused(asked, "health", {**health(), "gates": shape})[0] in ("invalid", "missing")


def test_five_thousand_characters_are_refused_and_come_back_whole(asked: IntakeRequest) -> None:
    text = "ü" * 5000
    no = {f"gate-{group.id}": "no" for group in shipped().groups}
    sent = {**no, "medicines": text}
    page = opened(asked).post(f"/intake/{asked.public_id}/health/", sent).content.decode()
    assert "Please shorten this by 1000 characters; 4000 are enough for us." in page
    assert text in page
    assert refused(asked, "health", health(medicines=text)) == ("too_long", "medicines")
    save_step(asked, step="health", data=health(medicines=text[:4000]))


def test_hostile_text_is_kept_as_typed_and_inert_on_every_page(cast: Cast, client: Browser) -> None:
    from clients.intake.actions import request_intake

    evil = " ".join(EVIL)
    appointment = cast.appointment(cast.at(10))
    row = request_intake(cast.ana, technique_slug="regular-massage", appointment=appointment.public_id)
    texts = health(medicines=evil, allergies=evil, surgery=evil, other_care=evil)
    fill(
        row,
        you={**SORE_BACK["you"], "emergency_contact": evil, "physician": evil},
        where={**SORE_BACK["where"], "areas_to_avoid": evil},
        health=texts,
        goal={"goals": evil, "tips_by_mail": False},
        consent=consented(signature=evil[:160]),
    )
    look = opened(row).get(f"/intake/{row.public_id}/check/").content.decode()
    intake = submit_intake(row)
    assert Intake.objects.get(pk=intake.pk).medicines == evil.strip()
    client.force_login(cast.owner)
    desk = [
        client.get(path).content.decode()
        for path in (
            f"/desk/appointments/{appointment.public_id}/",
            f"/desk/clients/{cast.ana.public_id}/",
            "/desk/?who=all",
        )
    ]
    admin = client.get(f"/admin/clients/intake/{intake.pk}/change/").content.decode()
    for page in (look, plan_page(intake), *desk, admin):
        assert SCRIPT not in page
        assert "<img src=x" not in page
        assert "70077007" not in page, "no template reads what was typed"


@pytest.mark.parametrize(
    "sent",
    [
        {"symptoms": ["dull-ache", "none"]},
        {"symptoms": [SCRIPT]},
        {"symptoms": ["x" * 5000]},
        {"symptoms": "\x00"},
        {},
    ],
)
def test_the_page_refuses_them_too_and_never_breaks(asked: IntakeRequest, sent: dict[str, Any]) -> None:
    response = opened(asked).post(f"/intake/{asked.public_id}/complaint/", {"brings": "an-injury", "pain": "3", **sent})
    assert response.status_code in (200, 400)
    assert SCRIPT not in response.content.decode()
    asked.refresh_from_db()
    assert "complaint" not in asked.answers


def test_a_step_that_is_none_is_not_found(asked: IntakeRequest) -> None:
    assert opened(asked).post(f"/intake/{asked.public_id}/no-such-step/", {}).status_code == 404
    assert refused(asked, "no-such-step", {}) == ("unknown_step", None)
