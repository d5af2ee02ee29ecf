"""Inviting a colleague, what they are let do, and how somebody leaves."""

import datetime as dt
import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from booking.models import Therapist
from clinic.accounts.rights import may_read_health
from clinic.accounts.roles import role_of
from clinic.models import ClientLink, Invitation, OutgoingMail, Practice, Role, User
from tests.fixtures.browser import Browser, flat
from tests.fixtures.cast import PASSWORD, Cast

NEW = "a new long password"
PEOPLE = "/desk/settings/people/"
INVITE = "/desk/settings/people/invite/"


def invite(owner: Browser, **typed: str) -> Invitation:
    """Send an invitation as the owner does."""
    said = {"name": "Nora Quist", "email": "nora@stillwater.example", "role": "front-desk", "therapist": "", **typed}
    answer = owner.post(INVITE, said)
    assert answer.status_code == 302, answer.context["form"].errors
    return Invitation.objects.get(email=said["email"].lower())


def mailed_link() -> str:
    """The path of the link in the newest invitation mail."""
    mail = OutgoingMail.objects.filter(kind="invitation").order_by("-pk")[0]
    found = re.search(r"/invitation/\S+/", mail.text)
    assert found
    assert found[0] in mail.html
    return found[0]


def join(link: str, password: str = NEW) -> tuple[Browser, str]:
    """Open a link in a browser of one's own and choose a password: where that leads."""
    browser = Browser()
    page = browser.get(browser.get(link)["Location"])
    assert page.status_code == 200
    answer = browser.post(page.request["PATH_INFO"], {"new_password1": password, "new_password2": password})
    assert answer.status_code == 302, answer.context["form"].errors
    return browser, answer["Location"]


def test_an_invited_colleague_chooses_a_password_and_lands_at_the_second_factor_then_at_the_desk(
    cast: Cast, owner: Browser
) -> None:
    invite(owner)
    Practice.objects.update(second_factor_required=True)
    browser, leads_to = join(mailed_link())
    assert leads_to == "/desk/"
    assert browser.get("/desk/")["Location"] == reverse("mfa_activate_totp")
    assert browser.get(reverse("mfa_activate_totp")).status_code == 200
    nora = User.objects.get(email="nora@stillwater.example")
    assert (role_of(nora), may_read_health(nora), nora.check_password(NEW)) == (Role.FRONT_DESK, False, True)
    Practice.objects.update(second_factor_required=False)
    assert browser.get("/desk/").status_code == 200


def test_without_a_mail_server_an_invitation_does_not_say_that_it_is_on_its_way(
    cast: Cast, owner: Browser, settings: Settings
) -> None:
    settings.EMAIL_URL = ""
    waiting = invite(owner)
    assert "no mail goes out" in flat(owner.get(PEOPLE))
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    owner.post(f"/desk/settings/invitations/{waiting.public_id}/send/")
    assert "Sent again to nora@stillwater.example" in flat(owner.get(PEOPLE))


def test_an_invited_therapist_signs_in_as_who_was_chosen(cast: Cast, owner: Browser) -> None:
    lena = Therapist.objects.create(name="Lena")
    invite(owner, role="therapist", therapist=str(lena.public_id))
    browser, _to = join(mailed_link())
    nora = User.objects.get(email="nora@stillwater.example")
    assert (nora.therapist, nora.is_staff, may_read_health(nora)) == (lena, False, True)
    assert browser.get("/desk/").status_code == 200


def test_a_therapist_who_is_in_no_list_yet_is_added_at_once(cast: Cast, owner: Browser) -> None:
    invite(owner, role="therapist")
    added = Therapist.objects.get(name="Nora Quist")
    assert added.user is None
    join(mailed_link())
    assert User.objects.get(email="nora@stillwater.example").therapist == added


def test_the_page_of_an_invited_therapist_says_so_and_asks_for_no_second_invitation(cast: Cast, owner: Browser) -> None:
    waiting = invite(owner, role="therapist")
    page = f"/desk/settings/team/{Therapist.objects.get(name='Nora Quist').pk}/"
    assert "Invited as nora@stillwater.example" in flat(owner.get(page))
    assert "Invite them to sign in" not in flat(owner.get(page))
    owner.post(f"/desk/settings/invitations/{waiting.public_id}/withdraw/")
    assert "Invite them to sign in" in flat(owner.get(page))


