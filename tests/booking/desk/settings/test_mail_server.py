"""The mail server's page: what is set without its password, a test mail, and how it went."""

import pytest
from pytest_django import Settings

from clinic.models import OutgoingMail
from tests.clinic.mail.scripted_smtp import scripted
from tests.fixtures.browser import Browser, flat
from tests.fixtures.cast import Cast

PAGE = "/desk/settings/mail-server/"


def test_without_one_it_says_that_mails_become_files_and_how_to_set_it(owner: Browser) -> None:
    page = flat(owner.get(PAGE))
    assert "nobody receives them" in page
    assert "EMAIL_URL=" in page
    assert owner.post(PAGE, {"to": "rosa@example.org"}).status_code == 200
    assert not OutgoingMail.objects.exists()


def test_it_shows_the_server_and_never_the_password(owner: Browser, settings: Settings) -> None:
    settings.EMAIL_URL = "smtp+tls://rosa%40example.org:s3cr3t-words@mail.example.org:2525"
    settings.DEFAULT_FROM_EMAIL = "Rosa <rosa@example.org>"
    page = flat(owner.get(PAGE))
    for shown in ("mail.example.org", "2525", "STARTTLS", "rosa@example.org"):
        assert shown in page
    assert "s3cr3t" not in page


def test_a_test_mail_goes_at_once_and_the_page_says_so(cast: Cast, owner: Browser, settings: Settings) -> None:
    with scripted() as script:
        settings.EMAIL_URL = script.url
        assert owner.get(PAGE).context["form"]["to"].value() == cast.owner.email
        page = owner.post(PAGE, {"to": "rosa@example.org"})
        assert page.context["found"].is_ok
        assert [str(mail["To"]) for mail in script.mails] == ["rosa@example.org"]
        script.answers["RCPT"].append("550 5.1.1 No such user")
        page = owner.post(PAGE, {"to": "rosa@example.org"})
        assert "does not take mails to this address" in flat(page)
        assert "550 5.1.1" in flat(page)
        assert len(script.mails) == 1


@pytest.mark.parametrize("typed", ["", "rosa", "rosa@example.org\nBcc: all@example.org"])
def test_what_is_no_address_gets_no_mail(owner: Browser, settings: Settings, typed: str) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    assert owner.post(PAGE, {"to": typed}).status_code == 422
    assert not OutgoingMail.objects.exists()


def test_so_many_an_hour(owner: Browser, settings: Settings) -> None:
    with scripted() as script:
        settings.EMAIL_URL = script.url
        for _try in range(20):
            owner.post(PAGE, {"to": "rosa@example.org"})
        assert owner.post(PAGE, {"to": "rosa@example.org"}).status_code == 422
        assert len(script.mails) == 20
