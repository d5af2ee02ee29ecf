"""When a sign-in ends, what is kept of a form that came too late, and how somebody comes back."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from booking.models import SessionNote, Therapist
from clinic.accounts.factor import use_second_factor
from clinic.accounts.kept_posts import LETTERS
from clinic.models import Device, DeviceUser, KeptPost, Practice, SecurityEvent, User
from clinic.operations.cleanup import delete_expired
from tests.clinic.accounts.test_accounts import SECRET, code_now, sign_in
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD, Cast
from tests.fixtures.sessions import ago

NOTE = "The left shoulder, since the <move>.\r\nSleeps badly; zanzibarine."
MIRA, JONAS = "mira@stillwater.example", "jonas@stillwater.example"


@pytest.fixture(autouse=True)
def no_throttle_left_over(db: None) -> None:
    """Each test begins with a clean count of tries."""
    cache.clear()


class Person:
    """Somebody with a browser that minds CSRF tokens as a real one does."""

    def __init__(self, email: str, browser: Browser | None = None) -> None:
        self.browser = browser or Browser(enforce_csrf_checks=True)
        self.email = email

    def token(self) -> str:
        """The token of the page that is open."""
        return str(self.browser.cookies["csrftoken"].value)

    def signs_in(self, **more: str) -> Any:
        """The whole sign-in, by password."""
        self.browser.get("/accounts/login/")
        return self.posts("/accounts/login/", login=self.email, password=PASSWORD, **more)

    def posts(self, address: str, **fields: str) -> Any:
        """Send a form with the token of the page that is open."""
        return self.browser.post(address, {"csrfmiddlewaretoken": self.token(), **fields})


@pytest.fixture
def mira(cast: Cast) -> Person:
    """Mira, signed in, with her session's page open."""
    person = Person(MIRA)
    person.signs_in()
    person.browser.get("/desk/")
    return person


def note_of(cast: Cast) -> str:
    """Where the note of one of Mira's sessions is sent to."""
    return reverse("booking:desk-appointment-note", args=[cast.appointment(cast.at(10)).public_id])


def end_session(person: Person, how: str) -> None:
    """End a sign-in in one of the ways in which it ends by itself."""
    if how == "idle":
        ago(person.browser, minutes=31)
    elif how == "absolute":
        Practice.objects.update(idle_minutes=240)
        ago(person.browser, minutes=13 * 60)
    elif how == "row":
        person.browser.session.flush()
    else:
        del person.browser.cookies["sessionid"]


@pytest.mark.invariant("I11")
@pytest.mark.parametrize("how", ["idle", "absolute", "row", "cookie"])
def test_what_was_typed_is_there_after_the_sign_in_and_is_saved_by_a_tap(cast: Cast, mira: Person, how: str) -> None:
    address = note_of(cast)
    page = address.removesuffix("note/")
    end_session(mira, how)
    led = mira.posts(address, subjective=NOTE, sign="")
    assert led["Location"] == f"/accounts/login/?next={page}"
    assert not SessionNote.objects.exists()
    back = mira.signs_in(next=page)
    assert back["Location"].startswith("/accounts/unsent/?next=")
    shown = mira.browser.get(back["Location"])
    assert "since the &lt;move&gt;." in shown.content.decode()
    (key,) = re.findall(r'name="kept-form" value="([^"]+)"', shown.content.decode())
    assert f'action="{address}"' in shown.content.decode()
    sent = mira.posts(address, **{"kept-form": key, "subjective": NOTE})
    assert sent["Location"] == page
    assert SessionNote.objects.get().subjective.replace("\r\n", "\n") == NOTE.replace("\r\n", "\n")
    assert not KeptPost.objects.exists()
    assert mira.browser.get("/accounts/unsent/").status_code == 302


@pytest.mark.invariant("I8")
def test_another_person_on_that_browser_never_sees_it(cast: Cast, mira: Person) -> None:
    address = note_of(cast)
    end_session(mira, "idle")
    mira.posts(address, subjective=NOTE)
    jonas = Person(JONAS, mira.browser)
    assert jonas.signs_in()["Location"] == "/desk/"
    assert jonas.browser.get("/accounts/unsent/").status_code == 302
    key = KeptPost.objects.get().pk
    assert jonas.posts(reverse("unsent-discard", args=[key])).status_code == 404
    assert jonas.posts("/desk/data/", **{"kept-form": str(key)}).status_code in {404, 405}
    jonas.posts(address, **{"kept-form": str(key), "subjective": "x"})
    assert KeptPost.objects.filter(pk=key).exists()
    jonas.posts("/accounts/logout/")
    again = Person(MIRA, jonas.browser)
    assert again.signs_in()["Location"].startswith("/accounts/unsent/")


