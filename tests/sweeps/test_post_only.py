"""Whoever opens an address that takes POST only is led to the page of its form; the answer is never an empty 405."""

import pytest
from django.urls import NoReverseMatch, URLPattern, get_resolver, resolve, reverse

from clinic.models import User
from clinic.web.post_only import form_page_of_path
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.sweeps.test_every_url import ARGUMENTS, ELSEWHERE, addresses, names, policy

# Machines answer machines: a program that asks with the wrong verb is told so (docs/development.md, the API).
OF_PROGRAMS = frozenset(f"api:{verb}_for_practice" for verb in ("move", "cancel", "complete", "no_show"))
MACHINES = frozenset({"api:create_appointment", "api:move_endpoint", "api:cancel_endpoint"}) | OF_PROGRAMS
# Of the admin and allauth: an object, a label and a key that are nowhere.
MORE = {**ARGUMENTS, "object_id": "999999", "app_label": "booking", "content_type_id": 1, "uidb36": "1", "key": "1"}
# Django's own pages of each table, all of which are opened.
DJANGOS = ("_changelist", "_add", "_change", "_delete", "_history")


def everything() -> dict[str, str]:
    """Each named address, those of the admin and of allauth included, with arguments that name nothing."""
    found = addresses()
    for name, pattern in names(get_resolver()):
        if name not in found and (arguments := arguments_of(name, pattern)) is not None:
            found[name] = arguments
    return found


def arguments_of(name: str, pattern: URLPattern) -> str | None:
    """The address, or None where its arguments are a pattern of their own (allauth's mailed keys)."""
    converters = pattern.pattern.converters
    given = {
        each: 999_999 if type(converter).__name__ == "IntConverter" else MORE[each]
        for each, converter in converters.items()
        if each in MORE
    }
    try:
        return reverse(name, kwargs=given)
    except NoReverseMatch:
        return None


def signed_in(user: User) -> Browser:
    """A browser with a fresh sign-in by password."""
    browser = Browser(raise_request_exception=False)
    browser.force_login(user)
    return browser


@pytest.mark.invariant("I9")
def test_no_address_of_ours_answers_a_get_with_an_empty_405() -> None:
    dead = [key for key, statuses in policy().items() if key[1] in {"get", "head"} and "405" in statuses]
    assert {name for name, _verb in dead} == MACHINES


def test_nor_does_one_of_the_admin_or_of_the_way_in(cast: Cast) -> None:
    # Without rights of her own Mira is refused by each page of the admin at once; a wrong verb is refused before.
    mira = signed_in(User.objects.get(email="mira@stillwater.example"))
    found = {
        name: address
        for name, address in everything().items()
        if name.startswith(ELSEWHERE) and not name.endswith(DJANGOS)
    }
    assert len(found) >= 15
    assert not [name for name, address in found.items() if mira.get(address).status_code == 405]


def test_the_page_that_is_named_can_itself_be_opened() -> None:
    declared = {name: address for name, address in everything().items() if form_page_of_path(address) != address}
    assert len(declared) >= 35
    for name, address in declared.items():
        page = resolve(form_page_of_path(address))
        assert "405" not in policy().get((page.view_name, "get"), []), name
        assert form_page_of_path(form_page_of_path(address)) == form_page_of_path(address), name


def test_after_the_sign_in_the_address_of_a_note_leads_to_the_appointment(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    address = reverse("booking:desk-appointment-note", args=[appointment.public_id])
    answer = signed_in(cast.owner).get(address)
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("booking:desk-appointment", args=[appointment.public_id]),
    )
