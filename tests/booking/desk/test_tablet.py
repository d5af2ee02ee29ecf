"""A device in a client's hands: what they can do with it, and what they cannot, whatever they try."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from booking.models import Appointment, SessionNote, SessionNoteDraft
from clients.intake.actions import request_intake, save_step, submit_intake
from clients.models import Intake, IntakeRequest
from clinic.accounts.handover import CODE_LASTS, COOKIE, FORM_LASTS, PIN_TRIES, code_address
from clinic.accounts.pins import set_pin
from clinic.accounts.security import end_unlocks
from clinic.models import AccessEvent, DeviceUser, Handover, SecurityEvent, Tally, User
from clinic.operations.cleanup import delete_expired
from tests.clients.answers import SORE_BACK, signs
from tests.clients.steps import fill
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD, Cast, staff

PIN = "740218"
MIRA = "mira@stillwater.example"


@pytest.fixture(autouse=True)
def no_throttle_left_over(db: None) -> None:
    """Each test begins with a clean count of tries."""
    cache.clear()


@pytest.fixture
def mira(cast: Cast) -> User:
    """Mira, who has a PIN."""
    user = User.objects.get(email=MIRA)
    set_pin(user, PIN)
    return user


@pytest.fixture
def tablet(mira: User) -> Browser:
    """Mira's browser, signed in with her password."""
    browser = Browser()
    signed_in = browser.post("/accounts/login/", {"login": MIRA, "password": PASSWORD})
    assert signed_in.status_code == 302
    return browser


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    """Ana's next appointment, for which a health form is asked."""
    made = cast.appointment(cast.at(10))
    request_intake(cast.ana, technique_slug="regular-massage", appointment=made.public_id)
    return made


def hand_over(browser: Browser, cast: Cast, appointment: Appointment | None = None, **fields: str) -> Any:
    """Press *Hand over the tablet*."""
    about = {"appointment": str(appointment.public_id)} if appointment else {}
    return browser.post(f"/desk/clients/{cast.ana.public_id}/health-form/tablet/", {**about, **fields})


def form_of(browser: Browser) -> str:
    """The address of the form that a handed-over browser is led to."""
    address = browser.get("/tablet/")["Location"]
    assert re.fullmatch(r"/intake/[0-9a-f-]{36}/", address)
    return str(address)


def row_at(address: str) -> IntakeRequest:
    """The form at an address."""
    return IntakeRequest.objects.get(public_id=address.split("/")[2])


def take_back(browser: Browser, **fields: str) -> Any:
    """Type PIN or password on the page for the team."""
    return browser.post("/tablet/leave/", fields)


def test_the_client_fills_and_signs_and_the_pin_opens_the_desk_again(
    tablet: Browser, cast: Cast, appointment: Appointment
) -> None:
    """From handing over to the answers at the desk."""
    assert hand_over(tablet, cast, appointment)["Location"] == "/tablet/"
    address = form_of(tablet)
    assert tablet.get(address).status_code == 200
    fill(row_at(address))
    assert tablet.post(f"{address}check/")["Location"] == address
    assert tablet.get(address)["Location"] == "/tablet/"
    thanks = tablet.get("/tablet/")
    assert thanks.status_code == 200
    assert "Ana" not in thanks.content.decode()
    back = take_back(tablet, pin=PIN)
    assert back["Location"] == f"/desk/appointments/{appointment.public_id}/"
    assert tablet.get(back["Location"]).status_code == 200
    assert Intake.objects.get().consent is not None
    # The browser is the team's again, with nothing left of the handover.
    assert tablet.get("/tablet/")["Location"] == "/desk/"


def test_no_address_leads_out(tablet: Browser, cast: Cast, appointment: Appointment) -> None:
    """Typing an address, the history, a bookmark: all lead to the form."""
    hand_over(tablet, cast, appointment)
    desk, public = ("/desk/", "/desk/clients/", "/admin/", "/styleguide/"), ("/", "/book/", "/me/", "/no-such-page/")
    signing_in = ("/accounts/login/", "/accounts/unlock/", "/accounts/", "/accounts/password/reset/")
    for address in (*desk, *public, *signing_in, "/accounts/session/", "/api/v1/services"):
        for send in (tablet.get, tablet.post):
            answer = send(address)
            assert (answer.status_code, answer["Location"]) == (302, "/tablet/"), address
            assert "no-store" in answer["Cache-Control"], address


