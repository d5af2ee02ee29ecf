"""What an attacker found once, so that nobody finds it again."""

import datetime as dt
import json

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.test import RequestFactory
from django.urls import get_resolver, reverse
from django.utils import timezone

from booking.appointments.booking_request import PersonDetails
from booking.appointments.client_sign_in import (
    SIGN_IN_CODE,
    address_code_purpose,
    look_up_mailbox,
    prove_address,
    sign_in_by_code,
)
from booking.appointments.links import manage_token
from booking.appointments.screening import SafetyAnswers
from booking.errors import NotEligible, NotPossible
from booking.models import Appointment, Status, WaitlistEntry
from booking.records.client_export import mails_to
from booking.waitlist.entries import mail_entry_link
from booking.waitlist.matching import Preferences
from clients.models import Client
from clients.record.find_or_create import find_or_create_client
from clients.record.self_service import correct_contact
from clinic.accounts import codes
from clinic.accounts.adapter import UNUSED_URL_NAMES
from clinic.errors import Refusal
from clinic.mail import ledger
from clinic.models import MailState, OutgoingMail, User
from tests.booking.appointments.test_book import booked
from tests.booking.website.me.conftest import SignIn, ask_for_code, signed_in
from tests.booking.website.visitor import Visitor
from tests.fixtures.actions import book, cancel, erase, join_waitlist, see_clearance
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD, Cast
from tests.sweeps.test_every_url import addresses, names

__all__ = ["signed_in"]

TYPED = {"first_name": "Nora", "last_name": "Vale", "email": "nora@example.org", "phone": "+49 30 123 456"}


@pytest.mark.invariant("I8")
def test_failed_sign_ins_of_one_address_do_not_shut_out_another_behind_the_same_proxy() -> None:
    request = RequestFactory().post("/accounts/login/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.7")
    assert get_adapter().get_client_ip(request) == "198.51.100.7"


@pytest.mark.parametrize("body", ["[]", "[1]", "false", '"text"', "7", "null"])
def test_a_body_that_is_no_object_changes_nothing(cast: Cast, client: Browser, body: str) -> None:
    appointment = booked(cast)
    answer = client.post(
        f"/api/v1/appointments/{appointment.public_id}/cancel",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {manage_token(appointment)}"},
    )
    assert answer.status_code in {400, 422}
    assert json.loads(answer.content)["code"]
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED


