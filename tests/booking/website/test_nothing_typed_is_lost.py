"""What a client typed outlives a cookie, a sign-in elsewhere and the Back button; nobody is booked unasked for that."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.utils import timezone

from booking.appointments.links import mint_appointment_link
from booking.appointments.selection import Selection
from booking.models import Appointment, WaitlistEntry
from booking.waitlist.openings import SEEN_FREE
from clients.intake.actions import request_intake
from clients.models import PainScore
from clinic.models import ClientLink, LinkPurpose
from clinic.web.links import cookie_name, mint_link
from clinic.web.typed import LETTERS
from tests.booking.website.me.conftest import ask_for_code, code_mailed
from tests.booking.website.visitor import NORA, Visitor
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

OURS = {"origin": "http://testserver"}
TYPED = ("Nora", "Vale", "nora@example.org", "With a pram")


def details(cast: Cast, start: dt.datetime | None = None) -> str:
    """The address of the details page for a time."""
    return f"/book/{cast.regular.slug}/details/{Selection(cast.regular, start or cast.at(10)).query()}"


def said(page: Any) -> str:
    """The page's words."""
    return html.unescape(page.content.decode())


def forget_cookie(visitor: Visitor, name: str = "sessionid") -> None:
    """The browser has lost a cookie."""
    del visitor.client.cookies[name]


