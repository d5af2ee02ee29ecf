"""Who may come to the desk: the team. Everyone else learns nothing (I8), and no address acts on GET (I9)."""

import uuid

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, resolve

from booking.models import Appointment, TimeOff
from booking.urls import desk as desk_urls
from clinic.models import AccessEvent, MailKind, OutgoingMail, User
from tests.fixtures.cast import PASSWORD, House

# The only addresses that take both a look and a form; all others take one.
BOTH = {
    "desk-client-erase",
    "desk-waitlist-add",
    "desk-book",
    "desk-visit-move",
    "desk-visit-move-series",
    "desk-time-off",
}
POSTS = {
    "desk-repeat",
    "desk-visit-accept",
    "desk-visit-complete",
    "desk-visit-no-show",
    "desk-visit-cancel",
    "desk-visit-place",
    "desk-visit-note",
    "desk-visit-addendum",
    "desk-plan-approve",
    "desk-plan-add",
    "desk-plan-order",
    "desk-intake-seen",
    "desk-visit-swap",
    "desk-client-contact",
    "desk-client-came-back",
    "desk-client-arrives",
    "desk-time-off-open",
    "desk-message-again",
    "desk-message-seen",
    "desk-message-came-back",
    "desk-feed-new",
    "desk-feed-stop",
    "desk-client-export",
    "desk-data-export",
    "desk-data-release",
    "desk-visit-clearance",
    "desk-visit-offer",
    "desk-visit-said-yes",
    "desk-visit-said-no",
    "desk-waitlist-end",
}
FLOOR = 22


@pytest.fixture
def addresses(house: House) -> dict[str, str]:
    """Every address of the desk, with things that exist."""
    visit = house.visit(house.at(10))
    mail = OutgoingMail.objects.create(
        kind=MailKind.CONFIRMATION,
        to_email="ana@example.org",
        subject="S",
        text="T",
        html="<p>T</p>",
        message_id="<1@x>",
    )
    off = TimeOff.objects.create(therapist=None, starts_at=house.at(18), ends_at=house.at(20))
    made = {}
    for pattern in desk_urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        route = str(pattern.pattern)
        subject = house.ana.public_id if "clients/" in route else visit.public_id
        subject = mail.public_id if "messages/" in route else subject
        route = route.replace("<uuid:public_id>", str(subject)).replace("<uuid:plan_id>", str(uuid.uuid4()))
        made[str(pattern.name)] = "/" + route.replace("<int:key>", str(off.pk))
    assert len(made) >= FLOOR
    return made


@pytest.mark.invariant("I8")
def test_nobody_comes_in_without_signing_in(addresses: dict[str, str], client: Browser) -> None:
    for address in addresses.values():
        for response in (client.get(address), client.post(address)):
            assert response.status_code == 302
            assert response["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.invariant("I8")
def test_a_client_with_a_sign_in_finds_nothing(house: House, addresses: dict[str, str], client: Browser) -> None:
    stranger = User.objects.create_user("ana@example.org", PASSWORD)
    client.force_login(stranger)
    for address in addresses.values():
        assert client.get(address).status_code in (404, 405), address
        assert client.post(address).status_code in (404, 405), address
    assert client.get(addresses["desk"]).status_code == 404
    assert not AccessEvent.objects.exists()


def test_a_therapist_who_is_no_staff_comes_in(house: House, addresses: dict[str, str], client: Browser) -> None:
    user = User.objects.create_user("nina@stillwater.example", PASSWORD)
    house.tess.user = user
    house.tess.save(update_fields=["user"])
    client.force_login(user)
    assert client.get(addresses["desk"]).status_code == 200
    assert client.get(addresses["desk-visit"]).status_code == 200


def test_a_switched_off_person_is_out(house: House, addresses: dict[str, str], client: Browser) -> None:
    client.force_login(house.owner)
    User.objects.filter(pk=house.owner.pk).update(is_active=False)
    assert client.get(addresses["desk"]).status_code == 302


@pytest.mark.invariant("I9")
def test_what_acts_takes_only_a_post_and_what_shows_only_a_look(addresses: dict[str, str], desk: Browser) -> None:
    for name, address in addresses.items():
        if name in POSTS:
            assert desk.get(address).status_code == 405, name
        elif name not in BOTH:
            assert desk.post(address).status_code == 405, name
        assert desk.put(address).status_code == 405, name


@pytest.mark.invariant("I9")
def test_looking_changes_nothing_but_the_access_log(house: House, addresses: dict[str, str], desk: Browser) -> None:
    before = Appointment.objects.order_by("pk").values_list()[::1]
    for name, address in addresses.items():
        if name not in POSTS:
            assert desk.get(address).status_code == 200, name
            assert desk.head(address).status_code in (200, 405), name
    assert Appointment.objects.order_by("pk").values_list()[::1] == before
    assert OutgoingMail.objects.count() == 1
    assert AccessEvent.objects.exists()


def test_every_page_has_one_heading_and_no_inline_script_or_style(addresses: dict[str, str], desk: Browser) -> None:
    looked = 0
    for name, address in addresses.items():
        page = desk.get(address)
        text = page.content.decode()
        if page.status_code != 200 or "<html" not in text:
            continue
        assert text.count("<h1") == 1, name
        assert " style=" not in text, name
        assert "<script>" not in text, name
        assert "onclick=" not in text, name
        looked += 1
    assert looked >= 9


@pytest.mark.invariant("I8")
@pytest.mark.parametrize("noun", ["visits", "clients", "messages"])
def test_what_does_not_exist_is_not_found(house: House, desk: Browser, noun: str) -> None:
    assert desk.get(f"/desk/{noun}/{uuid.uuid4()}/").status_code == 404


def test_each_address_leads_to_its_own_page(addresses: dict[str, str]) -> None:
    assert len(addresses) == len(desk_urls.urlpatterns)
    assert {name: resolve(address).url_name for name, address in addresses.items()} == {
        name: name for name in addresses
    }
    assert addresses.keys() >= POSTS | BOTH
    assert not POSTS & BOTH
