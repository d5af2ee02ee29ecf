"""Receipts on a client's own pages: theirs, and nobody else's."""

import datetime as dt

from django.urls import reverse

from booking.models import Appointment, Receipt, Status
from booking.payments.actions import record_payment
from booking.payments.receipts import cancel_receipt, issue_receipt
from clients.models import Client
from tests.booking.website.visitor import page_text
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


def receipt_of(cast: Cast, client: Client, weeks: int) -> Receipt:
    """The receipt of a session some weeks ago, paid in full."""
    start = cast.at(9) - dt.timedelta(weeks=weeks)
    row = cast.appointment(start, client=client, status=Status.COMPLETED)
    record_payment(row, amount=row.price, method="cash", by=cast.owner)
    return issue_receipt(row, practice=cast.practice, by=cast.owner)


def address_of(receipt: Receipt, appointment: Appointment | None = None) -> str:
    """Where its client reads it."""
    of = appointment or receipt.appointment
    return reverse("booking:appointment-receipt", args=[of.public_id, receipt.public_id])


def test_they_stand_with_their_appointments_and_open(cast: Cast, ana: Browser) -> None:
    receipt = receipt_of(cast, cast.ana, 3)
    assert address_of(receipt) in ana.get("/me/").content.decode()
    appointment = ana.get(reverse("booking:appointment", args=[receipt.appointment.public_id]))
    assert address_of(receipt) in appointment.content.decode()
    assert "Receipt no. 1" in page_text(ana.get(address_of(receipt)))


def test_somebody_elses_does_not_exist(cast: Cast, ana: Browser) -> None:
    own, others = receipt_of(cast, cast.ana, 3), receipt_of(cast, cast.ben, 4)
    assert ana.get(address_of(others)).status_code == 404
    assert ana.get(address_of(others, own.appointment)).status_code == 404


def test_one_that_was_cancelled_is_not_shown(cast: Cast, ana: Browser) -> None:
    receipt = receipt_of(cast, cast.ana, 3)
    cancel_receipt(receipt, reason="Wrong name", practice=cast.practice, by=cast.owner)
    assert ana.get(address_of(receipt)).status_code == 404
    assert "receipts" not in ana.get("/me/").content.decode()
