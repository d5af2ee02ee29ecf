"""What was shown is what is booked: a higher price, another length or policy asks again, and keeps what was typed."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from booking.appointments.selection import Selection
from booking.appointments.series_preview import SeriesSlot
from booking.errors import TermsChanged
from booking.models import AddOn, Appointment, Service
from booking.scheduling.order import Order, order_as_booked
from booking.scheduling.terms import Terms, must_match_shown_terms, terms_as_booked, terms_in_form, terms_of
from clinic.models import OutgoingMail
from tests.booking.appointments.series import test_desk
from tests.booking.appointments.series.test_desk import preview
from tests.booking.appointments.test_book import FINE, booked
from tests.booking.desk.test_booking import form
from tests.booking.website.visitor import NORA, Visitor
from tests.fixtures.actions import book_series, move, swap_service
from tests.fixtures.add_ons import Extras
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import sweep_reminders


def hidden(page: Any, prefix: str = "shown_") -> dict[str, str]:
    """The hidden fields of a page that carry its terms."""
    found = re.findall(rf'name="({prefix}[a-z]*)" value="([^"]*)"', page.content.decode())
    return {name: value.replace("&quot;", '"') for name, value in found}


def reprice(service: Service, price: str) -> None:
    """The owner saves another price meanwhile."""
    Service.objects.filter(pk=service.pk).update(price=Decimal(price))


@pytest.mark.parametrize(
    ("shown", "now", "code"),
    [
        (
            Terms(price=Decimal(39), currency="EUR", minutes=60),
            Terms(price=Decimal(39), currency="EUR", minutes=60),
            "",
        ),
        (Terms(price=Decimal(39), currency="EUR"), Terms(price=Decimal("39.01"), currency="EUR"), "price_changed"),
        (Terms(price=Decimal(39), currency="EUR"), Terms(price=Decimal(20), currency="EUR"), ""),
        (Terms(price=Decimal(39), currency="EUR"), Terms(price=Decimal(39), currency="USD"), "price_changed"),
        (Terms(minutes=60), Terms(price=Decimal(39), currency="EUR", minutes=90), "length_changed"),
        (Terms(minutes=60), Terms(price=Decimal(39), currency="EUR", minutes=45), "length_changed"),
        (Terms(policy="a"), Terms(policy="b"), "policy_changed"),
        (Terms(), Terms(price=Decimal(39), currency="EUR", minutes=90, policy="b"), ""),
    ],
)
def test_what_asks_again_and_what_does_not(shown: Terms, now: Terms, code: str) -> None:
    if not code:
        must_match_shown_terms(shown, now)
        return
    with pytest.raises(TermsChanged) as refused:
        must_match_shown_terms(shown, now)
    assert (refused.value.code, refused.value.price, refused.value.minutes) == (code, now.price, now.minutes)


@pytest.mark.parametrize("junk", ["", "NaN", "Infinity", "1e999999", "abc", "-"])
def test_terms_that_cannot_be_read_were_not_shown(junk: str) -> None:
    assert terms_in_form({"shown_price": junk, "shown_minutes": junk}).minutes is None
    must_match_shown_terms(terms_in_form({"shown_price": junk}), Terms(price=Decimal(0), currency="EUR"))


# The public way


def details(cast: Cast, service: Service | None = None, **more: Any) -> str:
    """The address of the last step."""
    service = service or cast.regular
    return f"/book/{service.slug}/details/{Selection(service, cast.at(10), cast.mira, **more).query()}"


def typed(visitor: Visitor, page: Any, **more: str) -> dict[str, str]:
    """Nora's details with the terms of the page."""
    return {**NORA, "note": "Two flights up", "key": visitor.key(page), **hidden(page), **more}