@pytest.mark.invariant("I8")
def test_the_same_person_on_another_browser_does_not_either(cast: Cast, mira: Person) -> None:
    end_session(mira, "idle")
    mira.posts(note_of(cast), subjective=NOTE)
    elsewhere = Person(MIRA)
    assert elsewhere.signs_in()["Location"] == "/desk/"
    assert elsewhere.browser.get("/accounts/unsent/").status_code == 302


def test_it_is_thrown_away_by_a_tap(cast: Cast, mira: Person) -> None:
    end_session(mira, "idle")
    mira.posts(note_of(cast), subjective=NOTE)
    mira.signs_in()
    mira.browser.get("/accounts/unsent/")
    key = KeptPost.objects.get().pk
    assert mira.posts(reverse("unsent-discard", args=[key]), next="/desk/week/")["Location"] == "/desk/week/"
    assert not KeptPost.objects.exists()


def test_what_nobody_came_back_for_is_forgotten_at_night(cast: Cast, mira: Person) -> None:
    end_session(mira, "idle")
    mira.posts(note_of(cast), subjective=NOTE)
    delete_expired()
    assert KeptPost.objects.count() == 1
    KeptPost.objects.update(until=timezone.now())
    delete_expired()
    assert not KeptPost.objects.exists()


def test_a_kept_form_named_by_no_id_is_none(cast: Cast, mira: Person) -> None:
    for key in ("-" * 36, "x", "0" * 35):
        assert mira.posts("/accounts/session/", **{"kept-form": key}).status_code == 200


@pytest.mark.invariant("I10")
def test_neither_log_nor_database_says_what_it_is(cast: Cast, mira: Person, caplog: pytest.LogCaptureFixture) -> None:
    end_session(mira, "idle")
    with caplog.at_level("INFO"):
        mira.posts(note_of(cast), subjective=NOTE)
    assert "zanzibarine" not in caplog.text
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM clinic_keptpost t")
        (rows,) = cursor.fetchone()
    assert rows
    assert "zanzibarine" not in rows
    assert "/desk/" not in rows


@pytest.mark.parametrize(
    "fields",
    [
        {"login": "x", "password": "secret words"},
        {"oldpassword": "secret words", "password1": "a", "password2": "a"},
        {"code": "123456", "subjective": "x"},
        {"subjective": " ", "csrfmiddlewaretoken": "x"},
    ],
)
def test_no_password_no_code_and_nothing_is_ever_kept(cast: Cast, fields: dict[str, str]) -> None:
    browser = Browser()
    sign_in(browser, MIRA)
    browser.session.flush()
    for address in (note_of(cast), "/accounts/password/change/"):
        assert browser.post(address, fields).status_code == 302
    assert not KeptPost.objects.exists()


def test_only_words_are_shown_and_everything_is_sent(cast: Cast, mira: Person) -> None:
    appointment = cast.appointment(cast.at(10))
    sent = {
        "appointment": str(appointment.public_id),
        "note_shown": '{"version": 1}',
        "row_version": "3",
        "subjective": NOTE,
    }
    end_session(mira, "idle")
    mira.posts(reverse("booking:desk-appointment-note", args=[appointment.public_id]), **sent)
    page = mira.browser.get(mira.signs_in()["Location"])
    ((_row, typed),) = page.context["waiting"]
    assert typed.shown == [("Subjective", [NOTE])]
    assert dict(typed.fields) == {name: [value] for name, value in sent.items()}


def test_what_is_too_large_to_be_kept_stays_on_the_page(cast: Cast, mira: Person) -> None:
    end_session(mira, "idle")
    page = mira.posts(note_of(cast), subjective="a" * (LETTERS + 1))
    assert page.status_code == 403
    assert "a" * (LETTERS + 1) in page.content.decode()
    assert not KeptPost.objects.exists()


