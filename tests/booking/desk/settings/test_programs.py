"""The owner makes and revokes keys: a key is shown once, after a fresh proof, and nothing typed is lost on the way."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from clinic.models import ApiKey
from clinic.programs.keys import KEY_PATTERN, must_be_live_key
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sessions import just_signed_in

PAGE = "/desk/settings/programs/"
TYPED = {"name": "Website", "scopes": ["clients:read", "appointments:read"], "days": "90", "networks": ""}


@pytest.fixture
def proved(cast: Cast, owner: Browser) -> Browser:
    """The owner, who typed the password a minute ago."""
    return just_signed_in(owner, cast.owner)


def test_a_key_is_shown_once_and_works(cast: Cast, proved: Browser) -> None:
    shown = proved.post(f"{PAGE}new/", TYPED).content.decode()
    keys = set(KEY_PATTERN.findall(shown))
    assert len(keys) == 1
    row = must_be_live_key(keys.pop(), address="192.0.2.1")
    assert (row.name, row.created_by) == ("Website", cast.owner)
    assert row.expires_at is not None
    listed = proved.get(PAGE).content.decode()
    assert row.prefix in listed
    assert not KEY_PATTERN.findall(listed)


def test_what_is_wrong_stands_beside_its_field_and_the_rest_stays(proved: Browser) -> None:
    answer = proved.post(f"{PAGE}new/", {**TYPED, "scopes": [], "networks": "the office"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"scopes", "networks"}
    assert 'value="Website"' in answer.content.decode()
    assert not ApiKey.objects.exists()
    assert proved.post(f"{PAGE}new/", {**TYPED, "scopes": ["health:read"]}).status_code == 422


def test_without_a_fresh_proof_it_is_asked_for_and_what_was_typed_comes_back(cast: Cast, owner: Browser) -> None:
    answer = owner.post(f"{PAGE}new/", TYPED)
    assert (answer.status_code, ApiKey.objects.count()) == (302, 0)
    back = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
    just_signed_in(owner, cast.owner)
    form = owner.get(unquote(back)).context["form"]
    assert form["name"].value() == "Website"
    assert form["scopes"].value() == TYPED["scopes"]


def test_a_revoked_key_stays_in_the_list(proved: Browser) -> None:
    proved.post(f"{PAGE}new/", TYPED)
    row = ApiKey.objects.get()
    assert proved.post(f"{PAGE}{row.pk}/revoke/").status_code == 302
    page = proved.get(PAGE)
    assert (page.context["live"], page.context["over"]) == ([], [row])


def test_in_the_admin_keys_are_seen_and_revoked(cast: Cast, proved: Browser) -> None:
    proved.post(f"{PAGE}new/", TYPED)
    row = ApiKey.objects.get()
    assert row.prefix in proved.get("/admin/clinic/apikey/").content.decode()
    assert row.digest not in proved.get(f"/admin/clinic/apikey/{row.pk}/change/").content.decode()
    proved.post("/admin/clinic/apikey/", {"action": "revoke", "_selected_action": [str(row.pk)]})
    row.refresh_from_db()
    assert row.revoked_at is not None
    assert "programs.invalid" not in proved.get("/admin/clinic/user/").content.decode()