def test_a_price_that_rises_between_page_and_click_is_shown_and_accepted_in_one_tap(
    cast: Cast, client: Browser
) -> None:
    visitor = Visitor(client)
    visitor.answers(cast.regular)
    page = visitor.get(details(cast))
    assert hidden(page)["shown_price"] == "72.00"
    reprice(cast.regular, "89")
    again = visitor.post(details(cast), typed(visitor, page))
    text = again.content.decode()
    assert again.status_code == 409
    assert "€89" in text
    assert not Appointment.objects.exists()
    for value in ("Nora", "Vale", "nora@example.org", "Two flights up"):
        assert value in text
    assert re.search(r'name="policy"[^>]*checked', text)
    assert visitor.post(details(cast), typed(visitor, again)).status_code == 302
    assert Appointment.objects.get().price == 89


def test_a_lower_price_is_simply_booked(cast: Cast, client: Browser) -> None:
    visitor = Visitor(client)
    visitor.answers(cast.regular)
    page = visitor.get(details(cast))
    reprice(cast.regular, "60")
    assert visitor.post(details(cast), typed(visitor, page)).status_code == 302
    assert Appointment.objects.get().price == 60


def test_another_length_asks_again(cast: Cast, client: Browser) -> None:
    visitor = Visitor(client)
    visitor.answers(cast.regular)
    page = visitor.get(details(cast))
    Service.objects.filter(pk=cast.regular.pk).update(minutes=45)
    again = visitor.post(details(cast), typed(visitor, page))
    assert again.status_code == 409
    assert "45 minutes" in again.content.decode()
    assert visitor.post(details(cast), typed(visitor, again)).status_code == 302
    assert Appointment.objects.get().minutes == 45


def test_what_is_added_counts(cast: Cast, extras: Extras, client: Browser) -> None:
    visitor, address = Visitor(client), details(cast, add_ons=(extras.towel,))
    visitor.answers(cast.regular, chosen=Selection(cast.regular, add_ons=(extras.towel,)))
    page = visitor.get(address)
    AddOn.objects.filter(pk=extras.towel.pk).update(price=Decimal(99))
    assert visitor.post(address, typed(visitor, page)).status_code == 409
    assert not Appointment.objects.exists()


def test_another_currency_asks_again(cast: Cast, client: Browser) -> None:
    visitor = Visitor(client)
    visitor.answers(cast.regular)
    page = visitor.get(details(cast))
    cast.practice.currency = "USD"
    cast.practice.save()
    again = visitor.post(details(cast), typed(visitor, page))
    assert again.status_code == 409
    assert "$72" in again.content.decode()


def test_the_policy_that_was_shown_is_the_policy_that_is_accepted(cast: Cast, client: Browser) -> None:
    visitor = Visitor(client)
    visitor.answers(cast.regular)
    page = visitor.get(details(cast))
    cast.practice.fee_text = "Whoever cancels on the day pays it all."
    cast.practice.save()
    again = visitor.post(details(cast), typed(visitor, page))
    text = again.content.decode()
    assert again.status_code == 409
    assert cast.practice.fee_text in text
    assert not re.search(r'name="policy"[^>]*checked', text)
    assert visitor.post(details(cast), typed(visitor, again)).status_code == 302
    assert cast.practice.fee_text in Appointment.objects.get().policy_text


def test_a_tick_under_a_policy_is_not_carried_to_another_text(cast: Cast, client: Browser) -> None:
    visitor = Visitor(client)
    visitor.answers(cast.regular)
    page = visitor.get(details(cast))
    visitor.post(details(cast), typed(visitor, page, email="not an address"))
    assert re.search(r'name="policy"[^>]*checked', visitor.get(details(cast)).content.decode())
    cast.practice.policy_text = "New rules."
    cast.practice.save()
    kept = visitor.get(details(cast)).content.decode()
    assert "Two flights up" in kept
    assert not re.search(r'name="policy"[^>]*checked', kept)


def test_the_same_form_sent_twice_is_one_booking_whatever_the_price_is_by_then(cast: Cast, client: Browser) -> None:
    visitor = Visitor(client)
    visitor.answers(cast.regular)
    sent = typed(visitor, visitor.get(details(cast)))
    assert visitor.post(details(cast), sent).status_code == 302
    visitor.answers(cast.regular)
    reprice(cast.regular, "89")
    assert visitor.post(details(cast), sent).status_code == 302
    assert Appointment.objects.get().price == 72


# The other ways