def test_a_form_without_its_cookie_is_refused_in_our_own_words(cast: Cast) -> None:
    answer = Browser(enforce_csrf_checks=True).post(f"/book/{cast.regular.slug}/", {"comes": "relax"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Please send it once more" in page
    assert "not open to you" not in page
    assert "DEBUG" not in page


def test_a_nul_is_no_fault_anywhere_at_the_desk(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    owner = Browser()
    owner.force_login(cast.owner)
    pages = {name: address for name, address in addresses().items() if name.startswith("booking:desk")}
    pages["note"] = f"/desk/appointments/{appointment.public_id}/note/"
    for name, address in pages.items():
        assert owner.get(address, {"q": "\0", "service": "\0", "day": "\0"}).status_code < 500, name
        assert owner.post(address, {"q": "\0", "service": "\0", "subjective": "x\0"}).status_code < 500, name


def test_the_next_person_at_a_browser_does_not_find_what_somebody_typed(cast: Cast) -> None:
    visitor = Visitor(Browser())
    visitor.answers(cast.regular)
    refused = visitor.books(cast.regular, cast.at(10), policy="", **TYPED)
    assert "nora@example.org" in refused.content.decode()
    visitor.answers(cast.regular)
    later = visitor.get(f"/book/{cast.regular.slug}/details/?start={cast.at(12):%Y-%m-%dT%H:%M:%SZ}")
    assert "nora@example.org" not in later.content.decode()


def test_what_was_typed_is_forgotten_after_half_an_hour(cast: Cast) -> None:
    visitor, start = Visitor(Browser()), cast.at(12)
    visitor.answers(cast.regular)
    visitor.books(cast.regular, cast.at(10), policy="", **TYPED)
    address = f"/book/{cast.regular.slug}/details/?start={start:%Y-%m-%dT%H:%M:%SZ}"
    assert "nora@example.org" in visitor.get(address).content.decode()
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=31)):
        assert "nora@example.org" not in visitor.get(address).content.decode()


def test_a_doctors_note_is_not_noted_where_none_was_asked_for(cast: Cast) -> None:
    appointment = booked(cast)
    with pytest.raises(NotPossible):
        see_clearance(appointment, on=timezone.localdate(), by=cast.owner)
    appointment.refresh_from_db()
    assert appointment.clearance_seen_on is None


def test_closing_an_appointment_is_not_offered_before_it_begins(cast: Cast) -> None:
    ahead = cast.appointment(cast.at(10))
    now = cast.appointment(
        timezone.now() - dt.timedelta(minutes=30), client=Client.objects.create(first_name="P", last_name="Q")
    )
    owner = Browser()
    owner.force_login(cast.owner)
    assert "/complete/" not in owner.get(f"/desk/appointments/{ahead.public_id}/").content.decode()
    assert "/complete/" in owner.get(f"/desk/appointments/{now.public_id}/").content.decode()
    cancel(ahead, reason="", via=Appointment.Via.DESK)


@pytest.mark.invariant("I8")
@pytest.mark.parametrize("twin", ["ana@ma\u0131ls.example", "ana@mai\u0142s.example"])
def test_an_address_that_only_shares_its_capitals_opens_nobody_elses_file(cast: Cast, twin: str) -> None:
    """Whoever owns such a domain gets the mail that goes there: it must bring no code, and find no sign-in."""
    Client.objects.filter(pk=cast.ana.pk).update(email="ana@mails.example")
    User.objects.create_user("ana@mails.example")
    assert ask_for_code(Browser(), twin) == ""
    with pytest.raises(Refusal):
        sign_in_by_code(twin, codes.new_code(twin, purpose=SIGN_IN_CODE))
    assert look_up_mailbox(twin).user is None


@pytest.mark.invariant("I8")
def test_what_the_dns_takes_for_the_same_address_is_mailed_there_and_nowhere_else(cast: Cast) -> None:
    """By UTS 46 the long s is an s in a domain: the mail goes to the mailbox that is read here."""
    Client.objects.filter(pk=cast.ana.pk).update(email="ana@mails.example")
    Browser().post("/me/sign-in/", {"email": "ana@mail\u017f.example"})
    assert [mail.to_email for mail in OutgoingMail.objects.all()] == ["ana@mails.example"]


@pytest.mark.invariant("I8")
def test_proving_such_an_address_brings_neither_anothers_sign_in_nor_their_mails(cast: Cast) -> None:
    twin = "ana@ma\u0131ls.example"
    Client.objects.filter(pk=cast.ana.pk).update(email="ana@mails.example")
    theirs = User.objects.create_user("ana@mails.example")
    ledger.queue_mail(kind="waitlist", to="ana@mails.example", name="Ana Lind", subject="Hers", text="Hers", html="")
    Client.objects.filter(pk=cast.ben.pk).update(first_name="Ana", last_name="Lind")
    cast.ben.refresh_from_db()
    user = prove_address(cast.ben, twin, codes.new_code(twin, purpose=address_code_purpose(cast.ben)), cast.practice)
    assert user is not None
    assert user != theirs
    assert user.email == "ana@xn--mals-mza.example"
    assert not mails_to(cast.ben).filter(subject="Hers").exists()
    assert theirs.__class__.objects.get(pk=theirs.pk).is_active


@pytest.mark.invariant("I8")
@pytest.mark.parametrize("twin", ["ana@ma\u0131ls.example", "ana@mai\u0142s.example"])
@pytest.mark.parametrize("first", ["Ana", "ANA"])
def test_a_file_that_waits_at_such_an_address_takes_in_nobody(cast: Cast, twin: str, first: str) -> None:
    """Whoever opens one there in good time would get the mails and the answers of whom they expect."""
    trap, _known = find_or_create_client(first_name="Ana", last_name="Lind", email=twin, phone="")
    hers, known = find_or_create_client(first_name=first, last_name="Lind", email="ana@mails.example", phone="")
    assert (hers.email, known) == ("ana@mails.example", False)
    assert hers != trap


def pages_of_allauth() -> dict[str, str]:
    """Its pages by name."""
    found = [(name, pattern) for name, pattern in names(get_resolver()) if name.startswith(("account_", "mfa_"))]
    given: dict[str, dict[str, object]] = {"account_confirm_email": {"key": "x:y:z"}}
    given |= {name: {"pk": 999_999} for name in ("mfa_remove_webauthn", "mfa_edit_webauthn")}
    given["account_reset_password_from_key"] = {"uidb36": "1", "key": "x-y"}
    return {name: reverse(name, kwargs=given.get(name)) for name, _pattern in found}


@pytest.mark.invariant("I8")
def test_a_client_gives_their_sign_in_no_address_and_no_password(cast: Cast, signed_in: SignIn) -> None:
    """Who sits on the address of a future therapist, with a password, would be staff as soon as the owner ticks it."""
    client = signed_in("ana@example.org")
    ana = User.objects.get(email="ana@example.org")
    pages = pages_of_allauth()
    assert {name for name, page in pages.items() if client.get(page).status_code != 404} == {
        "account_login",
        "account_logout",
    }
    client.post(pages["account_email"], {"action_add": "", "email": "new@stillwater.example"})
    client.post(pages["account_email"], {"action_primary": "", "email": "new@stillwater.example"})
    client.post(pages["account_set_password"], {"password1": PASSWORD, "password2": PASSWORD})
    ana.refresh_from_db()
    assert (ana.email, ana.has_usable_password()) == ("ana@example.org", False)
    assert not EmailAddress.objects.filter(email="new@stillwater.example").exists()
    assert len(pages) >= 20


def test_the_team_changes_no_address_but_in_the_admin(cast: Cast) -> None:
    owner, pages = Browser(), pages_of_allauth()
    owner.force_login(cast.owner)
    assert {name for name, address in pages.items() if owner.get(address).status_code == 404} >= set(UNUSED_URL_NAMES)
    assert owner.get(pages["account_change_password"]).status_code == 200


def test_erasing_finds_the_mails_that_went_to_an_earlier_name_and_address(cast: Cast) -> None:
    entry = WaitlistEntry.objects.create(
        client=cast.ana,
        service=cast.regular,
        weekdays=[0],
        from_time=dt.time(9),
        until_time=dt.time(18),
        first_date=timezone.localdate(),
        last_date=timezone.localdate() + dt.timedelta(days=9),
    )
    mail_entry_link(entry, cast.practice)
    correct_contact(cast.ana, first_name="Anna", last_name="Lindt", phone="")
    code = codes.new_code("anna@example.org", purpose=address_code_purpose(cast.ana))
    prove_address(cast.ana, "anna@example.org", code, cast.practice)
    OutgoingMail.objects.filter(to_email="ana@example.org").update(state=MailState.SENT)
    assert OutgoingMail.objects.filter(to_email="ana@example.org").count() == 2
    erase(cast.ana, by=cast.owner)
    assert not OutgoingMail.objects.filter(to_email="ana@example.org").exists()
    assert not OutgoingMail.objects.filter(to_name="Ana Lind").exists()


def contact_of(address: str) -> dict[str, str]:
    """Ana's contact as the desk's form sends it, with another address."""
    return {"first_name": "Ana", "last_name": "Lind", "email": address, "phone": "", "desk_note": ""}


def test_an_address_changed_at_the_desk_ends_the_sign_in_of_the_old_one(cast: Cast) -> None:
    left = User.objects.create_user("ana@example.org")
    owner = Browser()
    owner.force_login(cast.owner)
    owner.post(f"/desk/clients/{cast.ana.public_id}/contact/", contact_of("anna@example.org"))
    left.refresh_from_db()
    assert (left.is_active, left.email.endswith("@erased.invalid")) == (False, True)


def test_an_address_at_which_that_name_has_a_file_is_refused_at_the_desk_and_no_fault(cast: Cast) -> None:
    Client.objects.create(first_name="ana", last_name="lind", email="other@example.org")
    owner = Browser()
    owner.force_login(cast.owner)
    answer = owner.post(f"/desk/clients/{cast.ana.public_id}/contact/", contact_of("Other@example.org"))
    assert answer.status_code == 422
    cast.ana.refresh_from_db()
    assert cast.ana.email == "ana@example.org"


WHO_TYPES = PersonDetails(first_name="Ana", last_name="Lind", email="ana@example.org")


def blocked(cast: Cast) -> Client:
    """Ana, whom the practice wants to speak with before she books."""
    cast.ana.may_book_online = False
    cast.ana.save()
    return cast.ana


@pytest.mark.parametrize("via", [Appointment.Via.WEB, Appointment.Via.API])
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_client_who_may_not_book_online_cannot_by_any_path(cast: Cast, via: str, signed_in: bool) -> None:
    ana = blocked(cast)
    who = ana if signed_in else WHO_TYPES
    with pytest.raises(NotEligible):
        book(
            service=cast.regular, start=cast.at(10), client=who, answers=SafetyAnswers(), policy_accepted=True, via=via
        )
    assert not ana.appointments.exists()


def test_nor_join_the_waitlist(cast: Cast) -> None:
    ana, today = blocked(cast), timezone.localdate()
    week = Preferences(frozenset(range(7)), dt.time(9), dt.time(18), today, today + dt.timedelta(days=7))
    with pytest.raises(NotEligible):
        join_waitlist(
            service=cast.regular, client=WHO_TYPES, answers=SafetyAnswers(), suits=week, via=Appointment.Via.WEB
        )
    assert not ana.waits.exists()


def test_the_desk_books_for_whoever_may_not_book_online(cast: Cast) -> None:
    ana = blocked(cast)
    appointment = book(
        service=cast.regular,
        start=cast.at(10),
        client=ana,
        answers=SafetyAnswers(),
        policy_accepted=True,
        via=Appointment.Via.DESK,
        by=cast.owner,
    )
    assert appointment.client == ana
