"""Questions open: named on a page of their own, sent to the client, or answered at the desk; released only then."""

import re

import pytest

from booking.models import Appointment
from booking.reminders.kinds.questions_open import QuestionsOpen, mail_questions
from clients.models import CarePlan, Intake
from clients.plans.actions import make_plan
from clients.plans.questions import answer_questions
from clinic.models import AccessEvent, OutgoingMail, Practice
from tests.clients.plans.given import SORE_BACK, told
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    """Ana's appointment; her answers leave questions of safety open."""
    made = cast.appointment(cast.at(10))
    intake = told(cast.ana, open_signs=True, **SORE_BACK)
    plan = make_plan(intake, technique_slug="regular-massage", appointment=made.public_id, practice=Practice.current())
    assert plan.provisional
    return made


def url(appointment: Appointment, action: str = "") -> str:
    return f"/desk/appointments/{appointment.public_id}/questions/" + (f"{action}/" if action else "")


def questions(desk: Browser, appointment: Appointment) -> list[str]:
    """The slugs that are asked."""
    return [each["slug"] for each in desk.get(url(appointment)).context["questions"]]


def test_the_appointment_says_first_that_questions_are_open_and_leads_to_them(
    cast: Cast, desk: Browser, appointment: Appointment
) -> None:
    page = desk.get(f"/desk/appointments/{appointment.public_id}/").content.decode()
    first = re.search(r'<strong class="notice-title">([^<]+)', page[page.index('class="alerts"') :])
    assert first is not None
    assert first[1].startswith("Questions open")
    assert url(appointment) in page


def test_the_page_names_each_question(cast: Cast, desk: Browser, appointment: Appointment) -> None:
    plan = CarePlan.objects.get()
    assert questions(desk, appointment) == [each["slug"] for each in plan.questions]
    page = desk.get(url(appointment)).content.decode()
    assert all(each["question"][:40] in page for each in plan.questions)
    assert "[[" not in page


@pytest.mark.invariant("I6")
def test_with_the_answers_the_plan_is_made_anew(cast: Cast, desk: Browser, appointment: Appointment) -> None:
    answers = dict.fromkeys(questions(desk, appointment), "no")
    assert desk.post(url(appointment), answers).status_code == 302
    assert not CarePlan.objects.order_by("-pk")[0].provisional
    assert questions(desk, appointment) == []
    assert set(Intake.objects.latest("pk").denied) >= set(answers)
    assert AccessEvent.objects.filter(user=cast.owner, noun="intake", action="change").exists()


def test_an_answer_that_is_missing_is_named_beside_its_question_and_the_rest_is_kept(
    cast: Cast, desk: Browser, appointment: Appointment
) -> None:
    asked = questions(desk, appointment)
    refused = desk.post(url(appointment), {asked[0]: "yes"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert f'id="error-{asked[1]}"' in page
    assert f'id="error-{asked[0]}"' not in page
    assert f'id="yes-{asked[0]}" value="yes" checked' in " ".join(page.split())
    assert Intake.objects.count() == 1


@pytest.mark.invariant("I10")
def test_the_link_is_mailed_without_a_word_of_what_is_asked(
    cast: Cast, desk: Browser, appointment: Appointment
) -> None:
    assert desk.post(url(appointment, "send")).status_code == 302
    mail = OutgoingMail.objects.get(kind="questions-open")
    assert mail.to_email == cast.ana.email
    assert "/care/" in mail.text
    for each in CarePlan.objects.get().questions:
        assert each["question"][:30] not in mail.text
    token = re.search(r"/care/([^/]+)/", mail.text)
    assert token is not None
    opened = Browser()
    assert opened.get(f"/care/{token[1]}/").status_code == 302
    plan = CarePlan.objects.get()
    assert plan.questions[0]["question"][:40] in opened.get(f"/care/{plan.public_id}/").content.decode()


def test_a_mail_that_waits_is_not_sent_once_the_questions_are_answered(
    cast: Cast, desk: Browser, appointment: Appointment
) -> None:
    plan = CarePlan.objects.get()
    mail_questions(plan, appointment, cast.practice)
    topic = (str(plan.public_id),)
    assert QuestionsOpen().recipients([topic])[topic].client == cast.ana
    answer_questions(
        plan,
        [each["slug"] for each in plan.questions],
        dict.fromkeys(questions(desk, appointment), "no"),
        practice=Practice.current(),
    )
    assert QuestionsOpen().recipients([topic]) == {}


def test_without_an_address_nothing_is_sent_and_the_desk_says_so(
    cast: Cast, desk: Browser, appointment: Appointment
) -> None:
    cast.ana.email = ""
    cast.ana.save(update_fields=["email"])
    page = desk.post(url(appointment, "send"), follow=True).content.decode()
    assert "ask them by phone" in page
    assert not OutgoingMail.objects.filter(kind="questions-open").exists()


def test_where_nothing_is_open_the_page_says_so(cast: Cast, desk: Browser) -> None:
    made = cast.appointment(cast.at(14))
    told(cast.ana, **SORE_BACK)
    assert "No question of safety is open" in desk.get(url(made)).content.decode()
    assert desk.post(url(made), {}).status_code == 302