def test_a_passkey_may_be_asked_for_at_any_time(tablet: Browser, cast: Cast, appointment: Appointment) -> None:
    """Its person alone has it: whoever has forgotten PIN and password is not shut out, and nobody else comes in."""
    hand_over(tablet, cast, appointment)
    asked = tablet.get("/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"})
    assert asked.json()["request_options"]["publicKey"]["userVerification"] == "required"
    assert "Use a passkey" in tablet.get("/tablet/leave/").content.decode()
    tablet.post("/accounts/2fa/webauthn/login/", {"credential": "{}"})
    assert tablet.get("/desk/")["Location"] == "/tablet/"


def test_another_clients_form_does_not_open(tablet: Browser, cast: Cast, appointment: Appointment) -> None:
    """Neither by its address nor by a link that somebody was sent."""
    other = request_intake(cast.ben, technique_slug="regular-massage")
    hand_over(tablet, cast, appointment)
    assert tablet.get(f"/intake/{other.public_id}/")["Location"] == "/tablet/"
    assert tablet.post(f"/intake/{other.public_id}/you/", {"physician": "X"})["Location"] == "/tablet/"
    assert not IntakeRequest.objects.get(pk=other.pk).answers


def test_the_cookie_of_the_sign_in_is_dead(tablet: Browser, cast: Cast, appointment: Appointment) -> None:
    """The session is deleted: put back into the browser, without the lock or with it, its cookie opens nothing."""
    before = tablet.cookies["sessionid"].value
    hand_over(tablet, cast, appointment)
    for cookies in ({"sessionid": before}, {"sessionid": before, COOKIE: tablet.cookies[COOKIE].value}):
        thief = Browser()
        for name, value in cookies.items():
            thief.cookies[name] = value
        answer = thief.get("/desk/")
        assert answer.status_code == 302
        assert answer["Location"].startswith(("/accounts/login/", "/tablet/"))


def test_without_the_lock_the_quick_unlock_is_closed(tablet: Browser, cast: Cast, appointment: Appointment) -> None:
    """Who throws the lock's cookie away meets the whole sign-in, also on a device of the practice."""
    DeviceUser.objects.get().device.__class__.objects.update(is_practice_device=True)
    hand_over(tablet, cast, appointment)
    del tablet.cookies[COOKIE]
    assert tablet.get("/desk/")["Location"].startswith("/accounts/login/")
    assert tablet.get("/accounts/unlock/")["Location"] == "/accounts/login/"
    assert tablet.get("/tablet/").status_code == 404
    assert tablet.get("/tablet/leave/").status_code == 404


def test_wrong_pins_slow_down_and_then_only_the_password_opens(
    tablet: Browser, cast: Cast, appointment: Appointment
) -> None:
    """So many tries for one handover, however long one waits between them; the right PIN is one of them no more."""
    hand_over(tablet, cast, appointment)
    for turn in range(PIN_TRIES):
        assert take_back(tablet, pin=f"11223{turn}").status_code == 422
        Tally.objects.all().delete()
    assert take_back(tablet, pin=PIN).status_code == 422
    assert tablet.get("/desk/")["Location"] == "/tablet/"
    assert SecurityEvent.objects.filter(kind=SecurityEvent.Kind.HELD_UP).count() == 1
    assert 'name="pin"' not in tablet.get("/tablet/leave/").content.decode()
    assert take_back(tablet, password=PASSWORD).status_code == 302
    assert tablet.get("/desk/").status_code == 200


@pytest.mark.usefixtures("within_the_hour")
def test_passwords_are_slowed_down(tablet: Browser, cast: Cast, appointment: Appointment) -> None:
    """Five tries a minute, and the right one among what comes after is not looked at."""
    hand_over(tablet, cast, appointment)
    for _turn in range(5):
        assert take_back(tablet, password="not the password").status_code == 422
    assert take_back(tablet, password=PASSWORD).status_code == 422
    Tally.objects.all().delete()
    assert take_back(tablet, password=PASSWORD).status_code == 302


