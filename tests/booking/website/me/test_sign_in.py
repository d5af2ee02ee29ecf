"""Signing in by a code from the mail: what it opens, and how little a stranger learns."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.appointments.client_sign_in import SIGN_IN_CODE
from clients.models import Client
from clinic.accounts import codes
from clinic.mail.kinds import secret_codes
from clinic.models import MailCode, OutgoingMail, Practice, User
from tests.booking.website.me.conftest import SignIn, ask_for_code, code_mailed
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD, Cast

ANA, NOBODY, MIRA = "ana@example.org", "eve@example.org", "mira@stillwater.example"
# What differs from one answer to the next, whoever asks: the form's token, and the name of the request.
VARYING = re.compile(r"""name="csrfmiddlewaretoken" value="[^"]+"|'X-Request-ID': '[^']+'""")


def test_a_code_from_the_mail_opens_the_clients_own_page(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in(ANA).get("/me/")
    assert page.status_code == 200
    assert "Good to see you, Ana" in page.content.decode()


def test_the_first_right_code_makes_a_sign_in_without_rights_and_the_second_no_other(
    cast: Cast, signed_in: SignIn
) -> None:
    before = User.objects.count()
    ask_for_code(Browser(), ANA)
    assert User.objects.count() == before
    signed_in(ANA)
    signed_in(ANA)
    user = User.objects.get(email=ANA)
    assert User.objects.count() == before + 1
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (False, False, False)


def test_capitals_make_no_second_mailbox(cast: Cast) -> None:
    browser = Browser()
    browser.post("/me/sign-in/", {"email": " Ana@Example.ORG "})
    assert browser.post("/me/code/", {"code": code_mailed(ANA)})["Location"] == "/me/"


def test_the_code_may_be_typed_with_or_without_its_space(cast: Cast) -> None:
    browser = Browser()
    code = ask_for_code(browser, ANA)
    assert " " in code
    assert browser.post("/me/code/", {"code": code.replace(" ", "")})["Location"] == "/me/"


def answers(address: str) -> list[bytes]:
    """Everything that somebody sees who types an address, and then a wrong code; the address itself blanked."""
    browser = Browser()
    asked = browser.post("/me/sign-in/", {"email": address})
    shown = browser.get("/me/code/")
    wrong = browser.post("/me/code/", {"code": "0000 0000"})
    seen = [asked.content, str(asked.items()).encode(), shown.content, wrong.content, str(wrong.status_code).encode()]
    return [VARYING.sub("", each.decode().replace(address, "(address)")).encode() for each in seen]


@pytest.mark.invariant("I8")
def test_known_unknown_and_staff_addresses_get_the_same_answer_to_the_byte(cast: Cast) -> None:
    cast.ben.erased_at = timezone.now()
    cast.ben.save()
    known = answers(ANA)
    for address in (NOBODY, MIRA, "ben@example.org"):
        assert answers(address) == known, address


def test_the_same_work_is_done_for_a_stranger(cast: Cast) -> None:
    """So that the time of the answer tells nothing: the same statements, only that a stranger's mail is undone."""

    def work(address: str) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            Browser().post("/me/sign-in/", {"email": address})
        return [" ".join(query["sql"].split()[:3]) for query in captured if "SAVEPOINT" not in query["sql"]]

    work("warm@example.org")
    known, unknown = work(ANA), work(NOBODY)
    assert any(line.startswith('INSERT INTO "clinic_outgoingmail') for line in unknown)
    assert unknown == known


def test_a_stranger_gets_no_mail_and_leaves_no_address(cast: Cast) -> None:
    assert ask_for_code(Browser(), NOBODY) == ""
    assert not OutgoingMail.objects.filter(to_email=NOBODY).exists()
    kept = "".join(f"{row.key} {row.digest}" for row in MailCode.objects.all())
    assert kept
    assert NOBODY not in kept


def test_nobody_signs_in_where_no_file_is_even_with_the_right_code(cast: Cast) -> None:
    browser = Browser()
    ask_for_code(browser, NOBODY)
    code = codes.new_code(NOBODY, purpose=SIGN_IN_CODE)
    assert browser.post("/me/code/", {"code": code}).status_code == 422
    assert not User.objects.filter(email=NOBODY).exists()


def test_the_team_is_led_to_the_password_and_a_code_never_opens_the_desk(cast: Cast) -> None:
    Client.objects.create(first_name="Mira", last_name="Feld", email=MIRA)
    browser = Browser()
    assert ask_for_code(browser, MIRA) == ""
    mail = OutgoingMail.objects.get(to_email=MIRA)
    assert "/accounts/login/" in mail.text
    assert "sign in with your password" in mail.text
    assert browser.post("/me/code/", {"code": codes.new_code(MIRA, purpose=SIGN_IN_CODE)}).status_code == 422
    assert browser.get("/desk/").status_code == 302


def test_a_client_who_joins_the_team_is_signed_out(cast: Cast, ana: Browser) -> None:
    Practice.objects.update(second_factor_required=True)
    User.objects.filter(email=ANA).update(is_staff=True)
    assert ana.get("/desk/")["Location"].startswith("/accounts/login/")
    assert ana.get("/me/")["Location"].startswith("/me/sign-in/")
    assert "_auth_user_id" not in ana.session


def test_a_code_opens_no_desk_and_no_admin(cast: Cast, ana: Browser) -> None:
    assert [ana.get(address).status_code for address in ("/desk/", "/admin/")] == [404, 404]


def test_a_password_alone_opens_no_clients_page(cast: Cast) -> None:
    """Whoever could edit the address of a sign-in would else read another's file: only a mailed code proves it."""
    user = User.objects.create_user(ANA, PASSWORD)
    browser = Browser()
    browser.force_login(user)
    assert browser.get("/me/")["Location"] == "/me/sign-in/?next=%2Fme%2F"
    assert browser.get(f"/me/{cast.ana.public_id}/")["Location"].startswith("/me/sign-in/")


def test_editing_the_address_of_the_sign_in_opens_no_other_file(cast: Cast, ana: Browser) -> None:
    User.objects.filter(email=ANA).update(email="ben@example.org")
    assert ana.get(f"/me/{cast.ben.public_id}/").status_code == 404


def test_a_code_works_once(cast: Cast) -> None:
    first, second = Browser(), Browser()
    code = ask_for_code(first, ANA)
    assert first.post("/me/code/", {"code": code}).status_code == 302
    session = second.session
    session["signing-in"] = {"address": ANA, "next": ""}
    session.save()
    assert second.post("/me/code/", {"code": code}).status_code == 422


def test_a_new_code_ends_the_old_one(cast: Cast) -> None:
    browser = Browser()
    old = ask_for_code(browser, ANA)
    new = ask_for_code(browser, ANA)
    assert browser.post("/me/code/", {"code": old}).status_code == 422
    assert browser.post("/me/code/", {"code": new}).status_code == 302


def test_five_wrong_tries_end_a_code(cast: Cast) -> None:
    browser = Browser()
    code = ask_for_code(browser, ANA)
    for _try in range(codes.MOST_WRONG_CODES):
        assert browser.post("/me/code/", {"code": "0000 0000"}).status_code == 422
    assert browser.post("/me/code/", {"code": code}).status_code == 422


def test_four_wrong_tries_do_not(cast: Cast) -> None:
    browser = Browser()
    code = ask_for_code(browser, ANA)
    for _try in range(codes.MOST_WRONG_CODES - 1):
        browser.post("/me/code/", {"code": "0000 0000"})
    assert browser.post("/me/code/", {"code": code}).status_code == 302


def test_a_code_is_over_after_a_quarter_of_an_hour(cast: Cast) -> None:
    browser = Browser()
    code = ask_for_code(browser, ANA)
    assert timezone.now() + dt.timedelta(minutes=14) < MailCode.objects.get().until
    MailCode.objects.update(until=timezone.now() - dt.timedelta(seconds=1))
    assert browser.post("/me/code/", {"code": code}).status_code == 422


def test_the_mail_goes_at_once_or_never_and_tells_nothing_in_its_subject(cast: Cast) -> None:
    code = ask_for_code(Browser(), ANA)
    mail = OutgoingMail.objects.get(to_email=ANA)
    assert mail.kind in secret_codes()
    assert mail.next_try_at <= timezone.now()
    assert mail.not_after is not None
    assert mail.not_after <= timezone.now() + codes.CODE_VALID_FOR
    assert mail.subject == "Signing in at Stillwater Massage"
    for whole in (mail.text, mail.html):
        assert code in whole
        assert "Ana" not in whole.replace("Stillwater Massage", "")


def test_the_desk_sees_no_code(cast: Cast, client: Browser) -> None:
    code = ask_for_code(Browser(), ANA)
    mail = OutgoingMail.objects.get(to_email=ANA)
    client.force_login(cast.owner)
    assert code not in client.get("/desk/messages/").content.decode()
    assert client.get(f"/desk/messages/{mail.public_id}/").status_code == 404
    assert code not in client.get(f"/admin/clinic/outgoingmail/{mail.pk}/change/", follow=True).content.decode()


@pytest.mark.parametrize("address", [ANA, NOBODY])
@pytest.mark.usefixtures("within_the_hour")
def test_so_many_codes_for_one_mailbox_and_no_more_known_or_not(cast: Cast, address: str) -> None:
    said = [Browser().post("/me/sign-in/", {"email": address}).status_code for _try in range(6)]
    assert said == [302] * 5 + [429]
    refused = Browser().post("/me/sign-in/", {"email": address})
    assert int(refused["Retry-After"]) > 0
    assert Browser().post("/me/sign-in/", {"email": "ben@example.org"}).status_code == 302


@pytest.mark.usefixtures("within_the_hour")
def test_one_network_cannot_ask_for_everyones_codes(cast: Cast) -> None:
    said = [Browser().post("/me/sign-in/", {"email": f"{n}@example.org"}).status_code for n in range(21)]
    assert said == [302] * 20 + [429]


def test_the_way_back_is_kept_but_never_to_another_site(cast: Cast) -> None:
    path = f"/me/{cast.ana.public_id}/data/"
    browser = Browser()
    led = browser.get(path)
    assert led["Location"].startswith("/me/sign-in/?next=%2Fme%2F")
    assert f'value="{path}"' in browser.get(led["Location"]).content.decode()
    for wanted, reached in ((path, path), ("https://evil.example/", "/me/"), ("//evil.example/", "/me/")):
        visitor = Browser()
        visitor.post("/me/sign-in/", {"email": ANA, "next": wanted})
        assert visitor.post("/me/code/", {"code": code_mailed(ANA)})["Location"] == reached


def test_phones_are_told_that_a_code_comes(cast: Cast) -> None:
    browser = Browser()
    ask_for_code(browser, ANA)
    page = browser.get("/me/code/").content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page


def test_the_code_page_without_an_address_leads_to_the_first(cast: Cast) -> None:
    assert Browser().get("/me/code/")["Location"] == "/me/sign-in/"


@pytest.mark.parametrize("typed", ["", "no address", "a\0b@example.org"])
def test_what_is_no_address_is_said_beside_the_field(cast: Cast, typed: str) -> None:
    assert Browser().post("/me/sign-in/", {"email": typed}).status_code == 422


def test_a_switched_off_sign_in_gets_no_code(cast: Cast, signed_in: SignIn) -> None:
    signed_in(ANA)
    OutgoingMail.objects.all().delete()
    User.objects.filter(email=ANA).update(is_active=False)
    assert ask_for_code(Browser(), ANA) == ""


def test_signing_out_ends_the_session(cast: Cast, ana: Browser) -> None:
    assert 'action="/accounts/logout/"' in ana.get("/me/").content.decode()
    assert ana.post("/accounts/logout/")["Location"] == "/"
    assert ana.get("/me/").status_code == 302


def test_half_an_idle_hour_ends_the_session(cast: Cast, ana: Browser) -> None:
    ana.get("/me/")
    session = ana.session
    session["seen"] = (timezone.now() - dt.timedelta(minutes=31)).isoformat()
    session.save()
    assert ana.get("/me/")["Location"].startswith("/me/sign-in/")


def test_what_was_being_booked_goes_on_after_signing_in(cast: Cast) -> None:
    browser = Browser()
    browser.post("/book/regular-60/", {"comes": "relax"})
    browser.post("/me/sign-in/", {"email": ANA})
    browser.post("/me/code/", {"code": code_mailed(ANA)})
    assert browser.get("/book/regular-60/times/").status_code == 200


def test_sign_in_mails_are_no_other_kind(cast: Cast) -> None:
    ask_for_code(Browser(), ANA)
    assert {mail.kind for mail in OutgoingMail.objects.all()} == {"sign-in"}
