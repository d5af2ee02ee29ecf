"""Signing in: by password and a second factor, never by a sign-up of one's own."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.urls import reverse

from clinic.models import OutgoingMail, Practice, User
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD, Cast

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def no_throttle_left_over(db: None) -> None:
    """Each test begins with a clean count of tries."""
    cache.clear()


@pytest.fixture
def strict(cast: Cast) -> Cast:
    """The practice asks for a second factor."""
    Practice.objects.update(second_factor_required=True)
    return cast


def code_now(secret: str = SECRET) -> str:
    """The six digits that an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def sign_in(client: Browser, email: str, password: str = PASSWORD, **more: str) -> str:
    """Try to sign in; where it leads, or nothing where it was refused."""
    response = client.post("/accounts/login/", {"login": email, "password": password, **more})
    return response["Location"] if response.status_code == 302 else ""


def test_a_password_leads_to_the_desk_whatever_the_capitals_of_the_address(cast: Cast, client: Browser) -> None:
    assert sign_in(client, "Mira@Stillwater.example") == "/desk/"
    assert client.get("/desk/").status_code == 200


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(cast: Cast, client: Browser) -> None:
    said = []
    for email in ("mira@stillwater.example", "nobody@stillwater.example"):
        page = client.post("/accounts/login/", {"login": email, "password": "wrong and long"})
        errors = page.context["form"].non_field_errors()
        said.append(list(errors))
        assert email in page.content.decode()
    assert said[0] == said[1] != []


@pytest.mark.usefixtures("within_the_hour")
def test_tries_are_limited(cast: Cast, client: Browser) -> None:
    for _try in range(6):
        sign_in(client, "mira@stillwater.example", "wrong and long")
    assert sign_in(client, "mira@stillwater.example") == ""


def test_a_wrong_password_is_said_once(cast: Cast, client: Browser) -> None:
    page = client.post("/accounts/login/", {"login": "mira@stillwater.example", "password": "wrong and long"})
    assert page.content.decode().count("is not right") == 1


def test_the_way_back_is_kept_but_never_to_another_site(cast: Cast, client: Browser) -> None:
    assert sign_in(client, "mira@stillwater.example", next="/desk/week/") == "/desk/week/"
    client.logout()
    assert sign_in(client, "mira@stillwater.example", next="https://evil.example/") == "/desk/"