def test_a_pin_opens_nothing_but_what_its_person_handed_over(
    tablet: Browser, cast: Cast, appointment: Appointment
) -> None:
    """A colleague's PIN does not, and without a handover no PIN does."""
    set_pin(User.objects.get(email="jonas@stillwater.example"), "902715")
    hand_over(tablet, cast, appointment)
    assert take_back(tablet, pin="902715").status_code == 422
    assert Browser().post("/tablet/leave/", {"pin": PIN}).status_code == 404


def test_nothing_on_the_page_for_the_team_is_filled_in_by_a_browser(
    tablet: Browser, cast: Cast, appointment: Appointment
) -> None:
    """A saved password is offered to fields of the type password: there is none."""
    hand_over(tablet, cast, appointment)
    page = tablet.get("/tablet/leave/").content.decode()
    assert 'type="password"' not in page
    for secret in ({"pin": "111333"}, {"password": "not the password"}):
        assert next(iter(secret.values())) not in take_back(tablet, **secret).content.decode()
    assert page.count('autocomplete="off"') >= 3


def test_the_form_closes_by_itself(tablet: Browser, cast: Cast, appointment: Appointment) -> None:
    """After its time nothing of it is shown; the PIN still works, and goes on with what was typed."""
    hand_over(tablet, cast, appointment)
    address = form_of(tablet)
    assert tablet.post(f"{address}goal/", {"goals": "Carry the baby", "tips_by_mail": "no"}).status_code == 302
    with time_machine.travel(timezone.now() + FORM_LASTS + dt.timedelta(minutes=1)):
        for page in (address, f"{address}goal/", f"{address}check/"):
            assert tablet.get(page)["Location"] == "/tablet/"
        closed = tablet.get("/tablet/").content.decode()
        assert "Carry the baby" not in closed
        assert "Ana" not in closed
        assert take_back(tablet, pin=PIN).status_code == 302
        hand_over(tablet, cast, appointment)
        assert "Carry the baby" in tablet.get(f"{form_of(tablet)}goal/").content.decode()


@pytest.mark.invariant("I11")
def test_a_page_that_is_sent_too_late_is_kept(tablet: Browser, cast: Cast, appointment: Appointment) -> None:
    """What was typed while the time ran out is saved, though the page after it does not open."""
    hand_over(tablet, cast, appointment)
    address = form_of(tablet)
    with time_machine.travel(timezone.now() + FORM_LASTS + dt.timedelta(minutes=1)):
        tablet.post(f"{address}goal/", {"goals": "Carry the baby", "tips_by_mail": "no"})
        assert row_at(address).answers["goal"]["goals"] == "Carry the baby"
        # Another page is refused: it comes back to whoever goes on with it, as it was typed.
        refused = {"massage_before": "zanzibar", "pressure": "zanzibar"}
        assert tablet.post(f"{address}comfort/", refused)["Location"] == "/tablet/"
        assert "comfort" not in row_at(address).answers
        take_back(tablet, pin=PIN)
        hand_over(tablet, cast, appointment)
        assert tablet.get(f"{address}comfort/").context["typed_again"]["pressure"] == "zanzibar"


def test_each_saved_page_gives_more_time_up_to_two_hours(tablet: Browser, cast: Cast, appointment: Appointment) -> None:
    """Who is at it is not thrown out; who keeps it for ever is."""
    hand_over(tablet, cast, appointment)
    address, began = form_of(tablet), timezone.now()
    for minutes in (20, 40, 60, 80, 100, 119):
        with time_machine.travel(began + dt.timedelta(minutes=minutes)):
            assert tablet.post(f"{address}goal/", {"goals": str(minutes), "tips_by_mail": "no"}).status_code == 302
            assert tablet.get(address).status_code == 200
    with time_machine.travel(began + dt.timedelta(minutes=121)):
        assert tablet.get(address)["Location"] == "/tablet/"