@pytest.mark.invariant("I11")
def test_details_without_their_session_are_asked_for_safety_again_and_kept(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    key = visitor.key(visitor.get(details(cast)))
    forget_cookie(visitor)
    asked = visitor.follow(visitor.post(details(cast), {**NORA, "note": "With a pram", "key": key}))
    assert not Appointment.objects.exists(), "nobody is booked whose answers are gone"
    assert "what you typed is kept" in said(asked)
    back = visitor.follow(visitor.answers(cast.regular, chosen=Selection(cast.regular, cast.at(10))))
    for words in TYPED:
        assert words in said(back)
    done = visitor.follow(visitor.post(details(cast), {**NORA, "note": "With a pram", "key": visitor.key(back)}))
    assert "You are booked" in said(done)
    assert Appointment.objects.get().client_note == "With a pram"


def test_the_next_one_at_the_browser_does_not_find_what_was_typed(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    forget_cookie(visitor)
    visitor.post(details(cast), {**NORA, "key": "x"})
    visitor.answers(cast.regular, chosen=Selection(cast.regular, cast.at(10)))
    assert "Vale" in said(visitor.get(details(cast)))
    visitor.answers(cast.regular, chosen=Selection(cast.regular, cast.at(10)))
    assert "Vale" not in said(visitor.get(details(cast)))


def test_an_answer_that_stops_the_booking_stops_it_also_after_the_detour(cast: Cast, visitor: Visitor) -> None:
    address = f"/book/{cast.hot_stone.slug}/details/{Selection(cast.hot_stone, cast.at(10)).query()}"
    visitor.post(address, {**NORA, "key": "x"})
    stopped = visitor.answers(cast.hot_stone, "diabetes-neuropathy", chosen=Selection(cast.hot_stone, cast.at(10)))
    assert "/outcome/" in stopped["Location"]
    assert not Appointment.objects.exists()


@pytest.mark.invariant("I11")
def test_joining_the_waitlist_without_its_session_keeps_days_hours_and_person(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    address = f"/book/{cast.regular.slug}/waitlist/"
    form = visitor.get(address).context["form"]
    typed = {
        **NORA,
        "weekdays": ["1", "3"],
        "from_time": "10:00",
        "until_time": "16:00",
        "first_date": cast.day().isoformat(),
        "last_date": (cast.day() + dt.timedelta(days=9)).isoformat(),
        "therapist": str(cast.mira.public_id),
        "key": str(form.initial["key"]),
    }
    forget_cookie(visitor)
    visitor.follow(visitor.post(address, typed))
    assert not WaitlistEntry.objects.exists()
    again = visitor.follow(visitor.answers(cast.regular)).context["form"]
    kept = {name: again.initial[name] for name in ("last_name", "weekdays", "from_time", "until_time")}
    assert kept == {"last_name": "Vale", "weekdays": [1, 3], "from_time": "10:00", "until_time": "16:00"}
    assert str(again.initial["therapist"]) == typed["therapist"]
    visitor.post(address, {**typed, "key": str(again.initial["key"]), SEEN_FREE: "1"})
    assert WaitlistEntry.objects.get().weekdays == [1, 3]


@pytest.mark.invariant("I11")
def test_back_after_booking_shows_what_is_booked(cast: Cast, visitor: Visitor) -> None:
    booked = visitor.has_booked(cast.regular, cast.at(10))
    assert visitor.get(details(cast))["Location"] == f"/book/done/{booked.public_id}/"
    assert "You are booked" in said(visitor.follow(visitor.get(details(cast))))
    assert f"/appointment/{booked.public_id}/" in said(visitor.get(f"/book/{cast.regular.slug}/"))


@pytest.mark.invariant("I4")
def test_the_form_sent_again_after_booking_is_the_same_appointment(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular)
    key = visitor.key(visitor.get(details(cast)))
    first, second = (visitor.follow(visitor.post(details(cast), {**NORA, "key": key})) for _time in range(2))
    assert "You are booked" in said(first)
    assert "You are booked" in said(second)
    assert Appointment.objects.count() == 1


def test_the_same_time_for_somebody_else_is_no_second_sending(cast: Cast, visitor: Visitor) -> None:
    visitor.has_booked(cast.regular, cast.at(10))
    visitor.answers(cast.regular)
    other = visitor.books(cast.regular, cast.at(10), first_name="Finn", email="finn@example.org")
    assert "You are booked" in said(visitor.follow(other))
    assert Appointment.objects.count() == 2


def hidden(page: Any) -> dict[str, list[str]]:
    """The hidden fields of the form on a page."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode()):
        found.setdefault(name, []).append(html.unescape(value))
    return found


@pytest.mark.invariant("I11")
def test_a_sign_in_in_a_second_tab_keeps_the_form_of_the_first(cast: Cast) -> None:
    browser = Browser(enforce_csrf_checks=True, headers=OURS)

    def send(address: str, data: dict[str, Any]) -> Any:
        return browser.post(address, {**data, "csrfmiddlewaretoken": browser.cookies["csrftoken"].value})

    browser.get(f"/book/{cast.regular.slug}/")
    send(f"/book/{cast.regular.slug}/", {"comes": "relax"})
    page = browser.get(details(cast))
    old = {"csrfmiddlewaretoken": hidden(page)["csrfmiddlewaretoken"][0], "key": hidden(page)["key"][0]}
    browser.get("/me/sign-in/")
    tab = Browser(enforce_csrf_checks=False)
    tab.cookies = browser.cookies
    tab.post("/me/code/", {"code": ask_for_code(tab, "ana@example.org")})
    browser.cookies = tab.cookies
    refused = browser.post(details(cast), {**NORA, **old, "note": "With a pram"})
    assert refused.status_code == 403
    assert not Appointment.objects.exists()
    for words in TYPED:
        assert words in said(refused)
    assert browser.post(details(cast), hidden(refused)).status_code == 302
    assert Appointment.objects.get().client_note == "With a pram"


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"referer": "https://evil.example/"}, {}])
def test_another_site_cannot_put_words_into_the_form(cast: Cast, headers: dict[str, str]) -> None:
    browser = Browser(enforce_csrf_checks=True)
    page = browser.post(details(cast), {**NORA, "note": "Planted"}, headers=headers)
    assert page.status_code == 403
    assert "Planted" not in said(page)
    assert 'method="post"' not in said(page)


def test_a_password_is_never_shown_again(cast: Cast) -> None:
    browser = Browser(enforce_csrf_checks=True, headers=OURS)
    page = browser.post("/accounts/login/", {"login": "olga@stillwater.example", "password": "open sesame today"})
    assert page.status_code == 403
    assert "open sesame" not in said(page)


def holds_link(browser: Browser, purpose: LinkPurpose, subject: Any, **columns: Any) -> str:
    """Open a new link; the token."""
    token = mint_link(purpose=purpose, subject=subject, lasts=dt.timedelta(days=1), by_mail=True)
    if columns:
        ClientLink.objects.filter(subject=subject, purpose=purpose).update(**columns)
    return token


@pytest.mark.invariant("I11")
def test_a_page_of_the_health_form_outlives_its_cookie(cast: Cast, visitor: Visitor) -> None:
    row = request_intake(cast.ana, technique_slug="regular-massage")
    link = f"/intake/{holds_link(visitor.client, LinkPurpose.INTAKE, row.public_id)}/"
    visitor.follow(visitor.get(link))
    words = f"/intake/{row.public_id}/where/"
    forget_cookie(visitor, cookie_name(LinkPurpose.INTAKE, row.public_id))
    ended = visitor.post(words, {"areas": ["lower-back:left", "neck:centre"]})
    assert ended.status_code == 404
    assert "What you typed is kept" in said(ended)
    assert f"/me/sign-in/?next={words}" in said(ended)
    row.refresh_from_db()
    assert row.answers == {}, "whoever holds no link writes nothing into the form"
    assert "What you typed" not in said(visitor.get(words)), "and reads nothing"
    visitor.follow(visitor.get(link))
    again = visitor.get(words)
    assert again.context["form"]["areas"].value() == ["lower-back:left", "neck:centre"]
    row.refresh_from_db()
    assert row.answers == {}, "looking saves nothing"
    visitor.post(words, {"areas": ["lower-back:left", "neck:centre"]})
    row.refresh_from_db()
    assert sorted(row.answers["where"]["areas"]) == ["lower-back:left", "neck:centre"]
    assert not visitor.get(words).context["typed_again"]


@pytest.mark.invariant("I11")
def test_the_health_form_begun_at_ones_own_pages_outlives_the_sign_in(cast: Cast) -> None:
    browser = Browser()
    browser.post("/me/code/", {"code": ask_for_code(browser, "ana@example.org")})
    here = browser.post(f"/me/{cast.ana.public_id}/answers/new/")["Location"]
    browser.cookies.pop("sessionid")
    ended = browser.post(f"{here}where/", {"areas": ["neck:centre"]})
    assert ended.status_code == 404
    way = re.search(r'href="(/me/sign-in/\?next=[^"]+)"', said(ended))
    assert way is not None
    back = browser.post("/me/code/", {"code": ask_again(browser, way[1])})
    assert back["Location"] == f"{here}where/"
    assert browser.get(back["Location"]).context["form"]["areas"].value() == ["neck:centre"]


def ask_again(browser: Browser, address: str) -> str:
    """A code, asked for at an address that names where to go afterwards."""
    browser.post(address, {"email": "ana@example.org"})
    return code_mailed("ana@example.org")


@pytest.mark.invariant("I11")
def test_the_answer_about_the_pain_outlives_its_cookie(cast: Cast, visitor: Visitor) -> None:
    past = cast.appointment(timezone.now() - dt.timedelta(days=2))
    token = holds_link(visitor.client, LinkPurpose.PAIN, past.public_id, client=cast.ana.public_id)
    here = f"/pain/{past.public_id}/"
    assert visitor.post(here, {"n": "7"}).status_code == 404
    assert not PainScore.objects.exists()
    visitor.follow(visitor.get(f"/pain/{token}/"))
    assert visitor.get(here).context["value"] == "7"


@pytest.mark.invariant("I11")
def test_why_one_cancels_outlives_its_cookie(cast: Cast, visitor: Visitor) -> None:
    ahead = cast.appointment(cast.at(10))
    here = f"/appointment/{ahead.public_id}/cancel/"
    assert visitor.post(here, {"reason": "My train is off"}).status_code == 404
    ahead.refresh_from_db()
    assert ahead.is_active
    visitor.follow(visitor.get(f"/appointment/{mint_appointment_link(ahead)}/"))
    assert "My train is off" in said(visitor.get(here))


@pytest.mark.invariant("I8")
def test_the_page_of_an_ended_link_is_the_same_for_what_never_was(cast: Cast, stranger: Visitor) -> None:
    known = cast.appointment(cast.at(10)).public_id
    nobody = "00000000-0000-4000-8000-000000000009"
    for tail in ("", "move/", "cancel/"):
        pages = [stranger.get(f"/appointment/{key}/{tail}") for key in (known, nobody)]
        assert [page.status_code for page in pages] == [404, 404]
        first, second = (said(page).replace(str(key), "KEY") for page, key in zip(pages, (known, nobody), strict=True))
        assert first == second
        assert "Open the link in your mail again" in first


@pytest.mark.invariant("I11")
def test_a_correction_of_ones_name_outlives_the_sign_in(cast: Cast) -> None:
    browser = Browser()
    browser.post("/me/code/", {"code": ask_for_code(browser, "ana@example.org")})
    browser.cookies.pop("sessionid")
    here = f"/me/{cast.ana.public_id}/data/name/"
    led = browser.post(here, {"first_name": "Anna", "last_name": "Lindt", "phone": ""})
    assert led["Location"] == f"/me/sign-in/?next={here.replace('/', '%2F')}"
    back = browser.post("/me/code/", {"code": ask_again(browser, led["Location"])}, follow=True)
    assert 'value="Lindt"' in said(back)
    cast.ana.refresh_from_db()
    assert cast.ana.last_name == "Lind"


def test_a_browser_keeps_little_and_not_for_long(cast: Cast, visitor: Visitor) -> None:
    here = f"/appointment/{cast.appointment(cast.at(10)).public_id}/cancel/"
    assert "is kept" not in said(visitor.post(here, {"reason": "x" * (LETTERS + 1)}))
    assert "is kept" in said(visitor.post(here, {"reason": "x"}))
    assert "is kept" not in said(visitor.post(here, {"reason": " "}))