def by_desk(cast: Cast, browser: Browser) -> tuple[str, str]:
    """The desk's page, then its form: status and text of the refusal."""
    browser.force_login(cast.owner)
    page = browser.get("/desk/book/")
    assert "€72" in page.content.decode()
    reprice(cast.regular, "89")
    sent = form(cast, note="rings twice", **hidden(page, "prices"))
    refused = browser.post("/desk/book/", sent)
    assert not Appointment.objects.exists()
    again = browser.post("/desk/book/", {**sent, **hidden(refused, "prices")})
    return str(again.status_code), refused.content.decode()


def by_series(cast: Cast, browser: Browser) -> tuple[str, str]:
    """The preview of a series, then its button."""
    browser.force_login(cast.owner)
    page = preview(cast, browser)
    assert "€72" in page.content.decode()
    reprice(cast.regular, "89")
    refused = test_desk.book(browser, page)
    assert not Appointment.objects.exists()
    again = test_desk.book(browser, refused)
    return str(again.status_code), refused.content.decode()


@pytest.mark.parametrize("way", [by_desk, by_series])
def test_at_the_desk_a_rise_is_said_and_then_booked(
    cast: Cast, client: Browser, way: Callable[[Cast, Browser], tuple[str, str]]
) -> None:
    status, refused = way(cast, client)
    assert "The price has changed meanwhile" in refused
    assert "€89" in refused
    assert status == "302"
    assert {appointment.price for appointment in Appointment.objects.all()} == {Decimal(89)}


def test_a_series_is_not_booked_at_a_higher_price(cast: Cast) -> None:
    shown = terms_of(Order.of(cast.regular), cast.practice)
    reprice(cast.regular, "89")
    cast.regular.refresh_from_db()
    picks = [SeriesSlot(position=n, start=cast.at(10, ahead=7 * n)) for n in (1, 2)]
    with pytest.raises(TermsChanged):
        book_series(
            service=cast.regular,
            therapist=cast.mira,
            client=cast.ana,
            answers=FINE,
            every_weeks=1,
            times=2,
            picks=picks,
            policy_accepted=True,
            via="desk",
            shown=shown,
        )
    assert not Appointment.objects.exists()


def test_a_move_that_saw_another_appointment_is_refused(cast: Cast) -> None:
    appointment = booked(cast)
    shown = terms_as_booked(appointment)
    swap_service(appointment, service=cast.regular_90, via="desk")
    with pytest.raises(TermsChanged) as refused:
        move(appointment, start=cast.at(14), via="web", by_client=True, shown=shown)
    assert refused.value.minutes == 90
    appointment.refresh_from_db()
    assert appointment.starts_at == cast.at(10)
    assert move(appointment, start=cast.at(14), via="web", shown=terms_as_booked(appointment)).starts_at == cast.at(14)


def test_a_move_keeps_its_price_whatever_the_price_list_says(cast: Cast) -> None:
    appointment = booked(cast)
    reprice(cast.regular, "89")
    assert move(appointment, start=cast.at(14), via="web", shown=terms_as_booked(appointment)).price == 72


def test_a_swap_is_refused_at_a_higher_price_and_sold_in_todays_currency(cast: Cast) -> None:
    appointment = booked(cast)
    cast.practice.currency = "USD"
    cast.practice.save()
    shown = Terms(price=Decimal(98), currency="USD", minutes=90)
    reprice(cast.regular_90, "120")
    cast.regular_90.refresh_from_db()
    with pytest.raises(TermsChanged):
        swap_service(appointment, service=cast.regular_90, via="web", shown=shown)
    assert order_as_booked(Appointment.objects.with_people().get()).minutes == 60
    swapped = swap_service(appointment, service=cast.regular_90, via="web")
    assert (swapped.price, swapped.currency) == (Decimal(120), "USD")


def test_the_confirmation_names_length_and_price(cast: Cast) -> None:
    cast.practice.confirmation_delay_minutes = 0
    cast.practice.save()
    booked(cast)
    sweep_reminders()
    mail = OutgoingMail.objects.get(kind="confirmation")
    for body in (mail.text, mail.html):
        assert "60 minutes, €72" in body