def test_a_lost_tablet_is_closed_from_the_desk(tablet: Browser, cast: Cast, appointment: Appointment) -> None:
    """Then neither form nor PIN works there, only a whole sign-in, which releases the device."""
    hand_over(tablet, cast, appointment)
    address = form_of(tablet)
    desk = Browser()
    desk.force_login(cast.owner)
    held = Handover.objects.get()
    assert b"Mira Feld" in desk.get(f"/desk/clients/{cast.ana.public_id}/health-form/").content
    assert desk.post(f"/desk/handovers/{held.public_id}/end/").status_code == 302
    assert tablet.get(address)["Location"] == "/tablet/"
    assert take_back(tablet, pin=PIN).status_code == 200
    assert tablet.get("/desk/")["Location"] == "/tablet/"
    assert tablet.post("/accounts/login/", {"login": MIRA, "password": PASSWORD}).status_code == 302
    assert tablet.get("/desk/").status_code == 200


def test_a_new_password_ends_what_was_handed_over(tablet: Browser, cast: Cast, appointment: Appointment) -> None:
    """Whoever learnt the keys before has nothing of them."""
    hand_over(tablet, cast, appointment)
    end_unlocks(User.objects.get(email=MIRA))
    take_back(tablet, pin=PIN)
    assert tablet.get("/desk/")["Location"] == "/tablet/"


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False, "therapist": None}])
def test_who_left_takes_nothing_back(
    tablet: Browser, cast: Cast, appointment: Appointment, change: dict[str, object]
) -> None:
    """A sign-in that is switched off, or of nobody of the team any more."""
    hand_over(tablet, cast, appointment)
    cast.mira.__class__.objects.filter(pk=cast.mira.pk).update(user=None)
    User.objects.filter(email=MIRA).update(**{key: value for key, value in change.items() if key != "therapist"})
    take_back(tablet, pin=PIN)
    assert tablet.get("/desk/")["Location"] == "/tablet/"


def test_taking_back_restores_how_long_the_sign_in_lasts(tablet: Browser, cast: Cast, appointment: Appointment) -> None:
    """The time of the whole sign-in runs on: a PIN makes no day longer."""
    began = tablet.session["began"]
    hand_over(tablet, cast, appointment)
    take_back(tablet, pin=PIN)
    assert tablet.session["began"] == began
    hand_over(tablet, cast, appointment)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=cast.practice.session_hours, minutes=1)):
        take_back(tablet, pin=PIN)
        assert tablet.get("/desk/").status_code == 302


def test_the_first_time_a_pin_is_set_on_the_way(cast: Cast, appointment: Appointment) -> None:
    """Nothing is handed over before there is one that can take it back, and easy ones are refused."""
    browser = Browser()
    browser.force_login(User.objects.get(email="jonas@stillwater.example"))
    assert hand_over(browser, cast, appointment).status_code == 200
    for pin in ("123456", "000000", "121212", "7402", "abcdef"):
        assert hand_over(browser, cast, appointment, pin=pin, again=pin).status_code == 422
    assert hand_over(browser, cast, appointment, pin=PIN, again="740219").status_code == 422
    assert not Handover.objects.exists()
    assert hand_over(browser, cast, appointment, pin=PIN, again=PIN)["Location"] == "/tablet/"
    assert PIN not in str(list(User.objects.get(email="jonas@stillwater.example").pin.__dict__.values()))


def test_the_front_desk_hands_over_a_form_that_shows_nothing_on_file(cast: Cast, appointment: Appointment) -> None:
    """Who does not read health records has the device first: neither last year's answers nor a draft is on it."""
    submit_intake(fill(request_intake(cast.ana, technique_slug="regular-massage")))
    begun = IntakeRequest.objects.get(appointment=appointment.public_id)
    save_step(begun, step="goal", data={**SORE_BACK["goal"], "goals": "Zanzibarine"}, by_mail=True)
    front = staff("front@stillwater.example", "Frida Front")
    set_pin(front, PIN)
    browser = Browser()
    browser.force_login(front)
    hand_over(browser, cast, appointment)
    address = form_of(browser)
    shown = "".join(browser.get(f"{address}{step}").content.decode() for step in ("", "goal/", "health/", "you/"))
    for word in ("Zanzibarine", "Vitamin D", "Dr Lind", "1980"):
        assert word not in shown
    assert browser.post(f"/desk/clients/{cast.ana.public_id}/health-form/enter/")["Location"] == "/tablet/"


