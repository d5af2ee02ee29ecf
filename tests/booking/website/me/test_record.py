"""What is held about a client: seen, corrected, proved, downloaded, and the wish to have it erased."""

import datetime as dt
import io
import json
import zipfile

import pytest
from django.utils import timezone

from clients.models import Client, Consent, Intake, IntakeRequest
from clients.record.access_log import note_access
from clinic.models import AccessEvent, OutgoingMail, Practice, User
from tests.booking.website.me.conftest import SignIn, code_mailed
from tests.fixtures.actions import erase
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

ANA, NEW = "ana@example.org", "ana.new@example.org"


def here(client: Client, page: str = "") -> str:
    """A page of a client's data."""
    return f"/me/{client.public_id}/data/{page}"


def test_it_says_how_much_is_held(cast: Cast, ana: Browser, told: Intake) -> None:
    cast.appointment(cast.at(10))
    counts = {each.what: each.count for each in ana.get(here(cast.ana)).context["held"]}
    assert counts["appointments"] == 1
    assert counts["care plans"] == 1
    assert "mails to you" not in counts


def test_name_and_phone_are_corrected(cast: Cast, ana: Browser) -> None:
    typed = {"first_name": " Anna  Maria ", "last_name": "Lindt", "phone": "call me"}
    assert ana.post(here(cast.ana, "name/"), typed).status_code == 422
    ana.post(here(cast.ana, "name/"), {**typed, "phone": "+49 30 123 45"})
    cast.ana.refresh_from_db()
    assert (str(cast.ana), cast.ana.phone, cast.ana.email) == ("Anna Maria Lindt", "+493012345", ANA)
    newest = AccessEvent.objects.latest("pk")
    assert (newest.actor, newest.action, newest.noun) == ("client", "change", "contact")


def test_a_name_that_another_file_at_the_address_has_is_refused(cast: Cast, ana: Browser) -> None:
    Client.objects.create(first_name="Mia", last_name="Lind", email=ANA)
    page = ana.post(here(cast.ana, "name/"), {"first_name": "MIA", "last_name": "Lind", "phone": ""})
    assert page.status_code == 422
    assert "another file with this name" in page.content.decode()
    cast.ana.refresh_from_db()
    assert cast.ana.first_name == "Ana"


@pytest.mark.parametrize("page", ["name/", "address/"])
def test_a_form_that_came_back_can_be_loaded_anew(cast: Cast, ana: Browser, page: str) -> None:
    assert ana.post(here(cast.ana, page), {}).status_code == 422
    assert ana.get(here(cast.ana, page))["Location"] == here(cast.ana)


@pytest.fixture
def asked(cast: Cast, ana: Browser) -> Browser:
    """Ana typed a new address."""
    assert ana.post(here(cast.ana, "address/"), {"email": NEW.upper()}).status_code == 302
    return ana


def test_a_new_address_counts_once_its_code_was_typed_and_the_old_one_is_told(cast: Cast, asked: Browser) -> None:
    cast.ana.refresh_from_db()
    assert cast.ana.email == ANA
    Client.objects.filter(pk=cast.ana.pk).update(email_error="The address was refused.")
    assert asked.post(here(cast.ana, "address/code/"), {"code": "1111 1111"}).status_code == 422
    asked.post(here(cast.ana, "address/code/"), {"code": code_mailed(NEW)})
    cast.ana.refresh_from_db()
    assert (cast.ana.email, cast.ana.email_error) == (NEW, "")
    assert asked.get(here(cast.ana)).status_code == 200
    told_old = OutgoingMail.objects.filter(to_email=ANA).latest("pk")
    assert (told_old.kind, told_old.subject) == ("address-changed", "Your address with us has changed")
    assert NEW not in told_old.text


def test_the_old_mailbox_opens_nothing_afterwards(cast: Cast, asked: Browser) -> None:
    asked.post(here(cast.ana, "address/code/"), {"code": code_mailed(NEW)})
    assert not User.objects.filter(email=ANA).exists()
    assert User.objects.filter(email=NEW, is_staff=False).exists()
    Browser().post("/me/sign-in/", {"email": ANA})
    assert OutgoingMail.objects.filter(to_email=ANA, subject__startswith="Signing in").count() == 1