def test_a_browser_that_nobody_knows_keeps_it_on_the_page(cast: Cast) -> None:
    page = Browser().post(note_of(cast), {"subjective": NOTE})
    assert page.status_code == 403
    assert "since the &lt;move&gt;." in page.content.decode()
    assert "/accounts/login/?next=" in page.content.decode()
    assert not KeptPost.objects.exists()


def test_what_another_site_sends_is_shown_and_kept_for_nobody(cast: Cast, mira: Person) -> None:
    address = note_of(cast)
    for origin in ({"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_ORIGIN": "null"}, {}):
        page = mira.browser.post(address, {"subjective": NOTE}, **origin)  # type: ignore[arg-type] # headers
        assert page.status_code == 403
        assert "zanzibarine" not in page.content.decode()
    end_session(mira, "idle")
    assert "zanzibarine" not in mira.browser.post(address, {"subjective": NOTE}).content.decode()
    assert not KeptPost.objects.exists()


@pytest.mark.invariant("I11")
def test_a_form_that_was_open_while_another_tab_signed_in_is_shown_again(cast: Cast, mira: Person) -> None:
    address, old = note_of(cast), mira.token()
    mira.posts("/accounts/logout/")
    mira.signs_in()
    page = mira.browser.post(address, {"csrfmiddlewaretoken": old, "subjective": NOTE}, HTTP_ORIGIN="http://testserver")
    assert page.status_code == 403
    text = page.content.decode()
    assert "since the &lt;move&gt;." in text
    (token,) = set(
        re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', text.partition("typed")[2].partition("</form>")[0])
    )
    assert mira.browser.post(address, {"csrfmiddlewaretoken": token, "subjective": NOTE}).status_code == 302
    assert SessionNote.objects.exists()


def test_a_script_is_told_and_gets_no_page(cast: Cast) -> None:
    address = note_of(cast)
    answer = Browser().post(address, {"subjective": NOTE}, HTTP_SEC_FETCH_MODE="cors")
    assert (answer.status_code, answer.json()["sign_in"]) == (401, "/accounts/login/")
    part = Browser().post(address, {"subjective": ""}, HTTP_HX_REQUEST="true")
    assert part["HX-Redirect"].startswith("/accounts/login/?next=")


def test_next_never_leads_away(cast: Cast, mira: Person) -> None:
    away = ("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)")
    for wanted in away:
        for address in ("/accounts/unsent/", "/accounts/unlock/"):
            assert mira.browser.get(address, {"next": wanted})["Location"] in {"/", "/desk/"}, wanted
    for wanted in away[1:3]:
        mira.posts("/accounts/logout/")
        assert mira.signs_in(next=wanted)["Location"] == "/desk/", wanted


def test_next_names_a_page_and_never_a_form(cast: Cast) -> None:
    address = note_of(cast)
    page = address.removesuffix("note/")
    assert Browser().get(address)["Location"] == f"/accounts/login/?next={page}"
    assert Person(MIRA).signs_in(next=address)["Location"] == page


def client_at(browser: Browser, cast: Cast) -> User:
    """Ana signs in by a code, in this browser."""
    from clinic.accounts import codes

    browser.post("/me/sign-in/", {"email": "ana@example.org"})
    code = codes.new_code("ana@example.org", purpose="sign-in")
    assert browser.post("/me/code/", {"code": code}).status_code == 302
    return User.objects.get(email="ana@example.org")


def test_a_clock_keeps_no_sign_in_alive_and_a_tap_does(cast: Cast, mira: Person) -> None:
    ago(mira.browser, minutes=20)
    for _minute in range(3):
        left = mira.browser.get("/accounts/session/").json()
        assert left["seconds"] <= 10 * 60
    assert mira.posts("/accounts/session/").json()["seconds"] > 29 * 60
    ago(mira.browser, minutes=31)
    assert mira.browser.get("/accounts/session/", HTTP_SEC_FETCH_MODE="cors").status_code == 401


def test_the_limits_are_those_of_the_practice(cast: Cast, mira: Person) -> None:
    Practice.objects.update(idle_minutes=60)
    ago(mira.browser, minutes=50)
    assert mira.browser.get("/desk/").status_code == 200
    Practice.objects.update(idle_minutes=10)
    ago(mira.browser, minutes=11)
    assert mira.browser.get("/desk/").status_code == 302


@pytest.fixture
def own(cast: Cast, mira: Person) -> Person:
    """Mira at a device that she marked as the practice's own."""
    mira.posts("/accounts/device/", own="1")
    assert Device.objects.get().is_practice_device
    return mira


