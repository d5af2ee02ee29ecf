"""A client at their own pages: signed in as everyone is, by a code out of the ledger."""

import re
from collections.abc import Callable

import pytest

from clients.intake.actions import request_intake, submit_intake
from clients.models import Intake
from clinic.models import OutgoingMail
from tests.clients.steps import fill
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

CODE = re.compile(r"^\s+(\d{4} \d{4})\s*$", re.MULTILINE)
SignIn = Callable[[str], Browser]


def code_mailed(address: str) -> str:
    """The code in the newest sign-in mail to an address; empty where none came."""
    mail = OutgoingMail.objects.filter(kind="sign-in", to_email=address).order_by("-pk").first()
    found = CODE.search(mail.text) if mail else None
    return found[1] if found else ""


def ask_for_code(browser: Browser, address: str) -> str:
    """Type an address on the sign-in page; the code that came by mail."""
    response = browser.post("/me/sign-in/", {"email": address})
    assert response["Location"] == "/me/code/"
    return code_mailed(address)


@pytest.fixture
def signed_in(cast: Cast) -> SignIn:
    """A function that gives a browser in which the reader of an address is signed in."""

    def sign_in(address: str) -> Browser:
        browser = Browser()
        response = browser.post("/me/code/", {"code": ask_for_code(browser, address)}, follow=False)
        assert response.status_code == 302
        assert response["Location"] == "/me/"
        return browser

    return sign_in


@pytest.fixture
def ana(signed_in: SignIn) -> Browser:
    """Ana, signed in."""
    return signed_in("ana@example.org")


@pytest.fixture
def told(cast: Cast) -> Intake:
    """Ana's sore back, in an intake of today."""
    return submit_intake(fill(request_intake(cast.ana, technique_slug="regular-massage")))