def test_a_code_for_signing_in_proves_no_new_address(cast: Cast, asked: Browser) -> None:
    other = Browser()
    Client.objects.create(first_name="Eva", last_name="New", email=NEW)
    other.post("/me/sign-in/", {"email": NEW})
    assert asked.post(here(cast.ana, "address/code/"), {"code": code_mailed(NEW)}).status_code == 422


def test_the_code_page_of_an_address_that_nobody_typed_leads_back(cast: Cast, ana: Browser) -> None:
    assert ana.get(here(cast.ana, "address/code/"))["Location"] == here(cast.ana)


def test_a_staff_mailbox_as_a_clients_address_signs_nobody_in(cast: Cast, ana: Browser) -> None:
    ana.post(here(cast.ana, "address/"), {"email": "mira@stillwater.example"})
    ana.post(here(cast.ana, "address/code/"), {"code": code_mailed("mira@stillwater.example")})
    assert ana.get("/desk/").status_code == 302
    assert ana.get(here(cast.ana)).status_code == 302


def test_who_saw_the_record_is_told_in_plain_words(cast: Cast, ana: Browser) -> None:
    note_access(cast.ana, noun="intake", action=AccessEvent.Action.VIEW, user=cast.mira.user)
    note_access(cast.ana, noun="care plan", action=AccessEvent.Action.VIEW)
    note_access(cast.ben, noun="client", action=AccessEvent.Action.CHANGE, user=cast.jonas.user)
    page = ana.get(here(cast.ana, "seen/"))
    assert [(each["who"], each["what"]) for each in page.context["others"]] == [
        ("Mira Feld", "viewed your health form")
    ]
    assert page.context["own"][0]["who"] == "you, or whoever had your link"
    assert "Jonas" not in page.content.decode()


def test_everything_is_downloaded_and_that_is_noted(cast: Cast, ana: Browser, told: Intake) -> None:
    assert ana.get(here(cast.ana, "download/"))["Location"] == here(cast.ana)
    response = ana.post(here(cast.ana, "download/"))
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    record = json.loads(archive.read("record.json"))
    assert record["client"]["first_name"] == "Ana"
    assert "Vitamin D" in archive.read("record.html").decode()
    assert "Ana" not in response["Content-Disposition"]
    assert AccessEvent.objects.filter(actor="client", action="export", client=cast.ana.public_id).count() == 1


def test_asking_for_erasure_tells_the_practice_once_and_deletes_nothing(cast: Cast, ana: Browser) -> None:
    for _twice in range(2):
        ana.post(here(cast.ana, "erase/"))
    cast.ana.refresh_from_db()
    assert cast.ana.erasure_requested_at is not None
    assert cast.ana.erased_at is None
    notice = OutgoingMail.objects.get(kind="staff")
    assert "Ana" not in notice.subject + notice.text
    assert "You asked for it on" in ana.get(here(cast.ana)).content.decode()


def test_the_desk_sees_the_wish_on_the_file(cast: Cast, ana: Browser, client: Browser) -> None:
    ana.post(here(cast.ana, "erase/"))
    client.force_login(cast.owner)
    assert "asked to have this record erased" in client.get(f"/desk/clients/{cast.ana.public_id}/").content.decode()


def test_mails_are_switched_off_and_on_again(cast: Cast, ana: Browser) -> None:
    page = f"/me/{cast.ana.public_id}/mails/"
    ana.post(page, {"tips": "on"})
    cast.ana.refresh_from_db()
    assert (cast.ana.reminders_wanted, cast.ana.tips_wanted) == (False, True)
    ana.post(page, {"reminders": "on"})
    cast.ana.refresh_from_db()
    assert (cast.ana.reminders_wanted, cast.ana.tips_wanted) == (True, False)


