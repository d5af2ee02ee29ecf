"""Mails that no reminder asks for: the practice words them too, and a plan that was approved is told of once."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from booking.appointments.rescreening import mail_client_review
from booking.models import Appointment, MessageText
from booking.reminders.kind import variables_of
from booking.reminders.kinds.intake_missing import mail_intake_link
from booking.reminders.kinds.questions_open import mail_questions
from booking.reminders.kinds.sign_in import sign_in_code
from booking.reminders.message import Message
from booking.reminders.staff_notices import Notice, mail_staff
from clients.models import CarePlan, Client, Intake, IntakeRequest
from clinic.models import ClientLink, OutgoingMail, Practice
from tests.booking.reminders.test_messages import LINK, all_of_it, appointment_for, ill
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import mail_approved_plans

pytestmark = pytest.mark.django_db
OTHERS = ["please-look", "care-plan", "questions-open", "sign-in", "staff", "intake-missing"]


def as_sent(cast: Cast, kind: str) -> OutgoingMail | Message:
    """A mail of this kind by the way it really goes."""
    appointment = Appointment.objects.with_people().get(pk=appointment_for(cast, "confirmation").pk)
    if kind == "sign-in":
        return sign_in_code(Practice.current(), code="482913", minutes=15, intro="Your code.")
    if kind == "staff":
        mail_staff(
            Notice(key="a", therapist=cast.mira, subject="A request waits", text="Please answer.", url_path="/desk/"),
            cast.practice,
        )
    elif kind == "care-plan":
        approved(cast.ana)
        mail_approved_plans()
    elif kind == "questions-open":
        mail_questions(approved(cast.ana, state="draft", provisional=True), appointment, cast.practice)
    elif kind == "please-look":
        mail_client_review(appointment, ill(cast.ana), cast.practice)
    else:
        mail_intake_link(appointment, IntakeRequest.objects.get(), Practice.current())
    return OutgoingMail.objects.get()


def approved(
    client: Client, *, ago: dt.timedelta = dt.timedelta(), state: str = "approved", provisional: bool = False
) -> CarePlan:
    """A plan that a therapist approved."""
    intake = Intake.objects.create(client=client, catalogue_version="1", triage="ok", goals="canary-xyzzy")
    return CarePlan.objects.create(
        client=client,
        intake=intake,
        catalogue_version="1",
        triage="ok",
        state=state,
        provisional=provisional,
        approved_at=timezone.now() - ago,
    )


@pytest.mark.parametrize("kind", OTHERS)
def test_the_practices_own_words_stand_in_these_mails_too(cast: Cast, kind: str) -> None:
    MessageText.objects.create(kind=kind, subject="Our {practice}", opening="OPEN {practice}", closing="CLOSE {phone}")
    mail = as_sent(cast, kind)
    assert mail.subject == "Our Stillwater Massage"
    for words in (mail.text, mail.html):
        assert words.index("OPEN Stillwater Massage") < words.index("CLOSE +49 30 5550 101")


@pytest.mark.parametrize("kind", OTHERS)
def test_what_must_be_said_is_said_whatever_the_practice_writes(cast: Cast, kind: str) -> None:
    MessageText.objects.create(kind=kind, subject="S", opening="O", closing="C")
    mail = as_sent(cast, kind)
    needed = {
        "sign-in": "482913",
        "staff": "Please answer.",
        "care-plan": "/care/",
        "questions-open": "/care/",
        "please-look": "/appointment/",
    }.get(kind, "/intake/")
    assert needed in mail.text
    assert needed in mail.html


@pytest.mark.invariant("I10")
@pytest.mark.parametrize("kind", OTHERS)
def test_subjects_hold_no_code_no_name_and_no_health_word(cast: Cast, kind: str) -> None:
    mail = as_sent(cast, kind)
    assert "482913" not in mail.subject
    assert "Ana" not in mail.subject
    assert "canary" not in all_of_it(
        Message(mail.subject, mail.text, mail.html, mail.calendar, mail.calendar_method, mail.headers)
    )


@pytest.mark.parametrize("kind", [*OTHERS, "moved"])
def test_each_kind_knows_its_own_variables_and_refuses_the_others(kind: str) -> None:
    for name in {"first_name", "date", "notice", "practice", "code"} & set(variables_of(kind)):
        MessageText(kind=kind, opening=f"{{{name}}}").full_clean()
    for name in {"first_name", "date", "notice", "code"} - set(variables_of(kind)):
        with pytest.raises(ValidationError, match=f"{{{name}}} is not known here"):
            MessageText(kind=kind, opening=f"{{{name}}}").full_clean()


@pytest.mark.parametrize("kind", OTHERS)
def test_the_admin_tells_the_variables_of_the_kind_and_previews_and_sends_it(cast: Cast, kind: str) -> None:
    owner = Browser()
    owner.force_login(cast.owner)
    text = MessageText.objects.create(kind=kind, opening="OWN {practice}")
    page = f"/admin/booking/messagetext/{text.pk}"
    assert ", ".join(f"{{{name}}}" for name in variables_of(kind)) in owner.get(f"{page}/change/").content.decode()
    assert "OWN Stillwater Massage" in owner.get(f"{page}/preview/").content.decode()
    assert "OWN Stillwater Massage</p>" in owner.get(f"{page}/preview/html/").content.decode()
    assert owner.post(f"{page}/send/").status_code == 302
    mail = OutgoingMail.objects.get()
    assert (mail.to_email, mail.kind) == ("owner@stillwater.example", "staff")
    assert not ClientLink.objects.exists()


def test_an_approved_plan_is_mailed_once_with_a_link_that_opens_it(cast: Cast, client: Browser) -> None:
    plan = approved(cast.ana)
    assert [mail_approved_plans(), mail_approved_plans()] == [1, 0]
    mail = OutgoingMail.objects.get()
    assert (mail.to_email, mail.kind) == ("ana@example.org", "care-plan")
    (link,) = {found for found in LINK.findall(mail.text) if "/care/" in found}
    assert link in mail.html
    assert client.get(f"/care/{link.rstrip('/').split('/')[-1]}/").status_code == 302
    assert ClientLink.objects.get().subject == plan.public_id


def test_of_two_plans_the_later_is_told_and_a_later_one_later_again(cast: Cast) -> None:
    approved(cast.ana, ago=dt.timedelta(hours=2))
    approved(cast.ana, ago=dt.timedelta(hours=1))
    assert mail_approved_plans() == 1
    approved(cast.ana)
    assert mail_approved_plans() == 1
    assert OutgoingMail.objects.count() == 2


@pytest.mark.parametrize("changed", [{"tips_wanted": False}, {"email": ""}, {"erased_at": timezone.now()}])
def test_who_wants_no_tips_or_cannot_be_reached_gets_no_plan_by_mail(cast: Cast, changed: dict[str, object]) -> None:
    approved(cast.ana)
    Client.objects.filter(pk=cast.ana.pk).update(**changed)
    assert mail_approved_plans() == 0


def test_a_draft_and_an_old_plan_are_no_news(cast: Cast) -> None:
    approved(cast.ana, state="draft")
    approved(cast.ben, ago=dt.timedelta(days=3))
    assert mail_approved_plans() == 0


def test_a_plan_approved_at_night_is_told_in_the_morning(cast: Cast) -> None:
    local = timezone.now().astimezone(cast.practice.zone)
    begin = (local - dt.timedelta(hours=1)).time().replace(tzinfo=None)
    end = (local + dt.timedelta(hours=1)).time().replace(tzinfo=None)
    Practice.objects.update(quiet_from=begin, quiet_until=end)
    approved(cast.ana)
    mail_approved_plans()
    wait = OutgoingMail.objects.get().next_try_at - timezone.now()
    assert dt.timedelta(minutes=58) < wait <= dt.timedelta(hours=1)
