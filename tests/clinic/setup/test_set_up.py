"""`/setup/`: open until there was an owner, behind a code from the log, and closed for good afterwards."""

import logging
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from clinic.accounts.roles import role_of
from clinic.models import Practice, Role, SecurityEvent, User
from clinic.setup import code
from clinic.setup.code import announce_at_start, is_set_up_code, is_set_up_open, set_up_code
from tests.clinic.accounts.test_accounts import code_now
from tests.fixtures.browser import Browser, flat
from tests.fixtures.cast import Cast

PASSWORD = "slow river, seven herons"
OWNER = {
    "time_zone": "Europe/Vienna",
    "currency": "eur",
    "own_emergency_number": "",
    "tax_name": "VAT",
    "owner_name": "Rosa Lind",
    "email": "rosa@example.org",
    "password": PASSWORD,
    "password_again": PASSWORD,
}


def first_page(browser: Browser, **changed: str) -> Any:
    """Send the first page."""
    return browser.post("/setup/", {"code": set_up_code(), "name": "Linden Massage", "country": "AT", **changed})


def second_page(browser: Browser, **changed: str) -> Any:
    """Send the second page."""
    return browser.post("/setup/owner/", {**OWNER, **changed})


@pytest.mark.usefixtures("nobodys")
@pytest.mark.parametrize("path", ["/", "/book/", "/desk/", "/admin/", "/accounts/login/", "/me/", "/desk/settings/"])
def test_without_an_owner_every_page_leads_to_the_set_up(client: Browser, path: str) -> None:
    for verb in (client.get, client.head, client.post):
        answer = verb(path)
        assert (answer.status_code, answer["Location"]) == (302, "/setup/")