def test_one_purpose_is_taken_back_and_the_rest_goes_on_as_long_as_before(
    cast: Cast, ana: Browser, told: Intake
) -> None:
    old = cast.ana.consents.get()
    Consent.objects.update(given_at=old.given_at - dt.timedelta(days=100))
    ana.post(f"/me/{cast.ana.public_id}/consent/withdraw/", {"purpose": "personal_tips"})
    old.refresh_from_db()
    assert old.withdrawn_at is not None
    assert old.personal_tips
    standing = cast.ana.valid_consent(version=Practice.current().consent_version)
    assert standing is not None
    assert (standing.treatment, standing.personal_tips, standing.given_at) == (True, False, old.given_at)
    assert (standing.text, standing.text_hash, standing.signature) == (old.text, old.text_hash, old.signature)
    cast.ana.refresh_from_db()
    assert not cast.ana.personal_tips_wanted


def test_without_the_treatment_no_consent_is_left(cast: Cast, ana: Browser, told: Intake) -> None:
    address = f"/me/{cast.ana.public_id}/consent/"
    assert "Withdraw" in ana.get(address).content.decode()
    ana.post(f"{address}withdraw/", {"purpose": "treatment", "sure": "on"})
    assert cast.ana.valid_consent(version=Practice.current().consent_version) is None
    assert "No consent of yours is in force" in ana.get(address).content.decode()


def test_the_treatment_is_taken_back_only_after_a_question_that_names_the_appointment_ahead(
    cast: Cast, ana: Browser, told: Intake
) -> None:
    appointment = cast.appointment(cast.at(10, ahead=5))
    page = ana.post(f"/me/{cast.ana.public_id}/consent/withdraw/", {"purpose": "treatment"})
    shown = page.content.decode()
    assert f"/appointment/{appointment.public_id}/" in shown
    assert 'name="sure"' in shown
    assert cast.ana.valid_consent(version=Practice.current().consent_version) is not None


def test_an_appointment_says_that_its_consent_was_withdrawn_and_leads_to_signing_it_again(
    cast: Cast, ana: Browser, told: Intake
) -> None:
    appointment = cast.appointment(cast.at(10, ahead=5))
    IntakeRequest.objects.filter(intake=told).update(appointment=appointment.public_id)
    address, consent = f"/appointment/{appointment.public_id}/", f"/me/{cast.ana.public_id}/consent/"
    assert consent not in ana.get(address).content.decode()
    ana.post(f"{consent}withdraw/", {"purpose": "treatment", "sure": "on"})
    assert consent in ana.get(address).content.decode()
    assert f"/me/{cast.ana.public_id}/answers/new/" in ana.get(consent).content.decode()


@pytest.mark.parametrize("purpose", ["treatment", "personal_tips"])
def test_what_was_taken_back_can_be_had_back_for_a_day(cast: Cast, ana: Browser, told: Intake, purpose: str) -> None:
    version = Practice.current().consent_version
    before = cast.ana.valid_consent(version=version)
    assert before is not None
    address = f"/me/{cast.ana.public_id}/consent/"
    assert "undo/" not in ana.get(address).content.decode()
    ana.post(f"{address}withdraw/", {"purpose": purpose, "sure": "on"})
    assert "undo/" in ana.get(address).content.decode()
    ana.post(f"{address}undo/")
    again = cast.ana.valid_consent(version=version)
    assert again is not None
    assert (again.treatment, again.personal_tips, again.given_at) == (True, before.personal_tips, before.given_at)
    assert cast.ana.consents.filter(withdrawn_at=None).count() == 1
    assert "undo/" not in ana.get(address).content.decode()
    Consent.objects.update(withdrawn_at=timezone.now() - dt.timedelta(days=2))
    ana.post(f"{address}undo/")
    assert cast.ana.valid_consent(version=version) is None, "after a day it is asked for anew"


def test_an_unknown_purpose_takes_nothing_back(cast: Cast, ana: Browser, told: Intake) -> None:
    ana.post(f"/me/{cast.ana.public_id}/consent/withdraw/", {"purpose": "version"})
    assert cast.ana.consents.get().withdrawn_at is None


def test_an_erased_clients_sign_in_is_gone(cast: Cast, signed_in: SignIn) -> None:
    browser = signed_in(ANA)
    erase(cast.ana, by=cast.owner)
    assert browser.get("/me/").status_code == 302
    assert not OutgoingMail.objects.filter(to_email=ANA).exists()
    assert not User.objects.filter(email=ANA).exists()