def test_nobody_signs_up(cast: Cast, client: Browser) -> None:
    people = User.objects.count()
    page = client.get("/accounts/signup/")
    assert page.status_code == 200
    assert "You need no account" in page.content.decode()
    client.post("/accounts/signup/", {"email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.count() == people


@pytest.mark.parametrize("where", ["/desk/", "/desk/book/", "/admin/", "/admin/booking/appointment/"])
def test_without_a_second_factor_every_page_leads_to_setting_one_up(strict: Cast, client: Browser, where: str) -> None:
    client.force_login(strict.owner)
    response = client.get(where)
    assert response.status_code == 302
    assert response["Location"] == reverse("mfa_activate_totp")


def test_a_therapist_without_the_admin_needs_one_too(strict: Cast, client: Browser) -> None:
    User.objects.filter(therapist=strict.mira).update(is_staff=False)
    sign_in(client, "mira@stillwater.example")
    assert client.get("/desk/")["Location"] == reverse("mfa_activate_totp")


def test_a_client_with_a_sign_in_is_not_asked_for_one(strict: Cast, client: Browser) -> None:
    client.force_login(User.objects.create_user("ana@example.org", PASSWORD))
    assert client.get("/desk/").status_code == 404


def test_a_second_factor_is_set_up_and_then_the_desk_is_open(strict: Cast, client: Browser) -> None:
    sign_in(client, "mira@stillwater.example")
    page = client.get(reverse("mfa_activate_totp"))
    text = page.content.decode()
    assert "<svg" in text
    assert "data:image" not in text
    found = re.search(r'<code class="key">([A-Z2-7]+)</code>', text)
    assert found is not None
    response = client.post(reverse("mfa_activate_totp"), {"code": code_now(found.group(1))})
    assert response["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(response["Location"]).status_code == 200
    assert client.get("/desk/").status_code == 200


def test_a_wrong_code_switches_nothing_on(strict: Cast, client: Browser) -> None:
    sign_in(client, "mira@stillwater.example")
    page = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert page.status_code == 200
    assert not Authenticator.objects.exists()
    assert client.get("/desk/").status_code == 302


def test_with_a_second_factor_the_password_alone_opens_nothing(strict: Cast, client: Browser) -> None:
    TOTP.activate(strict.owner, SECRET)
    assert sign_in(client, "owner@stillwater.example") == reverse("mfa_authenticate")
    assert client.get("/desk/")["Location"].startswith("/accounts/login/")
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/")
    sign_in(client, "owner@stillwater.example")
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    refused = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert refused.status_code == 200
    opened = client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert opened["Location"] == "/desk/"
    assert client.get("/admin/").status_code == 200


def test_a_recovery_code_works_once(strict: Cast, client: Browser) -> None:
    TOTP.activate(strict.owner, SECRET)
    code = RecoveryCodes.activate(strict.owner).get_unused_codes()[0]
    sign_in(client, "owner@stillwater.example")
    assert client.post(reverse("mfa_authenticate"), {"code": code})["Location"] == "/desk/"
    client.logout()
    sign_in(client, "owner@stillwater.example")
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def test_signing_out_takes_a_post(cast: Cast, client: Browser) -> None:
    client.force_login(cast.owner)
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/desk/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/desk/").status_code == 302


PAGES = (
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_inactive",
    "account_logout",
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
)
WITH_A_FACTOR = ("mfa_index", "mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_view_recovery_codes")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_our_frame_one_heading_and_nothing_inline(cast: Cast, client: Browser, name: str) -> None:
    if name not in PAGES[:5]:
        sign_in(client, "owner@stillwater.example")
    assert "Stillwater Massage" in in_our_frame(client, name)


@pytest.mark.parametrize("name", WITH_A_FACTOR)
def test_so_has_every_page_about_a_second_factor_that_is_on(cast: Cast, client: Browser, name: str) -> None:
    TOTP.activate(cast.mira.user, SECRET)
    RecoveryCodes.activate(cast.mira.user)
    sign_in(client, "mira@stillwater.example")
    client.post(reverse("mfa_authenticate"), {"code": code_now()})
    text = in_our_frame(client, name)
    assert "Stillwater Massage" in text
    assert not re.search(r"two-factor|authenticat(or app|ion)|deactivate", text, re.IGNORECASE), "not our words"


def in_our_frame(client: Browser, name: str) -> str:
    """The page's text between its tags, once it has been looked at."""
    page = client.get(reverse(name))
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count("<h1") == 1
    for forbidden in (" style=", "<script>", "data:image", "onclick="):
        assert forbidden not in text
    return re.sub(r"<[^>]+>", " ", text)


def test_a_therapist_finds_password_factor_and_codes_from_the_desk(cast: Cast, client: Browser) -> None:
    sign_in(client, "mira@stillwater.example")
    assert f'href="{reverse("mfa_index")}"' in client.get("/desk/").content.decode()
    text = client.get(reverse("mfa_index")).content.decode()
    assert "mira@stillwater.example" in text
    assert f'href="{reverse("account_change_password")}"' in text
    assert f'href="{reverse("mfa_activate_totp")}"' in text
    assert "Recovery codes" not in text


def test_a_new_phone_is_a_factor_switched_off_and_on_again(strict: Cast, client: Browser) -> None:
    TOTP.activate(strict.mira.user, SECRET)
    RecoveryCodes.activate(strict.mira.user)
    sign_in(client, "mira@stillwater.example")
    client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert "10 are left" in client.get(reverse("mfa_index")).content.decode()
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert client.get("/desk/")["Location"].startswith(reverse("mfa_activate_totp"))


def test_an_old_sign_in_types_the_password_again_before_touching_the_second_factor(cast: Cast, client: Browser) -> None:
    sign_in(client, "mira@stillwater.example")
    session = client.session
    session["account_authentication_methods"][-1]["at"] -= 600
    session.save()
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith("/accounts/reauthenticate/")


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "booking:me-sign-in"])
def test_an_address_has_one_name_on_every_way_in(cast: Cast, client: Browser, name: str) -> None:
    text = re.sub(r"<[^>]+>", " ", client.get(reverse(name)).content.decode().partition("<main")[2])
    assert re.search(r"\be-mail\b", text, re.IGNORECASE)
    assert not re.search(r"\bemail\b", text, re.IGNORECASE)
    refused = client.post("/accounts/login/", {"login": "mira@stillwater.example", "password": "wrong and long"})
    assert refused.context["form"].non_field_errors() == ["The e-mail or the password is not right."]


@pytest.fixture
def ledger(settings: Any) -> None:
    """Mails go where they go outside the tests: Django's runner takes another way."""
    settings.EMAIL_BACKEND = "clinic.mail.backend.LedgerBackend"


@pytest.mark.usefixtures("ledger")
def test_the_team_sets_a_new_password_by_a_mail_that_is_ours(cast: Cast, client: Browser) -> None:
    client.post(reverse("account_reset_password"), {"email": "Mira@stillwater.example"})
    mail = OutgoingMail.objects.get()
    assert (mail.to_email, mail.subject) == ("mira@stillwater.example", "A new password")
    for body in (mail.text, mail.html):
        assert "Stillwater Massage" in body
        assert "email" not in re.sub(r"<[^>]+>", " ", body)
    (link,) = set(re.findall(r"https?://[^/]+(/accounts/password/reset/key/[^\s\"<]+)", mail.text))
    assert link in mail.html
    page = client.get(link, follow=True)
    address = page.redirect_chain[-1][0]
    chosen = {"password1": "stones by the river", "password2": "stones by the river"}
    assert client.post(address, chosen, follow=True).status_code == 200
    assert sign_in(Browser(), "mira@stillwater.example", "stones by the river") == "/desk/"
    assert "This link does not work any more" in Browser().get(link, follow=True).content.decode()


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("address", ["ana@example.org", "stranger@example.org"])
def test_no_client_and_no_stranger_gets_a_password(cast: Cast, client: Browser, address: str) -> None:
    User.objects.create_user(email="ana@example.org")
    asked = client.post(reverse("account_reset_password"), {"email": address}, follow=True)
    known = client.post(reverse("account_reset_password"), {"email": "mira@stillwater.example"}, follow=True)
    assert OutgoingMail.objects.get().to_email == "mira@stillwater.example"
    assert asked.redirect_chain == known.redirect_chain
    assert "If this address is of the team" in asked.content.decode()


def test_a_password_is_changed_by_the_one_before(cast: Cast, client: Browser) -> None:
    sign_in(client, "mira@stillwater.example")
    page = client.get(reverse("account_change_password")).content.decode()
    assert "Your password until now" in page
    assert "placeholder" not in page
    chosen = {"oldpassword": PASSWORD, "password1": "stones by the river", "password2": "stones by the river"}
    assert client.post(reverse("account_change_password"), chosen).status_code == 302
    assert sign_in(Browser(), "mira@stillwater.example", "stones by the river") == "/desk/"


def test_whoever_is_asked_again_types_the_password_and_goes_on(cast: Cast, client: Browser) -> None:
    sign_in(client, "mira@stillwater.example")
    asked = client.get(reverse("account_reauthenticate"))
    assert "Is it still you?" in asked.content.decode()
    assert client.post(reverse("account_reauthenticate"), {"password": "wrong and long"}).status_code == 200
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