@pytest.mark.usefixtures("nobodys")
@pytest.mark.parametrize("path", ["/healthz/live", "/manifest.webmanifest", "/api/v1/services", "/setup/"])
def test_what_machines_ask_is_answered_as_ever(client: Browser, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.usefixtures("nobodys")
def test_two_pages_make_a_practice_with_what_its_country_brings_and_its_owner(client: Browser) -> None:
    assert first_page(client)["Location"] == "/setup/owner/"
    page = client.get("/setup/owner/")
    for fact in ("Europe/Vienna", "Euro, EUR", "14:30", "Monday", "112", "VAT"):
        assert fact in flat(page)
    answer = second_page(client)
    assert answer["Location"] == "/desk/"
    practice, owner = Practice.read(), User.objects.get()
    assert (practice.name, practice.country, practice.time_zone) == ("Linden Massage", "AT", "Europe/Vienna")
    assert (practice.currency, practice.emergency_number, practice.tax_name) == ("EUR", "112", "VAT")
    assert (owner.email, owner.name, role_of(owner)) == ("rosa@example.org", "Rosa Lind", Role.OWNER)
    assert owner.check_password(PASSWORD)
    assert SecurityEvent.objects.filter(user=owner, kind="set-up").count() == 1


@pytest.mark.usefixtures("nobodys")
def test_the_second_factor_comes_next_then_recovery_codes_then_the_desk(client: Browser) -> None:
    first_page(client)
    page = client.post("/setup/owner/", OWNER, follow=True)
    assert page.redirect_chain[-1][0] == reverse("mfa_activate_totp")
    assert "Step 3 of 3" in flat(page)
    secret = page.context["form"].secret
    page = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    assert Authenticator.objects.count() == 2
    assert client.get("/desk/").status_code == 200


@pytest.mark.usefixtures("nobodys")
def test_where_a_country_has_several_clocks_it_asks_which(client: Browser) -> None:
    first_page(client, country="US")
    page = client.get("/setup/owner/")
    names = [name for name, _label in page.context["form"].fields["time_zone"].choices]
    assert names[0] == ""
    assert {"America/New_York", "America/Phoenix", "America/Los_Angeles"} <= set(names)
    assert len(names) < 12, "places that agree on every day are one"
    refused = second_page(client, time_zone="", currency="USD")
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["time_zone"]
    assert not User.objects.exists()


@pytest.mark.usefixtures("nobodys")
@pytest.mark.parametrize("country", ["DE", "GB", "US", "CA", "AU", "JP", "KR", "PE", "AQ", "SJ", "XK", "BV"])
def test_every_country_has_its_second_page(client: Browser, country: str) -> None:
    sent = first_page(client, country=country)
    assert sent.status_code == (422 if country == "XK" else 302)
    if sent.status_code == 302:
        assert client.get("/setup/owner/").status_code == 200


@pytest.mark.usefixtures("nobodys")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"password_again": "slow river, eight herons"}, "password_again"),
        ({"password": "rosa", "password_again": "rosa"}, "password"),
        ({"email": "rosa"}, "email"),
        ({"currency": "XXX"}, "currency"),
        ({"own_emergency_number": "help"}, "own_emergency_number"),
        ({"owner_name": "Rosa\u2028Lind"}, "owner_name"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(
    client: Browser, changed: dict[str, str], field: str
) -> None:
    first_page(client)
    page = second_page(client, **changed)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    kept = page.context["form"]["email"].value()
    assert kept == changed.get("email", OWNER["email"])
    assert not User.objects.exists()
    assert Practice.read().set_up_at is None


@pytest.mark.usefixtures("nobodys", "within_the_hour")
def test_a_wrong_code_opens_nothing_and_tries_are_limited(client: Browser) -> None:
    for _try in range(5):
        page = first_page(client, code="2222-2222")
        assert page.status_code == 422
    said = first_page(client).context["form"].errors["code"][0]
    assert "Too many" in said, "not even the right one now"
    assert client.get("/setup/owner/")["Location"] == "/setup/"
    elsewhere = Browser(REMOTE_ADDR="203.0.113.7")
    assert first_page(elsewhere).status_code == 302, "who guesses holds up nobody else"


@pytest.mark.usefixtures("nobodys")
def test_the_second_page_needs_the_first(client: Browser) -> None:
    assert second_page(client)["Location"] == "/setup/"
    assert not User.objects.exists()


@pytest.mark.parametrize("write", [str.lower, lambda text: f" {text[:4]}-{text[4:]} ", " ".join])
def test_the_code_is_read_however_it_is_typed(write: Any) -> None:
    assert is_set_up_code(write(set_up_code()))
    assert not is_set_up_code("")
    assert not is_set_up_code(set_up_code()[:-1])


def test_another_secret_has_another_code(settings: Any) -> None:
    before = set_up_code()
    settings.SECRET_KEY = "another secret, of another practice"
    assert set_up_code() != before


@pytest.fixture
def quiet_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has said no code yet."""
    monkeypatch.setattr(code, "_announced_at", [])


@pytest.mark.usefixtures("quiet_so_far", "nobodys")
def test_the_code_stands_in_the_log_when_the_page_is_opened_and_in_no_page(
    client: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    shown = set_up_code()[:4] + "-" + set_up_code()[4:]
    with caplog.at_level(logging.WARNING):
        pages = [client.get("/setup/"), client.get("/setup/")]
    assert [shown in record.getMessage() for record in caplog.records] == [True], "one line, not one a look"
    assert not [page for page in pages if shown in page.content.decode() or set_up_code() in page.content.decode()]


@pytest.mark.usefixtures("quiet_so_far")
def test_a_practice_with_an_owner_says_no_code(cast: Cast, client: Browser, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/setup/")
    assert "Set-up code" not in caplog.text


def test_once_there_was_an_owner_it_is_a_404_and_leads_the_team_to_the_desk(cast: Cast, client: Browser) -> None:
    for path in ("/setup/", "/setup/owner/"):
        assert client.get(path).status_code == 404
        assert client.post(path, OWNER).status_code == 404
    client.force_login(cast.owner)
    assert client.get("/setup/")["Location"] == "/desk/"


@pytest.mark.parametrize("fate", ["switched off", "demoted", "deleted"])
@pytest.mark.usefixtures("nobodys")
def test_whatever_becomes_of_the_owner_it_does_not_open_again(client: Browser, fate: str) -> None:
    owner = User.objects.create_superuser("rosa@example.org", PASSWORD)
    if fate == "switched off":
        User.objects.update(is_active=False)
    elif fate == "demoted":
        User.objects.update(is_superuser=False)
    else:
        owner.delete()
    assert not is_set_up_open(Practice.current())
    assert client.get("/setup/").status_code == 404
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("nobodys")
def test_a_stale_copy_of_the_practice_does_not_open_it_again() -> None:
    stale = Practice.read()
    User.objects.create_superuser("rosa@example.org", PASSWORD)
    stale.save()
    assert Practice.read().set_up_at is not None


@pytest.mark.usefixtures("nobodys")
def test_somebody_without_rights_does_not_close_it(client: Browser) -> None:
    user = User.objects.create_user("client@example.org")
    assert client.get("/")["Location"] == "/setup/"
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    assert client.get("/").status_code == 200, "an owner by any path"


def test_a_page_of_a_practice_costs_no_query_more(
    cast: Cast, client: Browser, django_assert_max_num_queries: Any
) -> None:
    client.get("/setup/")
    with django_assert_max_num_queries(1):
        assert client.get("/setup/").status_code == 404


def test_a_web_server_whose_database_has_no_tables_starts(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from django.db import ProgrammingError

    def fail(*_args: object) -> Practice:
        raise ProgrammingError("relation does not exist")

    monkeypatch.setattr(Practice, "read", fail)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    with caplog.at_level(logging.INFO):
        announce_at_start()
    assert "No set-up code yet" in caplog.text