@pytest.mark.invariant("I8")
def test_a_link_works_once_and_not_when_it_was_sent_again_taken_back_or_is_old(cast: Cast, owner: Browser) -> None:
    made = invite(owner)
    first = mailed_link()
    assert Browser().get(first).status_code == 302
    owner.post(reverse("booking:desk-settings-invitation-send", args=[made.public_id]))
    second = mailed_link()
    assert first != second
    assert Browser().get(first).status_code == 404
    with time_machine.travel(timezone.now() + dt.timedelta(days=7, minutes=1)):
        assert Browser().get(second).status_code == 404
    browser, _to = join(second)
    assert Browser().get(second).status_code == 404
    assert browser.get(reverse("booking:invitation", args=[made.public_id])).status_code == 404
    other = invite(owner, email="ola@stillwater.example")
    third = mailed_link()
    held = Browser()
    opened = held.get(third)["Location"]
    owner.post(reverse("booking:desk-settings-invitation-withdraw", args=[other.public_id]))
    assert [Browser().get(third).status_code, held.get(opened).status_code] == [404, 404]
    sent = held.post(opened, {"new_password1": NEW, "new_password2": NEW})
    assert sent.status_code == 404
    assert not User.objects.filter(email="ola@stillwater.example").exists()


def test_the_link_is_stored_as_a_hash_and_its_mail_is_nobodys_to_read(cast: Cast, owner: Browser) -> None:
    invite(owner)
    token = mailed_link().split("/")[2]
    assert not ClientLink.objects.filter(digest=token).exists()
    mail = OutgoingMail.objects.get(kind="invitation")
    assert owner.get(reverse("booking:desk-message", args=[mail.public_id])).status_code == 404
    assert token not in owner.get(PEOPLE).content.decode()


def test_who_works_here_or_is_invited_is_not_invited(cast: Cast, owner: Browser) -> None:
    invite(owner)
    for address in ("Nora@Stillwater.example", cast.owner.email):
        answer = owner.post(INVITE, {"name": "Nora", "email": address, "role": "owner"})
        assert answer.status_code == 422
        assert "email" in answer.context["form"].errors
    assert Invitation.objects.count() == 1


def test_a_weak_password_is_refused_and_the_invitation_still_works(cast: Cast, owner: Browser) -> None:
    invite(owner)
    link = mailed_link()
    browser = Browser()
    page = browser.get(browser.get(link)["Location"])
    answer = browser.post(page.request["PATH_INFO"], {"new_password1": "short", "new_password2": "short"})
    assert answer.status_code == 422
    assert not User.objects.filter(email="nora@stillwater.example").exists()
    join(link)


def test_a_client_who_signs_in_by_code_can_join_the_team(cast: Cast, owner: Browser) -> None:
    known = User.objects.create_user("nora@stillwater.example", name="")
    invite(owner)
    join(mailed_link())
    known.refresh_from_db()
    assert (known.name, role_of(known)) == ("Nora Quist", Role.FRONT_DESK)


def test_somebody_of_the_team_joins_with_a_browser_in_which_the_owner_is_signed_in(cast: Cast, owner: Browser) -> None:
    invite(owner)
    page = owner.get(owner.get(mailed_link())["Location"])
    owner.post(page.request["PATH_INFO"], {"new_password1": NEW, "new_password2": NEW})
    assert owner.get("/desk/settings/").status_code == 404
    assert owner.get("/desk/").status_code == 200


def person(user: User) -> str:
    """The address of a person's page."""
    return reverse("booking:desk-settings-person", args=[user.pk])


def test_a_therapist_who_goes_to_the_front_desk_reads_no_health_answers(cast: Cast, owner: Browser) -> None:
    lena = User.objects.create_user("lena@stillwater.example", PASSWORD, name="Lena")
    row = Therapist.objects.create(name="Lena", user=lena)
    assert owner.post(person(lena), {"role": "front-desk"}).status_code == 302
    row.refresh_from_db()
    now = User.objects.get(pk=lena.pk)
    assert (row.user, role_of(now), may_read_health(now)) == (None, Role.FRONT_DESK, False)


def test_somebody_with_appointments_ahead_is_switched_off_only_after_they_were_shown(
    cast: Cast, owner: Browser
) -> None:
    lena = User.objects.create_user("lena@stillwater.example", PASSWORD, name="Lena")
    Therapist.objects.filter(pk=cast.mira.pk).update(user=lena)
    cast.appointment(cast.at(10))
    address = reverse("booking:desk-settings-person-switch", args=[lena.pk])
    asked = owner.post(address, {"on": "0"})
    lena.refresh_from_db()
    assert (asked.status_code, lena.is_active) == (200, True)
    assert str(cast.ana) in asked.content.decode()
    tried = asked.context["tried"]
    assert owner.post(address, {"on": "0", "_known_appointments": tried.known}).status_code == 302
    lena.refresh_from_db()
    assert not lena.is_active
    assert cast.mira not in Therapist.objects.at_work()
    owner.post(address, {"on": "1"})
    assert cast.mira in Therapist.objects.at_work()


def test_the_last_owner_stays(cast: Cast, owner: Browser) -> None:
    assert owner.post(person(cast.owner), {"role": "therapist"}).status_code == 422
    owner.post(reverse("booking:desk-settings-person-switch", args=[cast.owner.pk]), {"on": "0"})
    now = User.objects.get(pk=cast.owner.pk)
    assert (now.is_superuser, now.is_active) == (True, True)