def test_a_therapist_hands_over_what_the_client_told_last_time(
    tablet: Browser, cast: Cast, appointment: Appointment
) -> None:
    """Somebody who reads health records says who this is: the client sees their answers, and only confirms them."""
    submit_intake(fill(request_intake(cast.ana, technique_slug="regular-massage")))
    hand_over(tablet, cast, None)
    assert "Vitamin D" in tablet.get(form_of(tablet)).content.decode()
    assert AccessEvent.objects.filter(actor="client at the practice", noun="intake").exists()


def scan(held: Handover, browser: Browser | None = None) -> tuple[Browser, str]:
    """The address that a code stands for, and the browser of whoever scans it."""
    return browser or Browser(), "/" + code_address(held).split("/", 3)[3]


@pytest.fixture
def code(tablet: Browser, cast: Cast, appointment: Appointment) -> Handover:
    """A code that Mira shows for Ana's form."""
    shown = tablet.post(
        f"/desk/clients/{cast.ana.public_id}/health-form/code/", {"appointment": str(appointment.public_id)}
    )
    page = tablet.get(shown["Location"]).content.decode()
    assert "<svg" in page
    return Handover.objects.get()


def test_a_code_opens_the_form_on_another_device_once(code: Handover, tablet: Browser) -> None:
    """Looking uses nothing up and names nobody; a second device is too late; the desk of the first goes on."""
    phone, address = scan(code)
    assert "Ana" not in phone.get(address).content.decode()
    assert phone.post(address)["Location"] == "/tablet/"
    form = form_of(phone)
    assert phone.get(form).status_code == 200
    assert phone.get(address)["Location"] == "/tablet/"
    late, _address = scan(code)
    assert late.get(address).status_code == 404
    assert late.post(address).status_code == 404
    assert late.get(form).status_code == 404
    assert tablet.get("/desk/").status_code == 200
    fill(row_at(form))
    assert phone.post(f"{form}check/").status_code == 302
    thanks = phone.get("/tablet/").content.decode()
    assert "Ana" not in thanks
    # Their own phone is theirs: the rest of the site opens as it does for anyone.
    assert phone.get("/").status_code == 200
    assert phone.get("/desk/")["Location"].startswith("/accounts/")


def test_a_code_is_over_after_ten_minutes_or_when_another_is_shown(
    code: Handover, tablet: Browser, cast: Cast, appointment: Appointment
) -> None:
    """A photograph of it is worth nothing later."""
    phone, address = scan(code)
    with time_machine.travel(timezone.now() + CODE_LASTS + dt.timedelta(seconds=1)):
        assert phone.post(address).status_code == 404
    tablet.post(f"/desk/clients/{cast.ana.public_id}/health-form/code/", {"appointment": str(appointment.public_id)})
    assert phone.post(address).status_code == 404


def test_a_code_scanned_where_the_team_is_signed_in_locks_that_device(code: Handover, tablet: Browser) -> None:
    """The practice's second tablet: its sign-in is gone as well, and its own person's PIN brings it back."""
    second, address = scan(code)
    second.post("/accounts/login/", {"login": "jonas@stillwater.example", "password": PASSWORD})
    set_pin(User.objects.get(email="jonas@stillwater.example"), "902715")
    assert second.get("/desk/").status_code == 200
    assert second.post(address)["Location"] == "/tablet/"
    assert second.get("/desk/")["Location"] == "/tablet/"
    assert take_back(second, pin=PIN).status_code == 422
    assert take_back(second, pin="902715").status_code == 302
    jonas = User.objects.get(email="jonas@stillwater.example")
    assert second.get("/desk/").wsgi_request.user == jonas


