"""What a therapist reads of an intake first: alerts, whom to call, how to talk; and every answer in words."""

import pytest

from clients.care import shipped
from clients.intake.actions import request_intake, submit_intake
from clients.intake.in_words import intake_in_words
from clients.intake.session_card import session_card
from clients.models import IntakeRequest
from tests.clients.answers import SORE_BACK, health
from tests.clients.steps import fill
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db


def test_allergies_and_how_massage_went_before_are_alerts(asked: IntakeRequest) -> None:
    comfort = {**SORE_BACK["comfort"], "massage_before": "dizzy-or-unwell", "communication": ["writing", "speech"]}
    intake = submit_intake(fill(asked, health=health(allergies="Bees"), comfort=comfort))
    alerts = {alert.about: alert.words for alert in session_card(intake, shipped()).alerts}
    assert alerts == {
        "Allergies": ("Bees",),
        "After massage before": ("Dizzy or unwell",),
        "How to talk": ("Writing",),
        "Leave alone": ("Feet",),
    }


def test_who_felt_good_and_speaks_is_no_alert(asked: IntakeRequest) -> None:
    quiet = {**SORE_BACK["where"], "areas_to_avoid": ""}
    assert session_card(submit_intake(fill(asked, where=quiet)), shipped()).alerts == ()


def test_the_card_says_whom_to_call_and_what_they_like(asked: IntakeRequest) -> None:
    facts = dict(session_card(submit_intake(fill(asked)), shipped()).facts)
    assert facts["In an emergency, call"] == ("Max Berg, 030 555",)
    assert facts["Doctor or midwife"] == ("Dr Lind",)
    assert facts["Can lie on"] == ("Front", "Back", "Side")
    assert facts["Lenses and aids"] == ("Contact lenses",)
    assert facts["Work most on"] == ("Lower back",)


def test_every_answer_is_read_in_words_and_warning_signs_come_first(asked: IntakeRequest) -> None:
    told = health("bruising", "pregnancy", weeks=1, where={"bruising": ["thigh"]})
    intake = submit_intake(fill(asked, health=told))
    read = {answer.label: answer.words for answer in intake_in_words(intake, shipped())}
    assert read["Where on the body"] == ("Bruises: Thigh",)
    assert read["Pregnancy"] == ("1 week",)
    assert read["Work"] == ("Sitting",)
    assert len(read["Warning signs asked, and not so"]) == len(shipped().red_flags)
    assert not [words for words in read.values() for word in words if "[[" in word]


def test_the_therapist_reads_the_card_before_the_client_enters(cast: Cast, client: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    row = request_intake(cast.ana, technique_slug="regular-massage", appointment=appointment.public_id)
    submit_intake(fill(row, health=health(allergies="Bees and wasps")))
    client.force_login(cast.owner)
    page = client.get(f"/desk/appointments/{appointment.public_id}/").content.decode()
    first = page.split('id="alerts-title"')[1].split("</section>")[0]
    assert "Bees and wasps" in first
    assert "Max Berg, 030 555" in first


def test_a_medicine_that_is_named_and_not_ticked_is_asked_about(asked: IntakeRequest) -> None:
    told = health(other_care="Hip replaced, on Eliquis since")
    row = fill(asked, health=told, confirm={"asked": ["anticoagulants"], "conditions": []})
    alerts = {alert.about: (alert.words, alert.ask) for alert in session_card(submit_intake(row), shipped()).alerts}
    assert alerts["Medicines"] == (("Eliquis",), "Not ticked: Blood thinners (anticoagulants). Please ask.")
