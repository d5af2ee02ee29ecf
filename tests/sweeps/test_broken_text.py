"""A NUL or half a surrogate pair, wherever a request may carry text: no fault anywhere."""

import json

import pytest
from django.urls import get_resolver, reverse

from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.sweeps.test_every_url import ARGUMENTS, ELSEWHERE, addresses, names, status_of

# What stands in the part of an address that several share.
IN_OUTER_PART = {name: {"pk": 999_999} for name in ("mfa_remove_webauthn", "mfa_edit_webauthn")}

NUL = "a\0b"


@pytest.fixture
def owner(cast: Cast) -> Browser:
    """Who may open everything, in a browser that does not raise what the server met."""
    browser = Browser(raise_request_exception=False)
    browser.force_login(cast.owner)
    return browser


def everywhere() -> dict[str, str]:
    """Every address without arguments or with those of nobody: ours, the admin's, allauth's."""
    found = addresses()
    for name, pattern in names(get_resolver()):
        if not name.startswith(ELSEWHERE):
            continue
        given = {
            argument: 999_999 if type(converter).__name__ == "IntConverter" else ARGUMENTS.get(argument, "1")
            for argument, converter in pattern.pattern.converters.items()
        }
        if pattern.pattern.regex.groups == len(given):
            found[name] = reverse(name, kwargs={**given, **IN_OUTER_PART.get(name, {})})
    return found


def test_the_admins_search_for_a_name_takes_no_nul(owner: Browser) -> None:
    query = {"app_label": "booking", "model_name": "appointment", "field_name": "client", "term": "\0"}
    assert owner.get(reverse("admin:autocomplete"), query).status_code == 400


@pytest.mark.slow
def test_broken_text_is_no_fault_in_any_query_form_or_cookie(owner: Browser) -> None:
    found = everywhere()
    typed = dict.fromkeys(("q", "term", "name", "email", "first_name", "_selected_action", "action", "day"), NUL)
    faults = []
    for name, address in found.items():
        if name.endswith("logout"):
            continue
        answers = {"query": owner.get(address, {"q": NUL, "e": NUL, NUL: "1"}), "form": owner.post(address, typed)}
        faults += [(name, what) for what, answer in answers.items() if status_of(answer) >= "500"]
    assert not faults
    assert len(found) >= 250


@pytest.mark.parametrize(
    "path",
    [
        "/book/a%00b/",
        "/book/regular-60/times/%00",
        "/appointment/%00/",
        "/me/%00/",
        "/admin/booking/service/%00/change/",
    ],
)
def test_broken_text_in_a_path_is_refused(owner: Browser, path: str) -> None:
    assert owner.get(path).status_code == 400


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "warmstone"])
def test_broken_text_in_a_cookie_is_refused(cast: Cast, name: str) -> None:
    browser = Browser(raise_request_exception=False)
    assert browser.get("/", headers={"cookie": f'{name}="a\\000b"'}).status_code == 400


def test_half_a_surrogate_pair_in_json_is_named_by_its_field(cast: Cast) -> None:
    person = {"first_name": "Ana", "last_name": "\ud800", "email": "ana@example.org"}
    wish = {"service": "regular-60", "start": "2026-12-01T10:00:00Z", "client": person, "policy_accepted": True}
    body = json.dumps(wish)
    answer = Browser(raise_request_exception=False).post("/api/v1/appointments", body, content_type="application/json")
    assert answer.status_code == 422
    assert "client.last_name" in answer.json()["errors"]


def test_what_was_typed_beside_a_nul_is_shown_again(cast: Cast, owner: Browser) -> None:
    page = owner.post(
        "/desk/time-off/", {"first_day": "2026-12-01", "last_day": "2026-12-02", "reason": "Course\0 week"}
    )
    assert page.status_code == 422
    assert "Null characters are not allowed" in page.content.decode()
    assert 'value="2026-12-02"' in page.content.decode()
