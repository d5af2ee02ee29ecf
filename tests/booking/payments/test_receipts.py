"""Receipts: numbered without a gap, never changed, and what they say stays."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from booking.appointments.integrity import integrity_problems, receipt_problems
from booking.errors import NotPossible
from booking.models import Appointment, Receipt, ReceiptCounter, Status
from booking.payments.actions import adjust_price, record_payment, refund_payment
from booking.payments.receipts import cancel_receipt, issue_receipt, without_receipt
from booking.records.erasure import erase_client
from clients.record.erasure import changing_records
from clinic.errors import Refusal
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db


def paid_receipt(appointment: Appointment, cast: Cast) -> Receipt:
    """The receipt of an appointment that was paid in full, in cash."""
    record_payment(appointment, amount=appointment.price, method="cash", by=cast.owner)
    return issue_receipt(appointment, practice=cast.practice, by=cast.owner)


def test_what_insurers_ask_is_on_it_and_stays(session_over: Appointment, cast: Cast) -> None:
    cast.practice.tax_number, cast.practice.tax_name, cast.practice.tax_rate = "27/123/45678", "VAT", Decimal(19)
    cast.mira.licence, cast.mira.name = "RMT 4711", "Mira Weiss"
    cast.mira.save()
    session_over.service.billing_code = "97124"
    session_over.service.save()
    adjust_price(session_over, amount=Decimal(-5), reason="Loyalty", by=cast.owner)
    record_payment(session_over, amount=Decimal(20), method="card", by=cast.owner)
    receipt = issue_receipt(session_over, practice=cast.practice, by=cast.owner, client_address="Torstr. 1, Berlin")
    cast.practice.name = "Another name"
    cast.practice.save()
    receipt.refresh_from_db()
    said = receipt.content
    assert (receipt.number, receipt.amount, receipt.client_name) == (1, Decimal(20), "Ana Lind")
    assert (said["provider"], said["licence"], said["code"], said["minutes"]) == ("Mira Weiss", "RMT 4711", "97124", 60)
    assert said["practice"] != "Another name"
    assert said["tax_amount"] == "3.19"
    assert [line["amount"] for line in said["lines"]] == [f"{session_over.price:.2f}", "-5.00"]
    assert said["outstanding"] == f"{session_over.price - 25:.2f}"
    assert said["date"] == session_over.starts_at.astimezone(cast.zone).date().isoformat()


def test_a_second_click_writes_no_second_receipt(session_over: Appointment, cast: Cast) -> None:
    first = paid_receipt(session_over, cast)
    assert issue_receipt(session_over, practice=cast.practice, by=cast.owner) == first


def test_what_comes_later_has_a_receipt_of_its_own(session_over: Appointment, cast: Cast) -> None:
    record_payment(session_over, amount=Decimal(20), method="cash", by=cast.owner)
    one = issue_receipt(session_over, practice=cast.practice, by=cast.owner)
    record_payment(session_over, amount=session_over.price - 20, method="cash", by=cast.owner)
    two = issue_receipt(session_over, practice=cast.practice, by=cast.owner)
    assert (one.number, two.number, one.amount + two.amount) == (1, 2, session_over.price)
    assert (two.content["earlier"], two.content["outstanding"]) == ("20.00", "0.00")


def test_without_a_payment_there_is_no_receipt_and_no_number_is_lost(session_over: Appointment, cast: Cast) -> None:
    with pytest.raises(NotPossible):
        issue_receipt(session_over, practice=cast.practice, by=cast.owner)
    assert paid_receipt(session_over, cast).number == 1


def test_a_wrong_one_is_cancelled_by_another_number(session_over: Appointment, cast: Cast) -> None:
    wrong = paid_receipt(session_over, cast)
    with pytest.raises(Refusal):
        cancel_receipt(wrong, reason=" ", practice=cast.practice, by=cast.owner)
    back = cancel_receipt(wrong, reason="Wrong name", practice=cast.practice, by=cast.owner)
    assert cancel_receipt(wrong, reason="Wrong name", practice=cast.practice, by=cast.owner) == back
    assert (back.number, back.cancels, back.amount) == (2, wrong, -wrong.amount)
    with pytest.raises(NotPossible):
        cancel_receipt(back, reason="No", practice=cast.practice, by=cast.owner)
    assert without_receipt(session_over).count() == 1
    right = issue_receipt(session_over, practice=cast.practice, by=cast.owner)
    assert right.number == 3
    assert list(Receipt.objects.standing()) == [right]
    assert list(integrity_problems()) == []


def test_a_refund_is_on_a_receipt_below_zero(session_over: Appointment, cast: Cast) -> None:
    paid_receipt(session_over, cast)
    paid = session_over.payments.get()
    refund_payment(paid, amount=Decimal(10), reason="Cut short", by=cast.owner)
    assert issue_receipt(session_over, practice=cast.practice, by=cast.owner).amount == -10
    assert list(receipt_problems()) == []


def test_postgresql_itself_refuses_to_change_one(session_over: Appointment, cast: Cast) -> None:
    receipt = paid_receipt(session_over, cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(amount=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        receipt.lines.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE booking_receipt CASCADE")


def test_the_proof_finds_a_gap_and_a_wrong_sum(session_over: Appointment, cast: Cast) -> None:
    receipt = paid_receipt(session_over, cast)
    assert list(receipt_problems()) == []
    ReceiptCounter.objects.update(last=2)
    assert len(list(receipt_problems())) == 1
    ReceiptCounter.objects.update(last=1)
    with changing_records():
        Receipt.objects.filter(pk=receipt.pk).update(amount=1)
    assert len(list(receipt_problems())) == 1


def test_erasing_keeps_number_and_sum_and_lets_go_of_the_name(session_over: Appointment, cast: Cast) -> None:
    cast.practice.retention_years = 0
    cast.practice.save(update_fields=["retention_years"])
    record_payment(session_over, amount=session_over.price, method="transfer", reference="Ana G", by=cast.owner)
    receipt = issue_receipt(session_over, practice=cast.practice, by=cast.owner, client_address="Torstr. 1")
    erase_client(cast.ana, by=cast.owner, practice=cast.practice)
    receipt.refresh_from_db()
    assert (receipt.number, receipt.amount) == (1, session_over.price)
    assert (receipt.client_name, receipt.client_address) == ("", "")
    assert "Ana" not in str(receipt.content)
    assert list(receipt_problems()) == []


def test_numbers_go_on_over_all_appointments(cast: Cast) -> None:
    rows = [cast.appointment(cast.at(9) - dt.timedelta(days=7 * each), status=Status.COMPLETED) for each in (2, 3, 4)]
    assert [paid_receipt(row, cast).number for row in rows] == [1, 2, 3]
