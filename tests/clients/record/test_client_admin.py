"""The client's care in the admin: found by name, read with a trace, never changed, and nothing of it in a list."""

import datetime as dt

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import DatabaseError, connection, transaction

from clients.care import Answers
from clients.intake.actions import submit_intake
from clients.intake.screening import record_screening, screen_answers
from clients.models import CarePlan, Client, Consent, Intake, IntakeRequest, PainScore, Screening
from clinic.models import AccessEvent, Practice, User
from tests.clients.answers import consented, health, signs
from tests.clients.steps import fill
from tests.fixtures.browser import Browser

pytestmark = pytest.mark.django_db
RECORDS = (Screening, Intake, IntakeRequest, PainScore, CarePlan)
MARK = "canary-medicine-7f3"


@pytest.fixture
def owner(practice: Practice) -> Browser:
    Practice.objects.update(second_factor_required=False)
    browser = Browser()
    browser.force_login(User.objects.create_superuser("owner@example.org", "a long test password"))
    return browser


@pytest.fixture
def file(asked: IntakeRequest) -> Client:
    """Ana's file with one of everything; her words carry a mark that lists must not show."""
    fill(asked, signs=signs("weight-loss"), health=health(medicines=MARK, allergies=MARK, surgery=MARK))
    submit_intake(asked)
    answers = Answers(conditions=frozenset({"diabetes"}), region="DE")
    screened = screen_answers(answers, ["hot-stone"], practice=Practice.current())
    record_screening(asked.client, technique_slug="hot-stone", screened=screened)
    return asked.client


def url(model: type, page: str = "") -> str:
    return f"/admin/clients/{model.__name__.lower()}/{page}"


def test_every_noun_of_the_clients_is_in_the_admin() -> None:
    shown = {model for model in admin.site._registry if model._meta.app_label == "clients"}
    # Parts of what is there, and what has pages of its own at the desk.
    parts = {"Attachment", "BodyMark", "CarePlanItem", "IntakeAcknowledgement", "IntakeRetraction"}
    parts |= {"ImportLine", "ImportRun"}
    missing = {model.__name__ for model in apps.get_app_config("clients").get_models()} - {
        model.__name__ for model in shown
    }
    assert missing == parts


@pytest.mark.invariant("I10")
def test_lists_find_the_client_and_show_nothing_of_their_health(owner: Browser, file: Client) -> None:
    for model in (*RECORDS, Client, Consent):
        page = owner.get(url(model), {"q": "berg"}).content.decode()
        assert "Berg" in page, model
        for said in (MARK, "dull-ache", "weight-loss", "doctor-before-massage", "never_when", "diabetes"):
            assert said not in page, model
        assert "Berg" not in owner.get(url(model), {"q": "nobody"}).content.decode(), model


def test_a_record_is_read_with_a_trace_and_cannot_be_changed(owner: Browser, file: Client) -> None:
    for model in RECORDS:
        record = model.objects.latest("pk")
        seen = AccessEvent.objects.filter(actor="staff").count()
        page = owner.get(url(model, f"{record.pk}/change/"))
        assert page.status_code == 200
        assert AccessEvent.objects.filter(actor="staff").count() > seen, model
        event = AccessEvent.objects.filter(actor="staff").latest("pk")
        assert (event.action, event.client, event.user) == ("view", file.public_id, User.objects.get())
        assert owner.post(url(model, f"{record.pk}/change/"), {"triage": "ok"}).status_code == 403
        assert owner.get(url(model, "add/")).status_code == 403
        assert owner.post(url(model, f"{record.pk}/delete/"), {"post": "yes"}).status_code == 403


def test_a_request_does_not_show_answers_that_were_not_sent(owner: Browser, asked: IntakeRequest) -> None:
    fill(asked, health=health(medicines=MARK))
    assert MARK not in owner.get(url(IntakeRequest, f"{asked.pk}/change/")).content.decode()


def test_a_client_is_corrected_but_never_deleted(owner: Browser, file: Client) -> None:
    page = owner.get(url(Client, f"{file.pk}/change/"))
    assert page.status_code == 200
    assert owner.post(url(Client, f"{file.pk}/delete/"), {"post": "yes"}).status_code == 403
    inlines = {"consents-TOTAL_FORMS": 0, "consents-INITIAL_FORMS": 0}
    saved = owner.post(
        url(Client, f"{file.pk}/change/"),
        {"first_name": "Anna", "last_name": "Berg", "email": "ana@example.org", "phone": "030 99999", **inlines},
    )
    assert saved.status_code == 302
    file.refresh_from_db()
    assert (file.first_name, file.phone) == ("Anna", "+493099999")


def test_a_second_file_for_the_same_person_is_refused_with_a_sentence(owner: Browser, file: Client) -> None:
    inlines = {"consents-TOTAL_FORMS": 0, "consents-INITIAL_FORMS": 0}
    answer = owner.post(
        url(Client, "add/"), {"first_name": "ANA", "last_name": "berg", "email": "Ana@example.org", **inlines}
    )
    assert "There is already a file for this name at this address." in answer.content.decode()
    assert Client.objects.count() == 1


def test_a_consent_is_withdrawn_once_and_stops_personal_tips(owner: Browser, file: Client) -> None:
    consent = Consent.objects.get()
    Client.objects.update(personal_tips_wanted=True)
    posted = {"action": "withdraw", "_selected_action": [consent.pk]}
    owner.post(url(Consent), posted)
    consent.refresh_from_db()
    file.refresh_from_db()
    first = consent.withdrawn_at
    assert first is not None
    assert not file.personal_tips_wanted
    assert file.valid_consent(version=1) is None
    owner.post(url(Consent), posted)
    consent.refresh_from_db()
    assert consent.withdrawn_at == first


def test_a_consent_lasts_twelve_months(file: Client) -> None:
    assert file.valid_consent(version=1) is not None
    assert file.valid_consent(version=2) is None
    Consent.objects.update(given_at=Consent.objects.get().given_at - dt.timedelta(days=366))
    assert file.valid_consent(version=1) is None


@pytest.mark.parametrize("table", ["clients_intake", "clients_bodymark", "clients_screening"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_what_was_said(file: Client, table: str, change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgname = 'only_grows' AND tgrelid = %s::regclass", [table]
        )
        assert cursor.fetchone() == (1,)
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table))


def test_the_same_consent_can_be_read_in_its_own_words(owner: Browser, file: Client) -> None:
    page = owner.get(url(Consent, f"{Consent.objects.get().pk}/change/")).content.decode()
    assert "nobody here diagnoses" in page
    assert consented()["text_hash"] == Consent.objects.get().text_hash