def test_a_code_does_not_open_on_a_device_that_is_handed_over(code: Handover, cast: Cast) -> None:
    """A client who holds a tablet cannot make it another client's."""
    _phone, address = scan(code)
    browser = Browser()
    jonas = User.objects.get(email="jonas@stillwater.example")
    set_pin(jonas, "902715")
    browser.force_login(jonas)
    browser.post(f"/desk/clients/{cast.ben.public_id}/health-form/tablet/")
    assert browser.post(address)["Location"] == "/tablet/"
    assert row_at(form_of(browser)).client == cast.ben
    code.refresh_from_db()
    assert code.opened_at is None


def test_an_emergency_answer_shows_only_the_help(tablet: Browser, cast: Cast, appointment: Appointment) -> None:
    """The client needs to read it, and the therapist knows at once."""
    hand_over(tablet, cast, appointment)
    address = form_of(tablet)
    row = fill(row_at(address), signs=signs("ces-saddle-numbness"))
    tablet.post(f"{address}check/")
    row.refresh_from_db()
    assert row.intake is not None
    assert row.intake.triage == "emergency"
    assert tablet.get("/tablet/")["Location"] == address
    assert tablet.get(address).status_code == 200
    assert tablet.get("/desk/")["Location"] == "/tablet/"


def test_the_team_enters_it_with_the_client(tablet: Browser, cast: Cast, appointment: Appointment) -> None:
    """The same pages, marked with who typed; the client's name signs; only who began it may."""
    about = {"appointment": str(appointment.public_id)}
    address = tablet.post(f"/desk/clients/{cast.ana.public_id}/health-form/enter/", about)["Location"]
    assert b"Ana Lind" in tablet.get(address).content
    stranger = Browser()
    stranger.force_login(User.objects.get(email="jonas@stillwater.example"))
    assert stranger.get(address).status_code == 404
    fill(row_at(address))
    assert tablet.post(f"{address}check/").status_code == 302
    # The client, who has signed, holds the device: it shows the thanks and not the desk.
    assert tablet.get(address)["Location"] == "/tablet/"
    assert "Ana" not in tablet.get("/tablet/").content.decode()
    assert tablet.get("/desk/")["Location"] == "/tablet/"
    assert take_back(tablet, pin=PIN)["Location"] == f"/desk/appointments/{appointment.public_id}/"
    assert tablet.get("/desk/").status_code == 200
    intake = Intake.objects.get()
    assert intake.entered_by == User.objects.get(email=MIRA)
    assert intake.consent is not None
    assert intake.consent.signature == "Ana Berg"


def test_who_may_not_read_health_records_any_more_enters_nothing(
    tablet: Browser, cast: Cast, appointment: Appointment
) -> None:
    """The right is asked at each page, not only when it was begun."""
    address = tablet.post(f"/desk/clients/{cast.ana.public_id}/health-form/enter/")["Location"]
    assert tablet.get(address).status_code == 200
    cast.mira.__class__.objects.filter(pk=cast.mira.pk).update(user=None)
    assert tablet.get(address).status_code == 404


def test_a_note_that_is_being_typed_comes_along(tablet: Browser, cast: Cast) -> None:
    """The session screen is one form: handing over from it keeps the note."""
    begun = cast.appointment(cast.at(10))
    page = tablet.get(f"/desk/appointments/{begun.public_id}/").context["note_form"]
    hand_over(tablet, cast, begun, **{page.shown_as: "{}"}, subjective="Sleeps badly")
    assert tablet.get("/desk/")["Location"] == "/tablet/"
    assert "Sleeps badly" in str([*SessionNote.objects.values(), *SessionNoteDraft.objects.values()])


def test_a_handover_is_forgotten_after_two_days(tablet: Browser, cast: Cast, appointment: Appointment) -> None:
    """When no sign-in can wait behind it any more."""
    hand_over(tablet, cast, appointment)
    delete_expired()
    assert Handover.objects.count() == 1
    with time_machine.travel(timezone.now() + dt.timedelta(days=3)):
        delete_expired()
    assert not Handover.objects.exists()