def test_on_a_device_of_the_practice_a_massage_ends_no_sign_in(cast: Cast, own: Person) -> None:
    ago(own.browser, minutes=200)
    assert own.browser.get("/desk/").status_code == 200


@pytest.mark.parametrize("proof", ["password", "code"])
def test_there_the_password_or_a_code_alone_opens_the_desk_again(cast: Cast, own: Person, proof: str) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(cast.mira.user, SECRET)
    ago(own.browser, minutes=241)
    assert own.browser.get("/desk/week/")["Location"] == "/accounts/unlock/?next=/desk/week/"
    page = own.browser.get("/accounts/unlock/")
    assert "Mira Feld" in page.content.decode()
    wrong = own.posts("/accounts/unlock/", proof="not the one")
    assert wrong.status_code == 422
    typed = PASSWORD if proof == "password" else code_now()
    assert own.posts("/accounts/unlock/", proof=typed, next="/desk/week/")["Location"] == "/desk/week/"
    assert own.browser.get("/desk/").status_code == 200
    assert SecurityEvent.objects.filter(kind="unlocked", user=cast.mira.user).count() == 1


@pytest.mark.parametrize("why", ["signed out", "not own", "too long", "five wrong", "new password", "inactive", "left"])
def test_otherwise_it_takes_the_whole_sign_in(cast: Cast, own: Person, why: str) -> None:
    known = DeviceUser.objects.get()
    if why == "signed out":
        own.posts("/accounts/logout/")
    elif why == "new password":
        own.posts(
            "/accounts/password/change/",
            oldpassword=PASSWORD,
            password1="stones by a river",
            password2="stones by a river",
        )
    ago(own.browser, minutes=241)
    own.browser.get("/desk/")
    if why == "not own":
        Device.objects.update(is_practice_device=False)
    elif why == "too long":
        known.signed_in_at -= dt.timedelta(hours=13)
        known.save()
    elif why == "five wrong":
        for _try in range(5):
            own.posts("/accounts/unlock/", proof="not the one")
    elif why == "inactive":
        User.objects.filter(email=MIRA).update(is_active=False)
    elif why == "left":
        User.objects.filter(email=MIRA).update(is_staff=False)
        Therapist.objects.filter(pk=cast.mira.pk).update(user=None)
    assert own.browser.get("/desk/")["Location"].startswith("/accounts/login/")
    assert own.posts("/accounts/unlock/", proof=PASSWORD)["Location"] == "/accounts/login/"
    assert own.browser.get("/desk/").status_code == 302


def test_an_owner_forgets_a_lost_device_and_ends_what_runs_on_it(cast: Cast, own: Person) -> None:
    owner = Browser()
    owner.force_login(cast.owner)
    device = Device.objects.get()
    owner.post(reverse("admin:clinic_device_changelist"), {"action": "forget", "_selected_action": [device.pk]})
    assert not Device.objects.exists()
    assert own.browser.get("/desk/")["Location"].startswith("/accounts/login/")


def test_a_new_colleague_reads_what_the_owner_must_do(cast: Cast) -> None:
    User.objects.create_user("nia@stillwater.example", PASSWORD, name="Nia")
    nia = Person("nia@stillwater.example")
    led = nia.signs_in(next="/desk/")
    page = nia.browser.get(led["Location"])
    assert page.status_code == 200
    assert "nia@stillwater.example" in page.content.decode()
    assert nia.browser.get("/desk/").status_code == 404
    assert led["Location"] in nia.browser.get("/desk/").content.decode()
    mira = Person(MIRA)
    mira.signs_in()
    assert mira.browser.get(led["Location"])["Location"] == "/desk/"
    ana = Browser()
    client_at(ana, cast)
    assert ana.get(led["Location"])["Location"] == "/me/"
    assert led["Location"] not in ana.get("/desk/").content.decode()


def test_what_is_kept_is_json_of_ours(cast: Cast, mira: Person) -> None:
    from clinic.records.sealed import unseal_text

    end_session(mira, "idle")
    mira.posts(note_of(cast), subjective=NOTE)
    held = json.loads(unseal_text(KeptPost.objects.get().sealed, purpose="kept form"))
    assert held["fields"] == [["subjective", [NOTE]]]
    assert use_second_factor(User.objects.get(email=MIRA), "000000") is None
