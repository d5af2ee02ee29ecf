"""Prices in the decimals of their currency, from the admin to the page, the API and the tables."""

import csv
import io
import json
import zipfile
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from booking.models import Appointment, Service
from booking.records.practice_export import write_practice
from clinic.models import Practice
from tests.booking.appointments.test_book import booked
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.forms import filled


@pytest.fixture
def kuwait(cast: Cast) -> Cast:
    """The cast, paid in dinars of a thousand fils."""
    cast.practice.currency = "KWD"
    cast.practice.save()
    return cast


def save_price(cast: Cast, price: str) -> tuple[int, str]:
    """Type a price into the admin: the status, and what the page says."""
    browser = Browser()
    browser.force_login(cast.owner)
    address = reverse("admin:booking_service_change", args=[cast.regular.pk])
    sent = filled(browser.get(address), "service_form")
    answer = browser.post(address, {**sent, "price": price})
    return answer.status_code, answer.content.decode()


def test_a_price_of_three_decimals_is_saved_booked_and_told(kuwait: Cast) -> None:
    assert save_price(kuwait, "12.500")[0] == 302
    service = Service.objects.get(pk=kuwait.regular.pk)
    assert service.price == Decimal("12.500")
    appointment = booked(kuwait, service=service)
    assert (appointment.price, appointment.currency) == (Decimal("12.500"), "KWD")
    browser = Browser()
    assert "KWD\N{NO-BREAK SPACE}12.500" in browser.get("/").content.decode()
    listed = {each["slug"]: each for each in json.loads(browser.get("/api/v1/services").content)}
    assert (listed[service.slug]["price"], listed[service.slug]["currency"]) == ("12.500", "KWD")
    browser.force_login(kuwait.owner)
    page = browser.get(reverse("admin:booking_service_change", args=[service.pk])).content.decode()
    assert 'value="12.500"' in page
    target = io.BytesIO()
    write_practice(target, by=kuwait.owner)
    rows = csv.DictReader(io.StringIO(zipfile.ZipFile(target).read("appointments.csv").decode("utf-8-sig")))
    assert [(row["price"], row["currency"]) for row in rows] == [("12.500", "KWD")]


@pytest.mark.parametrize(
    ("currency", "price", "taken"),
    [
        *(("KWD", "12.505", True), ("KWD", "12.5055", False), ("EUR", "72.50", True), ("EUR", "72.505", False)),
        *(("JPY", "7200", True), ("JPY", "7200.00", True), ("JPY", "72.50", False), ("JPY", "9999999", True)),
    ],
)
def test_what_nobody_can_pay_is_refused(cast: Cast, currency: str, price: str, taken: bool) -> None:
    Practice.objects.update(currency=currency)
    status, page = save_price(cast, price)
    assert status == (302 if taken else 200)
    if not taken:
        assert "decimal" in page
        assert Service.objects.get(pk=cast.regular.pk).price == cast.regular.price


@pytest.mark.parametrize("code", ["XXX", "XTS", "DEM", "EUE", "eur"])
@pytest.mark.django_db
def test_what_is_no_money_is_no_currency(code: str) -> None:
    practice = Practice.current()
    practice.currency = code
    with pytest.raises(ValidationError) as refused:
        practice.full_clean()
    assert set(refused.value.message_dict) == {"currency"}


def test_a_price_as_booked_stays_when_the_currency_changes(cast: Cast) -> None:
    appointment = booked(cast)
    Practice.objects.update(currency="JPY")
    kept = Appointment.objects.get(pk=appointment.pk)
    assert (kept.price, kept.currency) == (cast.regular.price, "EUR")
    browser = Browser()
    browser.force_login(cast.owner)
    assert "€72" in browser.get(reverse("booking:desk-appointment", args=[appointment.public_id])).content.decode()
